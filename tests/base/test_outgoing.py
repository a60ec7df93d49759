"""What somebody typed leads outside only: every kind of inner address is refused, and the judged address is the one asked."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
import trustme

from enfilade.base.outgoing import (
    ANSWER_BYTES_MAX,
    AddressRefused,
    NoAnswer,
    Outgoing,
    Resolve,
    parsed,
    printable,
    public,
)


def listed(text: str) -> list[str]:
    return text.split()


INNER = listed("""
127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 169.254.0.1
100.64.0.1 100.100.100.200 100.127.255.255 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 224.0.1.1
239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 192.88.99.1
::1 :: fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1::1 2001::1
2001:db8::1 3fff::1 5f00::1 100::1
""")
OUTER = listed("""
1.1.1.1 93.184.215.14 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1 2606:4700::1111 64:ff9b::101:101
""")
#: Each is a spelling of 127.0.0.1 or of somewhere inside, to a resolver or to a careless reader.
SPELLINGS = listed("""
https://127.0.0.1/ https://127.1/ https://2130706433/ https://0x7f000001/ https://0177.0.0.1/ https://localhost/
https://localhost./ https://[::1]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://0/ https://[fe80::1%25eth0]/
""")
NO_ADDRESS = [
    *listed("""
http://hooks.example/ ftp://hooks.example/ https:/hooks.example hooks.example https:// //hooks.example/
https://user:word@hooks.example/ https://user@hooks.example/ https://1.1.1.1@127.0.0.1/ https://hooks.example:0/
https://hooks.example:99999/ https://hooks.example:x/ https://hooks.example/#part https://hooks.example/\\@127.0.0.1
https://hooks_example!/ https://ｅxample.com/ https://１２７.0.0.1/ https://[::1/ file:///etc/passwd
https://-hooks.example/ gopher://127.0.0.1:6379/_x https://hooks.example/{a} https:///etc
"""),
    "https://exam\tple.com/",
    "https://hooks.example/a b",
    "https://hooks.example/\r\nhost: x",
    "",
]


def test_inner_addresses_are_told_from_outer_ones() -> None:
    assert [one for one in INNER if public(ip_address(one))] == []
    assert [one for one in OUTER if not public(ip_address(one))] == []


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_of_ours_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(AddressRefused):
        parsed(url)


def test_a_good_address_is_taken_apart_as_it_is_sent() -> None:
    one = parsed("https://Hooks.Example:8443/a%20b/c?d=e&f=%2F")
    assert (one.secure, one.host, one.port, one.asked) == (True, "hooks.example", 8443, "/a%20b/c?d=e&f=%2F")
    assert parsed("https://hooks.example").asked == "/"
    with pytest.raises(AddressRefused):
        parsed("https://hooks.example/" + "x" * 500)


def names(*addresses: str) -> Outgoing:
    """One for whom every name has these addresses."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return Outgoing(resolve=resolve)


@pytest.mark.parametrize("url", SPELLINGS)
async def test_no_spelling_leads_inside(url: str) -> None:
    with pytest.raises((AddressRefused, NoAnswer)) as refusal:
        await Outgoing().judged(url)
    # By the resolver of this machine: most of them are an address to it, and judged as one.
    if url.startswith(("https://127", "https://[", "https://localhost/")):
        assert refusal.type is AddressRefused


async def test_a_name_that_leads_inside_is_refused_and_one_private_address_is_enough() -> None:
    for inner in INNER:
        with pytest.raises(AddressRefused):
            await names(inner).judged("https://hooks.example/")
    with pytest.raises(AddressRefused):
        await names("93.184.215.14", "10.0.0.1").judged("https://hooks.example/")
    assert len((await names(*OUTER).judged("https://hooks.example/"))[1]) == len(OUTER)
    with pytest.raises(NoAnswer):
        await names().judged("https://hooks.example/")
    with pytest.raises(NoAnswer):
        await Outgoing().judged("https://no-such-name.invalid/")


async def test_a_refused_address_is_never_connected_to() -> None:
    """Its twin is the same, allowed inside: it is heard."""
    async with serving([b""]) as (port, heard):
        for inside in (False, True):
            outgoing = Outgoing(inside=inside, seconds_max=2)
            with pytest.raises((AddressRefused, NoAnswer)):
                async with outgoing.to(f"https://localhost:{port}/") as line:
                    await line.post(b"{}", {})
            assert bool(heard) == inside


@asynccontextmanager
async def serving(
    answers: list[bytes], context: ssl.SSLContext | None = None, pause: float = 0.0
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that gives each connection the next answer, in pieces with a pause between them, and keeps what it heard."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            heard.append(await reader.read(65_536))
            for at in range(0, len(said := answers.pop(0)), 4096 if not pause else 10):
                writer.write(said[at : at + (4096 if not pause else 10)])
                await writer.drain()
                await asyncio.sleep(pause)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls(authority: trustme.CA, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server with a certificate of these names shows, and what a client that trusts the authority expects."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(*names).configure_cert(server)
    authority.configure_trust(client)
    return server, client


async def test_the_connection_goes_to_the_judged_address_and_the_certificate_is_asked_for_by_name(
    authority: trustme.CA,
) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        # A name that changes its mind: whoever asks twice is led elsewhere.
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    shows, trusts = tls(authority, "hooks.maison.example")
    answers = [b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"] * 2
    async with serving(answers, shows) as (port, heard):
        outgoing = Outgoing(inside=True, trusted=trusts, resolve=resolve)
        async with outgoing.to(f"https://hooks.maison.example:{port}/a?b=c") as line:
            assert (await line.post(b"{}", {"webhook-id": "msg_1"})).status == 200
            assert (await line.post(b"{}", {"webhook-id": "msg_2"})).status == 200
        assert asked == ["hooks.maison.example"] and len(heard) == 2
        assert b"cookie" not in b"".join(heard).lower()
        assert heard[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
        assert f"host: hooks.maison.example:{port}\r\n".encode() in heard[0].lower()
    shows, _ = tls(authority, "other.maison.example", "127.0.0.1")
    async with serving([b""], shows) as (port, heard):
        with pytest.raises(NoAnswer, match="certificate"):
            async with Outgoing(inside=True, trusted=trusts, resolve=resolves("127.0.0.1")).to(
                f"https://hooks.maison.example:{port}/"
            ) as line:
                await line.post(b"{}", {})
        assert heard == [] or heard == [b""]


def resolves(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


async def posted(outgoing: Outgoing, port: int) -> object:
    async with outgoing.to(f"http://127.0.0.1:{port}/") as line:
        return await line.post(b"{}", {})


async def test_redirects_are_not_followed_and_answers_have_an_end() -> None:
    async with serving([]) as (elsewhere, heard_elsewhere):
        moved = f"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:{elsewhere}/\r\ncontent-length: 0\r\n\r\n".encode()
        endless = (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n"
        )
        endless += (b"1000\r\n" + b"y" * 4096 + b"\r\n") * 500
        packed = b"HTTP/1.1 400 No\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\n\x1f\x8b\x08\x00\xff"
        async with serving([moved, endless, packed]) as (port, _):
            outgoing = Outgoing(inside=True, seconds_max=5)
            first = await posted(outgoing, port)
            assert (first.status, heard_elsewhere) == (307, [])  # type: ignore[attr-defined]
            second = await posted(outgoing, port)
            assert (second.status, len(second.text)) == (200, ANSWER_BYTES_MAX)  # type: ignore[attr-defined]
            assert (await posted(outgoing, port)).status == 400  # type: ignore[attr-defined]


async def test_who_drips_breaks_off_or_talks_nonsense_is_no_answer_in_time() -> None:
    loop = asyncio.get_running_loop()
    dripping = b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-a: %d\r\n" % number for number in range(500)) + b"\r\n"
    async with serving([dripping], pause=0.05) as (port, _):
        began = loop.time()
        with pytest.raises(NoAnswer, match="within"):
            await posted(Outgoing(inside=True, seconds_max=0.4), port)
        assert loop.time() - began < 3
    for nonsense in (b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000):
        async with serving([nonsense] * 2) as (port, _):
            with pytest.raises(NoAnswer):
                await posted(Outgoing(inside=True, seconds_max=5), port)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer, match="No connection"):
            await posted(Outgoing(inside=True, seconds_max=5), taken.getsockname()[1])


def test_what_is_shown_of_an_answer_is_text_of_one_line() -> None:
    said = printable(b"a\x00b\x1b[31m\r\n<script>\xff \xe2\x80\xae z")
    assert said == "a b [31m <script>\N{REPLACEMENT CHARACTER} z"


async def test_a_name_server_that_hangs_holds_one_thread_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on, asked = threading.Event(), list[str]()

    def look_up(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        if host == "slow.example":
            go_on.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("enfilade.base.outgoing.LOOK_UP_SECONDS_MAX", 0.2)
    outgoing = Outgoing()
    slow = [outgoing.judged("https://slow.example/") for _ in range(40)]
    told = await asyncio.gather(*slow, outgoing.judged("https://quick.example/"), return_exceptions=True)
    assert [type(one) for one in told] == [NoAnswer] * 40 + [tuple]
    assert asked == ["slow.example", "quick.example"]
    go_on.set()
