"""From an address to its code: the handler, the templates beside it, the verbs its file imports."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from litestar import Litestar
from litestar.exceptions import NotFoundException
from litestar.routes import HTTPRoute

PACKAGE = Path(__file__).parents[2]


class NoSuchAddress(Exception):
    """Nothing is served there."""


def where(address: str, app: Litestar) -> Iterator[str]:
    """One line a finding. Raises NoSuchAddress."""
    parts = address.strip("/").split("/")
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not _fits(route.path, parts):
            continue
        for handler in route.route_handlers:
            function = handler.fn
            source = Path(inspect.getsourcefile(function) or "")
            if handler.http_methods == {"OPTIONS"} or not source.is_relative_to(PACKAGE):
                continue
            line = inspect.getsourcelines(function)[1]
            yield f"{' '.join(sorted(handler.http_methods - {'OPTIONS'}))} {route.path}"
            yield f"  handler    {_named(source)}:{line} {function.__name__}"
            for template in sorted({*source.parent.glob("*.html")}):
                yield f"  template   {_named(template)}"
            for verb in _verbs(source):
                yield f"  verbs      {verb}"
        return
    raise NoSuchAddress(address)


def _fits(path: str, parts: list[str]) -> bool:
    pattern = path.strip("/").split("/")
    # `/products/x` is found under every language.
    for candidate in (parts, ["fr", *parts]):
        if len(candidate) == len(pattern) and all(
            want.startswith("{") or want == have for want, have in zip(pattern, candidate, strict=True)
        ):
            return True
    return False


def _verbs(source: Path) -> list[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("enfilade."):
            module = node.module or ""
            if not module.startswith(("enfilade.web", "enfilade.base")):
                found |= {f"{module}.{name.name}" for name in node.names}
    return sorted(found)


def _named(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def command(app: Callable[[], Litestar]) -> click.Command:
    """`enfilade where ADDRESS`."""

    @click.command("where", help="Tell where an address is made: handler, templates, verbs.")
    @click.argument("address")
    def run(address: str) -> None:
        try:
            for line in where(address, app()):
                click.echo(line)
        except (NoSuchAddress, NotFoundException) as error:
            raise click.ClickException(f"nothing is served at {address}") from error

    return run
