"""The hidden key of a form, which makes it happen once."""

KEY_CHARACTERS_MIN, KEY_CHARACTERS_MAX = 8, 180
#: What is said of a form that came without its key.
INCOMPLETE = "This form is not complete; here it is again, as you wrote it."


def complete(key: str) -> bool:
    """Whether this may be the key of one of our forms."""
    return KEY_CHARACTERS_MIN <= len(key) <= KEY_CHARACTERS_MAX
