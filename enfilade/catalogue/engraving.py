"""What may be engraved on a piece: so many letters of the maison's faces, on one line, and nothing a burin cannot cut."""

import unicodedata

ENGRAVING_LETTERS_MAX = 60
#: Beside letters and figures.
SIGNS = " .,&'’·-+/"


class NotEngraved(Exception):
    """The piece is not engraved, or the words have a letter that is not cut."""

    def __init__(self, letters: str) -> None:
        super().__init__(f"cannot be engraved: {letters!r}")
        self.letters = letters


class TooLong(Exception):
    """More letters than the piece has room for."""

    def __init__(self, letters: int, letters_max: int) -> None:
        super().__init__(f"{letters} letters where {letters_max} fit")
        self.letters, self.letters_max = letters, letters_max


def engraved(words: str, letters_max: int) -> str:
    """The words as they would be cut: composed letters, single spaces. Raises NotEngraved, TooLong.

    Latin letters with their accents, figures, and a few signs are cut; a letter with its accent counts once.
    """
    text = " ".join(unicodedata.normalize("NFC", words).split())
    strange = "".join(dict.fromkeys(letter for letter in text if not _cut(letter)))
    if strange or not letters_max:
        raise NotEngraved(strange)
    if len(text) > letters_max:
        raise TooLong(len(text), letters_max)
    return text


def _cut(letter: str) -> bool:
    if letter in SIGNS or letter in "0123456789":
        return True
    # Latin and its accents: up to the end of Latin Extended-A, what the faces of the themes hold.
    return letter.isalpha() and letter < "ſ" and "LATIN" in unicodedata.name(letter, "")
