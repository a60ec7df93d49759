"""A parcel's label as a document: shown in the browser to be printed, kept by nobody on the way."""

from litestar import Response


def printed_label(number: str, pdf: bytes) -> Response[bytes]:
    """Named by its number."""
    headers = {
        "content-disposition": f'inline; filename="{number}.pdf"',
        "cache-control": "private, no-store",
        "referrer-policy": "no-referrer",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
