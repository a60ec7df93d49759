"""What the handlers' types cannot say in the API's OpenAPI: the bearer secret, refused bodies, where an answer leads."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

STAFF = {
    "type": "http",
    "scheme": "bearer",
    "description": "The secret of a staff session, from `POST /api/v1/sessions`; twelve hours at most, two without a request.",
}
#: An answer's field leads to another address: (operation, status) → name of the link, operation, its parameters.
LINKS: dict[tuple[str, str], list[tuple[str, str, dict[str, str]]]] = {
    ("post /api/v1/checkouts", "201"): [
        ("read", "get /api/v1/checkouts/{checkout_id}", {"checkout_id": "$response.body#/id"}),
        ("pay", "post /api/v1/checkouts/{checkout_id}/completion", {"checkout_id": "$response.body#/id"}),
    ],
    ("get /api/v1/products", "200"): [
        ("first", "get /api/v1/products/{product_id}", {"product_id": "$response.body#/products/0/id"}),
    ],
    ("get /api/v1/products/{product_id}", "200"): [
        (
            "availability",
            "get /api/v1/products/{product_id}/availability",
            {"product_id": "$request.path.product_id"},
        ),
    ],
    ("get /api/v1/orders", "200"): [
        ("first", "get /api/v1/orders/{order_id}", {"order_id": "$response.body#/orders/0/id"}),
    ],
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The framework's description with ours. Changes `schema`; twice is once."""
    schemas = schema["components"]["schemas"]
    schema["components"]["securitySchemes"] = {"staff": STAFF}
    operations = {
        f"{method} {path}": operation
        for path, item in schema["paths"].items()
        for method, operation in item.items()
    }
    for name, operation in operations.items():
        responses = operation["responses"]
        # Signing in answers 401 too, and is asked without a secret.
        if "401" in responses and name != "post /api/v1/sessions":
            operation["security"] = [{"staff": []}]
        if "requestBody" in operation:
            responses["413"] = {"description": "More than two megabytes", "content": _PROBLEM}
            responses["415"] = {"description": "The body is not application/json", "content": _PROBLEM}
            for reached in _reached(operation["requestBody"], schemas, set()):
                # Unknown fields are refused in everything that is sent.
                if schemas[reached].get("type") == "object":
                    schemas[reached]["additionalProperties"] = False
    for (name, status), links in LINKS.items():
        operations[name]["responses"][status]["links"] = {
            link: {"operationId": operations[to]["operationId"], "parameters": parameters}
            for link, to, parameters in links
        }
    return schema


def _reached(part: object, schemas: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The names of the schemas that `part` refers to, and those refer to."""
    for name in re.findall(rb'"#/components/schemas/([^"]+)"', msgspec.json.encode(part)):
        if (reached := name.decode()) not in seen:
            seen.add(reached)
            yield reached
            yield from _reached(schemas[reached], schemas, seen)


class Description(JsonRenderPlugin):
    """Serves it, made once."""

    def __init__(self) -> None:
        super().__init__(path=["/", "/openapi.json"])
        self._made = b""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        self._made = self._made or msgspec.json.encode(described(openapi_schema))
        return self._made
