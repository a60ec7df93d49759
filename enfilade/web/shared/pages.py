"""Pages: one template environment; in development the last line says which handler made the page, with what."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, cast

import msgspec
from babel.dates import format_date, format_datetime, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from litestar import Request, Response
from litestar.enums import MediaType

from enfilade.base import i18n
from enfilade.base.db import tally
from enfilade.base.money import Money
from enfilade.web.shared.assets import ASSETS, WEB, asset


class Said(Extension):
    """What never changes is said when a template is compiled: sentences without figures, addresses of assets."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Puts the translation for `_("…")`, the address for `asset("…")`."""
        language: i18n.Language = vars(self.environment)["language"]
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if token.type == CALL[len(held) - 1] and (len(held) > 1 or token.value in ("_", "asset")):
                if len(held) < len(CALL):
                    continue
                line, word = token.lineno, str(held[2].value)
                if held[0].value == "asset":
                    yield Token(line, "string", asset(word))
                else:
                    # As the extension for translations does it: they may hold markup, and %% is a per cent sign.
                    yield Token(line, "string", i18n.translations(language).gettext(word) % {})
                    yield Token(line, "pipe", "|")
                    yield Token(line, "name", "safe")
            elif len(held) > 1 and token.type == "name" and token.value in ("_", "asset"):
                yield from held[:-1]
                held = [token]
                continue
            else:
                yield from held
            held = []
        yield from held


CALL = ("name", "lparen", "string", "rparen")


def _environment(language: i18n.Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", Said],
        # Whether a file has changed is asked in development only.
        auto_reload=False,
    )
    environment.extend(language=language)
    names = cast("dict[str, object]", environment.globals)
    names.update(asset=asset, has_asset=_has_asset, languages=i18n.NAMES, tags=i18n.TAGS)
    environment.policies["json.dumps_function"] = _json
    filters = cast("dict[str, object]", environment.filters)
    filters.update(money=Money.shown, date=_date, day=_day, clock=_clock, moment=_moment)
    return environment


def _has_asset(name: str) -> bool:
    return name in ASSETS


def _json(value: object, **_: object) -> str:
    return msgspec.json.encode(value).decode()


def _date(value: date, language: i18n.Language) -> str:
    return format_date(value, "long", locale=i18n.LOCALES[language])


def _day(value: date, language: i18n.Language) -> str:
    return format_date(value, "EEEE d MMMM", locale=i18n.LOCALES[language])


def _clock(value: datetime, language: i18n.Language) -> str:
    # The value carries the zone of the place it is about.
    return format_time(value, "short", tzinfo=value.tzinfo, locale=i18n.LOCALES[language])


def _moment(value: datetime, language: i18n.Language) -> str:
    return format_datetime(value, "medium", tzinfo=value.tzinfo, locale=i18n.LOCALES[language])


ENVIRONMENTS: dict[str, Environment] = {}
for _language in i18n.LANGUAGES:
    ENVIRONMENTS[_language] = _environment(_language)
    _install = cast("Callable[..., None]", getattr(ENVIRONMENTS[_language], "install_gettext_translations"))  # noqa: B009
    _install(i18n.translations(_language), newstyle=True)


def follow_templates() -> None:
    """From now on a changed template shows at the next page, as one writing it wishes."""
    for environment in ENVIRONMENTS.values():
        environment.auto_reload = True


#: Where the demo's bar goes: first in the body, after the link that skips to the content.
_BODY = re.compile(r'<body[^>]*>(?:\s*<a class="skip"[^<]*</a>)?')


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
    html = (
        ENVIRONMENTS[language]
        .get_template(template)
        .render(
            request=request,
            language=language,
            path=request.scope["path"],
            demo=request.app.state.settings.demo,
            **context,
        )
    )
    if request.app.state.settings.demo:
        html = _with_bar(request, html, context.get("member", context.get("reader")))
    counting = tally.get()
    if request.app.state.settings.development and counting is not None:
        # An address that is not ours has no handler.
        handler = cast("dict[str, Any]", request.scope).get("route_handler")
        html += f"<!-- {handler.handler_name if handler else 'no handler'} · {template} · {counting.statements} statements -->\n"
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=headers or {})


def _with_bar(request: Request[Any, Any, Any], html: str, member: object) -> str:
    """In the demo only: a whole page gets the bar that changes person; a piece of a page stays as it is."""
    body = _BODY.search(html)
    if body is None:
        return html
    bar = ENVIRONMENTS["en"].get_template("demo/bar.html").render(request=request, member=member)
    style = f'<link rel="stylesheet" href="{asset("demo/bar.css")}">\n</head>'
    return html[: body.start()].replace("</head>", style, 1) + body.group() + "\n" + bar + html[body.end() :]
