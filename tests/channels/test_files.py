"""Files as programs and people leave them: encodings, delimiters, broken rows, endless lines."""

import tracemalloc
from pathlib import Path

import pytest

from enfilade.channels.files import DelimitedFile, Row
from enfilade.channels.imports import FileRefused, Refusal


def rows_of(path: Path) -> list[Row | Refusal]:
    with DelimitedFile(path) as file:
        return list(file.rows())


def file_of(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str):
    path = file_of(tmp_path, "handle,name\nsac,Écharpe 围巾\n".encode(encoding))
    with DelimitedFile(path) as file:
        assert list(file.rows()) == [Row(2, {"handle": "sac", "name": "Écharpe 围巾"})]
        assert file.notices == []


def test_what_is_not_utf_8_is_read_as_windows_1252_with_a_notice(tmp_path: Path):
    # The accent comes late: the beginning alone would pass for UTF-8.
    content = b"handle,name\n" + b"a,b\n" * 50_000 + "sac,Écharpe à 5 €\n".encode("cp1252")
    with DelimitedFile(file_of(tmp_path, content)) as file:
        *_, last = file.rows()
        assert last == Row(50_002, {"handle": "sac", "name": "Écharpe à 5 €"})
        assert "Windows-1252" in file.notices[0].message


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_delimiters_are_told_apart(tmp_path: Path, sign: str):
    other = ";" if sign == "," else ","
    text = f'handle{sign}"name{other} long"{sign}price\nsac{sign}"a{sign}b"{sign}1\n'
    assert rows_of(file_of(tmp_path, text)) == [
        Row(2, {"handle": "sac", f"name{other} long": f"a{sign}b", "price": "1"})
    ]


def test_line_numbers_point_to_where_a_row_begins(tmp_path: Path):
    text = '\nHandle , NAME\n\nsac,"two\nlines"\nmalle,one\n'
    assert [row.line for row in rows_of(file_of(tmp_path, text))] == [4, 6]


def test_formulas_are_text(tmp_path: Path):
    text = 'handle,name\nsac,"=HYPERLINK(""http://x"")"\n'
    assert rows_of(file_of(tmp_path, text)) == [Row(2, {"handle": "sac", "name": '=HYPERLINK("http://x")'})]


def test_a_row_with_too_many_cells_is_refused_and_the_next_is_read(tmp_path: Path):
    first, second = rows_of(file_of(tmp_path, "handle,name\nsac,a,b\nmalle,c\n"))
    assert isinstance(first, Refusal)
    assert (first.line, "3 cells under 2 columns" in first.reason) == (2, True)
    assert second == Row(3, {"handle": "malle", "name": "c"})


def test_a_quotation_mark_that_never_ends_costs_its_row_not_the_memory(tmp_path: Path):
    text = 'handle,name\nsac,"never ends\n' + "malle,c\n" * 100_000
    rows = rows_of(file_of(tmp_path, text))
    assert isinstance(rows[0], Refusal)
    assert rows[0].line == 2
    assert "quotation mark" in rows[0].remedy
    assert rows[-1] == Row(100_002, {"handle": "malle", "name": "c"})


def test_one_endless_line_is_no_table(tmp_path: Path):
    with pytest.raises(FileRefused, match="longer than"):
        rows_of(file_of(tmp_path, b"handle,name\n" + b"x" * 5_000_000))


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes):
    with pytest.raises(FileRefused, match="empty"):
        rows_of(file_of(tmp_path, content))


def test_a_column_named_twice_is_noticed_and_the_first_is_read(tmp_path: Path):
    with DelimitedFile(file_of(tmp_path, "handle,name,Name\nsac,a,b\n")) as file:
        assert list(file.rows()) == [Row(2, {"handle": "sac", "name": "a"})]
        assert "“name” stands twice" in file.notices[0].message


def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("handle,name\n")
        for number in range(60_000):
            file.write(f"piece-{number},{'a name of some length ' * 5}\n")
    tracemalloc.start()
    with DelimitedFile(path) as file:
        assert sum(1 for _ in file.rows()) == 60_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 6_000_000
    assert peak < 3_000_000
