"""Pages: one template environment; in development the last line says which handler made the page, with what."""

from collections.abc import Callable
from typing import Any

import msgspec
from babel.dates import format_date, format_datetime, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.enums import MediaType

from enfilade.base import i18n
from enfilade.base.db import tally
from enfilade.base.money import Money
from enfilade.web.shared.assets import ASSETS, WEB, asset


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.globals.update(asset=asset, has_asset=lambda name: name in ASSETS, languages=i18n.NAMES, tags=i18n.TAGS)
    environment.policies["json.dumps_function"] = lambda value, **_: msgspec.json.encode(value).decode()
    environment.filters.update(
        money=lambda value, language: Money.shown(value, language),
        day=lambda value, language: format_date(value, "EEEE d MMMM", locale=i18n.LOCALES[language]),
        clock=lambda value, language: format_time(value, "short", locale=i18n.LOCALES[language]),
        moment=lambda value, language: format_datetime(value, "medium", locale=i18n.LOCALES[language]),
    )
    return environment


ENVIRONMENTS: dict[str, Environment] = {}
for _language in i18n.LANGUAGES:
    ENVIRONMENTS[_language] = _environment()
    install: Callable[..., None] = ENVIRONMENTS[_language].install_gettext_translations  # pyright: ignore[reportAttributeAccessIssue]
    install(i18n.translations(_language), newstyle=True)


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    language: i18n.Language = "en",
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: object,
) -> Response[str]:
    """`template` (a path below `enfilade/web`) as a page in `language`."""
    html = ENVIRONMENTS[language].get_template(template).render(
        request=request,
        language=language,
        path=request.url.path,
        demo=request.app.state.settings.demo,
        **context,
    )
    counting = tally.get()
    if request.app.state.settings.development and counting is not None:
        handler = request.route_handler
        html += f"<!-- {handler.handler_name} · {template} · {counting.statements} statements -->\n"
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=headers or {})
