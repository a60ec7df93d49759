"""Which role may enter which surface of the house, decided in one place."""

from typing import Literal

Role = Literal[
    "advisor", "boutique_manager", "client_service", "maison_manager", "group_analyst", "group_administrator"
]
Surface = Literal["boutique", "desk", "studio", "cockpit"]

ENTERS: dict[Role, tuple[Surface, ...]] = {
    "advisor": ("boutique",),
    "boutique_manager": ("boutique",),
    "client_service": ("desk",),
    "maison_manager": ("boutique", "desk", "studio", "cockpit"),
    "group_analyst": ("cockpit",),
    "group_administrator": ("cockpit", "studio"),
}
SURFACES: tuple[Surface, ...] = ("boutique", "desk", "studio", "cockpit")
ROLES: tuple[Role, ...] = tuple(ENTERS)
#: Who decides at a maison's places what an advisor may not.
MANAGERS: tuple[Role, ...] = ("boutique_manager", "maison_manager")
#: Who acts on any order of the maison at its client's word, wherever it is prepared.
SERVES_CLIENTS: tuple[Role, ...] = ("client_service", "maison_manager")


def may_enter(role: str, surface: Surface) -> bool:
    """Whether somebody of this role may enter; an unknown role enters nothing."""
    return any(known == role and surface in surfaces for known, surfaces in ENTERS.items())


def home(role: str) -> Surface:
    """Where somebody of this role begins the day."""
    for known, surfaces in ENTERS.items():
        if known == role:
            return surfaces[0]
    return "boutique"
