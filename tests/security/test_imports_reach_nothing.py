"""What is imported reaches neither the file system nor the network nor all memory, and what is exported runs nowhere.

And no secret has a default, or shows in what is printed of the settings.
"""

import ast
import csv
import gzip
import io
import re
import socket
import tracemalloc
import zipfile
from pathlib import Path

import pytest

import enfilade
from enfilade.base.settings import SettingRefused, read
from enfilade.channels.commands import RefusedRows
from enfilade.channels.files import LINE_CHARACTERS_MAX, DelimitedFile
from enfilade.channels.google_merchant import XmlFeed
from enfilade.channels.imports import FileRefused, Refusal
from enfilade.web.shared.spreadsheets import file

CODE = Path(enfilade.__file__).parent
ITEM = "<item><g:id>1</g:id><title>{}</title></item>"
FEED = '{}<rss xmlns:g="http://base.google.com/ns/1.0" {}><channel>{}</channel></rss>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
FORMULAS = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1")


@pytest.mark.parametrize(
    ("declared", "attribute", "title"),
    [
        ('<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "", "&e;"),
        ('<!DOCTYPE rss [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/e">]>', "", "&e;"),
        ('<!DOCTYPE rss SYSTEM "http://127.0.0.1:{port}/rss.dtd">', "", "x"),
        ('<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p"> %p;]>', "", "x"),
        (f'<!DOCTYPE rss [<!ENTITY l0 "haha">{LAUGHS}]>', "", "&l9;"),
        (f'<!DOCTYPE rss [<!ENTITY l0 "haha">{LAUGHS}]>', 'a="&l9;"', "x"),
    ],
)
def test_a_feed_reads_no_file_asks_no_host_and_does_not_grow(
    tmp_path: Path, declared: str, attribute: str, title: str
) -> None:
    with socket.socket() as host:
        host.bind(("127.0.0.1", 0))
        host.listen()
        host.settimeout(0.2)
        path = tmp_path / "feed.xml"
        port = str(host.getsockname()[1])
        written = FEED.format(declared.replace("{port}", port), attribute, ITEM.format(title))
        path.write_text(written, encoding="utf-8")
        tracemalloc.start()
        with XmlFeed(path) as feed, pytest.raises(FileRefused):
            list(feed.rows())
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()
        with pytest.raises(TimeoutError):
            host.accept()


def test_an_archive_is_not_opened_and_an_endless_line_not_read(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"sku,on_hand\n" + b"0" * 50_000_000))
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../stock.csv", "0" * 50_000_000)
    for path in (bomb, archive):
        tracemalloc.start()
        try:
            with DelimitedFile(path) as opened:
                assert not {"sku", "on_hand"} <= set(opened.columns)
        except FileRefused:
            pass
        assert tracemalloc.get_traced_memory()[1] < 20_000_000, path.name
        tracemalloc.stop()
    endless = tmp_path / "endless.csv"
    endless.write_bytes(b"sku,on_hand\n" + b"a" * (LINE_CHARACTERS_MAX + 10))
    with DelimitedFile(endless) as opened, pytest.raises(FileRefused):
        list(opened.rows())


def test_no_import_follows_an_address() -> None:
    """Pictures keep the address they were given; nothing of the importers or the catalogue can ask for it."""
    asking = re.compile(r"\b(httpx|urllib\.request|requests|aiohttp|urlopen|socket)\b")
    for folder in ("channels", "catalogue", "boutiques", "stock"):
        for path in (CODE / folder).rglob("*.py"):
            assert not asking.search(path.read_text(encoding="utf-8")), path


def test_every_csv_we_write_holds_no_formula(tmp_path: Path) -> None:
    writers = {
        path.relative_to(CODE).as_posix()
        for path in CODE.rglob("*.py")
        if path.parent.name != "world"  # our own fictional catalogues
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter")
        if isinstance(node.value, ast.Name) and node.value.id == "csv"
    }
    # Whoever writes another CSV adds it here, and below.
    assert writers == {"channels/commands.py", "web/shared/spreadsheets.py"}
    shown = file("x.csv", ["a"], [[formula] for formula in FORMULAS]).content.decode("utf-8-sig")
    refused = RefusedRows(tmp_path / "refused.csv")
    for formula in FORMULAS:
        refused.write(Refusal(1, formula, formula, formula, formula))
    refused.close()
    with (tmp_path / "refused.csv").open(encoding="utf-8", newline="") as told:
        cells = [
            cell for row in [*csv.reader(io.StringIO(shown, newline="")), *csv.reader(told)] for cell in row
        ]
    assert len(cells) > 5 * len(FORMULAS)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_secrets_come_from_the_environment_or_files_and_are_not_shown(tmp_path: Path) -> None:
    given = {
        "ENFILADE_DATABASE_URL": "postgresql://enfilade_admin:database-secret@db.example/shop",
        "ENFILADE_KEY": "key-secret-" * 4,
        "ENFILADE_SMTP_URL": "smtps://shop:smtp-secret@mail.example",
        "ENFILADE_DATA": str(tmp_path),
    }
    settings = read(given)
    assert settings.key.startswith(b"key-secret")
    for said in (repr(settings), str(settings)):
        assert not re.search("database-secret|key-secret|smtp-secret", said), said
    for name in ("ENFILADE_DATABASE_URL", "ENFILADE_SMTP_URL"):
        broken = given | {name: given[name].replace("://", "//").replace("@", "@:x:")}
        with pytest.raises(SettingRefused) as refused:
            read(broken)
        assert "secret" not in str(refused.value)
    # Without a key one is made, another for each installation, and readable by its owner alone.
    keys = set()
    for folder in ("one", "two"):
        made = read(given | {"ENFILADE_KEY": "", "ENFILADE_DATA": str(tmp_path / folder)})
        keys.add(made.key)
        assert (tmp_path / folder / "key").stat().st_mode & 0o077 == 0
    assert len(keys) == 2
