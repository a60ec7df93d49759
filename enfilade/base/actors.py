"""Who acts in a transaction. The database's policies read it; see `docs/security.md`."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["visitor", "link", "client", "checkout", "booking", "staff", "provider", "importer", "job"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` says what the actor may see inside the declared maison; `id` is whose rows, where only one's own count."""

    kind: Kind
    id: UUID | None = None

    @staticmethod
    def visitor(visitor_id: UUID) -> "Actor":
        """Somebody browsing a store, known by a cookie."""
        return Actor("visitor", visitor_id)

    @staticmethod
    def link(order_id: UUID) -> "Actor":
        """The holder of the secret link of one order."""
        return Actor("link", order_id)

    @staticmethod
    def client(client_id: UUID) -> "Actor":
        """A signed-in client of one maison."""
        return Actor("client", client_id)

    @staticmethod
    def checkout(checkout_id: UUID) -> "Actor":
        """A visitor's checkout, acting at a selling maison for what it holds and places there."""
        return Actor("checkout", checkout_id)

    @staticmethod
    def booking(appointment_id: UUID) -> "Actor":
        """Whoever makes an appointment, or opens it by its link: for the time and the pieces it holds."""
        return Actor("booking", appointment_id)

    @staticmethod
    def staff(staff_id: UUID) -> "Actor":
        """Somebody who works for the declared maison."""
        return Actor("staff", staff_id)

    @staticmethod
    def provider() -> "Actor":
        """A payment or delivery provider whose signature was checked."""
        return Actor("provider")

    @staticmethod
    def importer() -> "Actor":
        """An import started from the command line or the studio."""
        return Actor("importer")

    @staticmethod
    def job() -> "Actor":
        """A job that acts as the maison it declares."""
        return Actor("job")

    def __str__(self) -> str:
        return f"{self.kind}:{self.id or ''}"
