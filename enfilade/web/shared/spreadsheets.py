"""Files for spreadsheets: CSV in UTF-8, whose cells no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Container, Iterable, Sequence

from litestar import Response

#: A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(value: object) -> str:
    """A cell's text, made harmless to spreadsheets where it is words; numbers are written by us and stay numbers."""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def file(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, figures: Container[int] = ()
) -> Response[bytes]:
    """A CSV file in UTF-8, whose mark tells spreadsheets so. The columns `figures` hold numbers written by us, as they are."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(
        [str(cell) if n in figures else safe(cell) for n, cell in enumerate(row)] for row in rows
    )
    return Response(
        b"\xef\xbb\xbf" + out.getvalue().encode(),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
