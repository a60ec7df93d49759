"""Descriptions are plain text, an empty line between paragraphs."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; its single line ends stay inside them."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]
