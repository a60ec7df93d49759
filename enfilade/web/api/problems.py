"""How the API says no (RFC 9457), declared for every address that may."""

from http import HTTPStatus

import msgspec
from litestar.openapi.datastructures import ResponseSpec


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing wrong: where in the request, and why."""

    field: str
    reason: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """`title` is stable for a kind of problem, `detail` is about this once; `refusal` names a rule of the shop."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] = []
    refusal: str = ""


def declared(*statuses: int, conditional: bool = False) -> dict[int, ResponseSpec]:
    """The refusals of an address for its OpenAPI; any address may be busy. `conditional`: it may answer 304."""
    said = {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type="application/problem+json",
        )
        for status in (*statuses, 500, 503)
    }
    if conditional:
        said[304] = ResponseSpec(None, description="What you have is still so")
    return said
