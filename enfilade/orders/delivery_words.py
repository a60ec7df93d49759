"""A way of delivery as clients read it."""

from enfilade.clients.letters import words


def named(service: str, language: str) -> str:
    """Its name, in any of the languages of orders."""
    _, say = words(language)
    known = {
        "standard": say("Delivery"),
        "express": say("Express delivery"),
        "by_hand": say("Delivery by hand"),
    }
    return known[service]


def duties(language: str) -> str:
    """What customs collect, as clients read it."""
    _, say = words(language)
    return say("Duties and import tax")
