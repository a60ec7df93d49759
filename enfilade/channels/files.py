"""Opening a delimited file whatever wrote it: its encoding, its delimiter, its columns, then row after row.

Reads forward in bounded steps, so that a file of any size, or of one endless line, costs little memory.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from enfilade.channels.imports import FileRefused, Notice, Refusal

HEAD_BYTES = 65_536
LINE_CHARACTERS_MAX = 1_000_000
COLUMNS_MAX = 500
DELIMITERS = (",", ";", "\t")

# NUL and its kind cannot be stored, lone surrogates cannot be encoded: neither is anybody's text.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `line` is where it begins; `cells` by column, in lower case, blank ones left out."""

    line: int
    cells: dict[str, str]


def head(path: Path) -> bytes:
    """The first bytes of the file, by which its format is known. Raises FileRefused."""
    try:
        with path.open("rb") as file:
            first = file.read(HEAD_BYTES)
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be opened ({error.strerror})", "check the path") from None
    if not first.strip():
        raise FileRefused(f"{path.name} is empty", "export it again")
    return first


def encoding_of(path: Path) -> tuple[str, list[Notice]]:
    """utf-8, marked or not, or utf-16; otherwise cp1252 with a notice. Reads the file once."""
    first = head(path)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", []
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", []
    sample = first[:4096]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 4:
        return ("utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"), []
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", [
                Notice(
                    0,
                    "not UTF-8, so read as Windows-1252: look at the accented letters",
                )
            ]
    return "utf-8", []


def column(name: str) -> str:
    """A column's name as we compare it: lower case, single spaces, no byte-order mark."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\ufeff", "").split()).lower()


class DelimitedFile:
    """A file of delimited rows under a header. Use `with`."""

    def __init__(self, path: Path) -> None:
        encoding, self.notices = encoding_of(path)
        self.path, self.size = path, path.stat().st_size
        self._raw: BufferedReader = path.open("rb")
        # cp1252 leaves five bytes undefined: they become the replacement character rather than an end.
        self._text = TextIOWrapper(
            self._raw, encoding, newline="", errors="replace" if encoding == "cp1252" else "strict"
        )
        try:
            self.delimiter, self.columns = self._header()
        except UnicodeError:
            self._text.close()
            raise FileRefused(f"{path.name} is not text", "export it as CSV in UTF-8, not packed") from None
        except BaseException:
            self._text.close()
            raise

    def __enter__(self) -> "DelimitedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._raw.tell()

    def rows(self) -> Iterator[Row | Refusal]:
        """Every record after the header; one that is not a record is refused and the next is tried."""
        while True:
            line = self._reader.line_num + self._before + 1
            try:
                values = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Refusal(
                    line, "", "", f"not a row: {error}", "look for a quotation mark that does not end"
                )
                continue
            except UnicodeError:
                yield Refusal(line, "", "", "not text in the file's own encoding", "export the file as UTF-8")
                return
            if not any(values):
                continue
            if len(values) > len(self.columns):
                if any(values[len(self.columns) :]):
                    yield Refusal(
                        line,
                        "",
                        self.delimiter.join(values)[:80],
                        f"{len(values)} cells under {len(self.columns)} columns",
                        f"put text that holds “{self.delimiter}” between quotation marks",
                    )
                    continue
                values = values[: len(self.columns)]
            cells = {
                name: value
                for name, value in zip(self.columns, values, strict=False)
                if name and value and not value.isspace()
            }
            if cells:
                yield Row(line, cells)

    def _header(self) -> tuple[str, list[str]]:
        lines = self._lines()
        self._before = 0
        for first in lines:
            self._before += 1
            if first.strip("\ufeff,;\t \r\n"):
                break
        else:
            raise FileRefused(f"{self.path.name} is empty", "export it again")
        counts = {sign: len(next(csv.reader([first], delimiter=sign))) for sign in DELIMITERS}
        delimiter = max(DELIMITERS, key=lambda sign: counts[sign])
        columns = [column(name) for name in next(csv.reader([first], delimiter=delimiter))]
        if len(columns) > COLUMNS_MAX:
            raise FileRefused(f"{len(columns)} columns", f"leave at most {COLUMNS_MAX}")
        seen: set[str] = set()
        for index, name in enumerate(columns):
            if name in seen:
                self.notices.append(Notice(1, f"column “{name}” stands twice: the first is read"))
                columns[index] = ""
            seen.add(name)
        self._reader = csv.reader(lines, delimiter=delimiter)
        return delimiter, columns

    def _lines(self) -> Iterator[str]:
        # One endless line must not fill the memory; the csv module bounds a quoted text over many lines.
        while line := self._text.readline(LINE_CHARACTERS_MAX):
            if len(line) >= LINE_CHARACTERS_MAX:
                raise FileRefused(
                    f"a line of {self.path.name} is longer than {LINE_CHARACTERS_MAX} characters",
                    "check that this is a delimited file with one row a line",
                )
            yield line
