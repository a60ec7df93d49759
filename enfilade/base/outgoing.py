"""Requests to addresses that somebody typed: only to public ones, to the very address that was judged, and never for long.

What is refused and why stands in docs/algorithms/webhooks.md.
"""

import asyncio
import re
import socket
import ssl
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

URL_LETTERS_MAX = 500
LOOK_UP_SECONDS_MAX = 5.0
TRY_SECONDS_MAX = 10.0
CONNECT_SECONDS_MAX = 4.0
ANSWER_BYTES_MAX = 4_096
#: Names that are looked up at the same time; each name only once.
LOOK_UPS_MAX = 32
#: Of a name with more addresses only these are connected to, one after the other.
ADDRESSES_TRIED_MAX = 3

T = TypeVar("T")
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?\.?")
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
#: Global by their registry's word, and yet no place for a message.
_REFUSED = tuple(
    ip_network(block)
    for block in (
        "168.63.129.16/32",  # Azure's own services, reachable from every machine there
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocols, Teredo among them
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)


class AddressRefused(Exception):
    """No message goes to this address; the words say why, to whoever typed it."""


class NoAnswer(Exception):
    """Nothing came back in time; the words say what happened."""


class TooMuch(NoAnswer):
    """More came than is read."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(f"It is longer than {bytes_max // 1_000_000} MB.")


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. `asked` is what follows the host, as it is sent."""

    secure: bool
    host: str
    port: int
    asked: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: `content` whole, '' where it is as before; `location` where it leads elsewhere."""

    status: int
    content: bytes
    etag: str
    location: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is the beginning of what was answered, in printable letters; `retry_after` the header as it came."""

    status: int
    text: str
    retry_after: str


def parsed(url: str, *, inside: bool = False) -> Target:
    """What the address says, before anything is looked up. `inside`: http is allowed. Raises AddressRefused."""
    if len(url) > URL_LETTERS_MAX:
        raise AddressRefused(f"Give an address of {URL_LETTERS_MAX} letters at most.")
    if not re.fullmatch(r"[!-~]+", url) or any(letter in url for letter in '\\"<>^`{|}'):
        raise AddressRefused("Write the address without spaces or letters that addresses do not have.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is no address.") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise AddressRefused("Give an address that begins with https://.")
    if parts.scheme == "http" and not inside:
        raise AddressRefused("Give an address that begins with https://: messages are not sent in the open.")
    if "@" in parts.netloc:
        raise AddressRefused("Leave user and password out: every message is signed.")
    if parts.fragment or url.endswith("#"):
        raise AddressRefused("Leave out the part after #.")
    if port == 0:
        raise AddressRefused("Port 0 is none.")
    if _literal(parts.hostname) is None and not _HOST.fullmatch(parts.hostname):
        raise AddressRefused("Write the host in plain letters; names in other scripts begin with xn--.")
    secure = parts.scheme == "https"
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, parts.hostname, port or (443 if secure else 80), asked)


def public(address: Address) -> bool:
    """Whether this is an address of the public internet."""
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        if address.ipv4_mapped is not None:
            return public(address.ipv4_mapped)
        if address in _NAT64:
            return public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return not any(address in block for block in _REFUSED if block.version == address.version)


class Outgoing:
    """How this process asks addresses that somebody typed. `inside` lets http and private addresses through."""

    def __init__(
        self,
        *,
        inside: bool = False,
        trusted: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        seconds_max: float = TRY_SECONDS_MAX,
    ) -> None:
        self.inside = inside
        self._trusted = trusted
        self._resolve = resolve or self._looked_up
        self._seconds_max = seconds_max
        self._threads: ThreadPoolExecutor | None = None
        self._asking: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def judged(self, url: str) -> tuple[Target, list[Address]]:
        """The target and its addresses, each of which may be connected to. Raises AddressRefused, NoAnswer."""
        target = parsed(url, inside=self.inside)
        literal = _literal(target.host)
        if literal is not None:
            found: list[Address] = [literal]
        else:
            found = [ip_address(one) for one in await self._addresses(target)]
        if not self.inside and not all(public(one) for one in found):
            raise AddressRefused("This is an address inside a network; messages go to public addresses only.")
        return target, found

    @asynccontextmanager
    async def to(self, url: str, *, at_once: int = 1) -> AsyncIterator["Line"]:
        """A line to where `url` leads now. Raises AddressRefused, NoAnswer."""
        target, found = await self.judged(url)
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        # One client a target: its pool knows connections by address alone, not by the name their certificate was asked for.
        async with httpx.AsyncClient(
            verify=self._trusted or certificates(),
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            timeout=httpx.Timeout(self._seconds_max, connect=min(CONNECT_SECONDS_MAX, self._seconds_max)),
            limits=limits,
        ) as client:
            yield Line(client, target, found[:ADDRESSES_TRIED_MAX], self._seconds_max)

    async def _addresses(self, target: Target) -> list[str]:
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS_MAX):
                found = await self._resolve(target.host, target.port)
        except TimeoutError:
            raise NoAnswer("The name of the host was not found in time.") from None
        except (OSError, UnicodeError):
            raise NoAnswer("The name of the host is not known.") from None
        if not found:
            raise NoAnswer("The name of the host has no address.")
        return found

    async def _looked_up(self, host: str, port: int) -> list[str]:
        # Who asks for a name that is being looked up waits for that answer: a slow name server holds one thread a name.
        at = (host, port)
        if (asking := self._asking.get(at)) is None:
            self._threads = self._threads or ThreadPoolExecutor(LOOK_UPS_MAX, "look-up")
            loop = asyncio.get_running_loop()
            asking = asyncio.ensure_future(loop.run_in_executor(self._threads, _resolved, host, port))

            def ended(done: asyncio.Future[list[str]]) -> None:
                del self._asking[at]
                if not done.cancelled():
                    done.exception()  # heard, though who asked may have gone

            asking.add_done_callback(ended)
            self._asking[at] = asking
        return await asyncio.shield(asking)


class Line:
    """Connections to the judged addresses of one target, kept open between messages."""

    def __init__(
        self, client: httpx.AsyncClient, target: Target, addresses: list[Address], seconds_max: float
    ) -> None:
        self._client, self._target = client, target
        self._addresses, self._seconds_max = addresses, seconds_max

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Sends and hears the beginning of the answer. Raises NoAnswer."""
        return await self._in_time(lambda address: self._post(address, body, headers))

    async def get(self, headers: dict[str, str], *, bytes_max: int) -> Fetched:
        """Asks for what is there, whole. Raises NoAnswer, TooMuch beyond `bytes_max`."""
        return await self._in_time(lambda address: self._get(address, headers, bytes_max))

    async def _in_time(self, ask: Callable[[Address], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._seconds_max):
                try:
                    return await self._anywhere(ask)
                except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                    # A connection that was kept open and that the other side has just closed: once more, on a new one.
                    return await self._anywhere(ask)
        except (TimeoutError, httpx.TimeoutException):
            raise NoAnswer(f"No answer within {self._seconds_max:g} seconds.") from None
        except httpx.ConnectError as error:
            if _of_certificate(error):
                raise NoAnswer("The certificate of the host is not valid for its name.") from None
            raise NoAnswer("No connection: nobody listens there, or not in TLS.") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NoAnswer("The connection broke, or what came back was no HTTP.") from None

    async def _anywhere(self, ask: Callable[[Address], Awaitable[T]]) -> T:
        for address in self._addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await ask(address)
        return await ask(self._addresses[-1])

    async def _post(self, address: Address, body: bytes, headers: dict[str, str]) -> Answer:
        async with self._stream("POST", address, headers, body) as response:
            heard = b""
            async for chunk in response.aiter_raw():
                heard += chunk[: ANSWER_BYTES_MAX - len(heard)]
                if len(heard) >= ANSWER_BYTES_MAX:
                    break
            return Answer(
                response.status_code, printable(heard), response.headers.get("retry-after", "")[:60]
            )

    async def _get(self, address: Address, headers: dict[str, str], bytes_max: int) -> Fetched:
        async with self._stream("GET", address, headers) as response:
            status, said = response.status_code, response.headers
            etag, location = said.get("etag", "")[:200], said.get("location", "")[:URL_LETTERS_MAX]
            # Said again as it was heard, and headers are ASCII.
            etag = etag if etag.isascii() else ""
            if status != 200:
                return Fetched(status, b"", etag, location)
            if said.get("content-encoding", "identity").lower() not in ("", "identity"):
                # Asked for as it is: what unfolds to more than it weighs is not unfolded.
                raise NoAnswer("It came packed, though it was asked for unpacked.")
            parts: list[bytes] = []
            heard = 0
            async for chunk in response.aiter_raw():
                heard += len(chunk)
                if heard > bytes_max:
                    raise TooMuch(bytes_max)
                parts.append(chunk)
            return Fetched(status, b"".join(parts), etag, "")

    def _stream(
        self, method: str, address: Address, headers: dict[str, str], body: bytes | None = None
    ) -> AbstractAsyncContextManager[httpx.Response]:
        target = self._target
        at = f"[{address}]" if address.version == 6 else str(address)
        usual = 443 if target.secure else 80
        name = f"[{target.host}]" if ":" in target.host else target.host
        host = name if target.port == usual else f"{name}:{target.port}"
        url = f"{'https' if target.secure else 'http'}://{at}:{target.port}{target.asked}"
        sent = {**headers, "host": host, "accept-encoding": "identity"}
        # The certificate is asked for by name, though the connection goes to the address.
        wanted = {"sni_hostname": target.host.rstrip(".")} if target.secure else {}
        return self._client.stream(method, url, content=body, headers=sent, extensions=wanted)


def printable(heard: bytes) -> str:
    """Text as a page may show it: of one line, without control characters."""
    text = heard.decode("utf-8", errors="replace")
    return " ".join(
        "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in text).split()
    )


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _of_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


@cache
def certificates() -> ssl.SSLContext:
    """Read once: the certificates of the world take longer to read than a message to send."""
    return httpx.create_ssl_context(trust_env=False)
