"""`enfilade import …` says what it did, what it refused and what to do next, and exits accordingly."""

import asyncio
import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.channels.commands import commands
from tests.maisons.house import founded


@pytest.fixture
def run(addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command in an empty folder, against a database with one maison."""

    def pools() -> Db:
        return Db(addresses.app, addresses.public, addresses.group, connections_max=2)

    async def prepared() -> None:
        db = pools()
        await db.open()
        try:
            await founded(db)
        finally:
            await db.close()

    asyncio.run(prepared())
    monkeypatch.chdir(tmp_path)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(commands(pools), list(words), env={"COLUMNS": "200"})

    return invoke


def test_what_was_done_and_what_to_do_next(run, tmp_path: Path):
    (tmp_path / "own.csv").write_text("handle,sku,name_en,price_EUR\nsac,A,Bag,100.00\n")
    result = run("catalogue", "own.csv", "--maison", "brisseval")
    assert result.exit_code == 0, result.output
    assert "1 rows read, 1 taken, 0 refused" in result.output
    assert "Next: enfilade import boutiques FILE --maison brisseval" in result.output
    assert not (tmp_path / "own.refused.csv").exists()


def test_refused_rows_are_listed_kept_in_a_file_and_give_exit_code_1(run, tmp_path: Path):
    rows = "".join(f"=bag-{n},,Bag,free\n" for n in range(30))
    (tmp_path / "own.csv").write_text(f"handle,sku,name_en,price_EUR\nsac,A,Bag,100.00\n{rows}")
    result = run("catalogue", "own.csv", "--maison", "brisseval")
    assert result.exit_code == 1
    assert "31 rows read, 1 taken, 30 refused" in result.output
    assert "line 3 · price_eur “free”: this is not an amount → write it like 1250.00 EUR" in result.output
    with (tmp_path / "own.refused.csv").open(newline="") as file:
        kept = list(csv.DictReader(file))
    assert [int(row["line"]) for row in kept] == list(range(3, 33))
    assert set(kept[0]) == {"line", "column", "value", "reason", "what_to_do"}


def test_the_file_of_refused_rows_holds_no_formula(run, tmp_path: Path):
    (tmp_path / "stock.csv").write_text("location,sku,on_hand\n=1+1,A,1\n")
    assert run("stock", "stock.csv", "--maison", "brisseval").exit_code == 1
    with (tmp_path / "stock.refused.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["value"] == "'=1+1"


def test_a_dry_run_says_that_nothing_was_written(run, tmp_path: Path):
    (tmp_path / "own.csv").write_text("handle,sku,name_en,price_EUR\nsac,A,Bag,100.00\n")
    result = run("catalogue", "own.csv", "--maison", "brisseval", "--dry-run")
    assert result.exit_code == 0
    assert "1 would be taken" in result.output
    assert "Nothing was written" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("catalogue", "own.csv", "--maison", "bris"), "there is no maison “bris”; write one of brisseval"),
        (("catalogue", "odd.csv", "--maison", "brisseval"), "docs/formats.md"),
        (("catalogue", "empty.csv", "--maison", "brisseval"), "is empty"),
        (("catalogue", "own.csv", "--maison", "brisseval", "--stock-location", "PAR1"), "counts no stock"),
        (("boutiques", "own.csv", "--maison", "brisseval"), "no boutiques file"),
        (("stock", "own.csv", "--maison", "brisseval"), "no stock file"),
        (("sales", "own.csv", "--maison", "brisseval"), "no sales file"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(run, tmp_path: Path, words: tuple[str, ...], said: str):
    (tmp_path / "own.csv").write_text("handle,sku,name_en,price_EUR\nsac,A,Bag,100.00\n")
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").write_text("")
    result = run(*words)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
