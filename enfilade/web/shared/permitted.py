"""What a page may load, run and ask the browser for: little, and a screen that needs more says what."""

#: Content-Security-Policy, directive by directive.
SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
#: Directives that a screen may add: what they are about falls under default-src otherwise.
ADDED = ("frame-src",)
#: Permissions-Policy: what the browser may be asked for.
ASKED = {"camera": "()", "geolocation": "(self)", "microphone": "()", "payment": "()", "usb": "()"}


def sources(**more: str) -> dict[str, str]:
    """The header for a screen that needs more: `sources(connect_src="blob:")`."""
    added = {name.replace("_", "-"): value for name, value in more.items()}
    assert added.keys() <= {*SOURCES, *ADDED}, f"no such directive: {added.keys() - SOURCES.keys()}"
    said = [
        f"{name} {value} {added[name]}" if name in added else f"{name} {value}"
        for name, value in SOURCES.items()
    ]
    said += [f"{name} {added[name]}" for name in ADDED if name in added]
    return {"content-security-policy": "; ".join(said)}


def asked_for(**more: str) -> dict[str, str]:
    """The header for a screen that asks for more: `asked_for(camera="(self)")`."""
    return {"permissions-policy": ", ".join(f"{name}={who}" for name, who in (ASKED | more).items())}
