"""Where the sizes of an uploaded picture are found by its name, `upload-{its id}`: what a list knows of a piece's picture."""

#: No picture is smaller (`media.decoding.SIDE_MIN`).
LEAST_WIDTH = 400


def upload_address(name: str, width: int, form: str) -> str:
    """Of one size; `form`: avif or webp."""
    return f"/media/{name}-{width}.{form}"
