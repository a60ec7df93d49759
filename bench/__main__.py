"""`bin/bench`: measures, prints a table, writes `bench/results/latest.json`."""

import json
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench.field import LONG, QUICK
from bench.figures import CLIENTS
from bench.growth import growth, keep, points
from bench.run import MAIN, NAMES, measure
from bench.sourcing import GROWTH_ORDERS, GROWTH_PLACES
from bench.sourcing import growth as sourcing_growth
from bench.worlds import ground
from enfilade.world.scale import SMALL

LATEST = Path(__file__).parent / "results" / "latest.json"


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--quick",
    is_flag=True,
    help="Short rounds. Without names: from the piece's page to the order, in under 40 s, set-up excluded.",
)
@click.option(
    "--clients",
    multiple=True,
    type=int,
    default=CLIENTS,
    help="At once; with 1, reads tell what they may take.",
)
@click.option(
    "--since", default=0, help="Of `growth`: positions of the smallest world; 0: the other axes, too."
)
@click.option("--up-to", default=1_000_000, help="Of `growth`: positions of the largest world.")
@click.option("--write", is_flag=True, help="Of `growth`: into docs/measurements.md, with its picture.")
def bench(
    names: tuple[str, ...], quick: bool, clients: tuple[int, ...], since: int, up_to: int, write: bool
) -> None:
    """Measure the shop next to its floors: all figures, or those whose names begin so; `growth`: how cost grows;
    `growth sourcing`: how that of deciding where orders leave from does."""
    if names == ("growth",):
        click.echo(keep(growth(points(since, up_to), _say), write=write))
        return
    if names == ("growth", "sourcing"):
        sizes = (GROWTH_ORDERS[:2], GROWTH_PLACES[:2]) if quick else (GROWTH_ORDERS, GROWTH_PLACES)
        click.echo(sourcing_growth(*sizes, _say))
        return
    among = MAIN if quick and not names else NAMES
    chosen = [name for name in among if not names or name.startswith(names)]
    if not chosen:
        raise click.ClickException(f"no figure is called so; there are {', '.join(NAMES)}")
    with ground(SMALL) as standing:
        told = measure(standing, chosen, QUICK if quick else LONG, _say, levels=clients)
    _write(told)
    _show(told)


def _say(text: str) -> None:
    click.echo(f"bench: {text}", err=True)


def _write(told: dict[str, dict[str, Any]]) -> None:
    """Figures not measured this time stay as they were."""
    LATEST.parent.mkdir(exist_ok=True)
    known: dict[str, Any] = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    when = {"measured_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "machine": platform.machine()}
    known |= {name: figure | when for name, figure in told.items()}
    LATEST.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _show(told: dict[str, dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("figure", "unit"):
        table.add_column(column)
    for column in (
        "value",
        "bare",
        "ratio",
        "sql floor",
        "sql ratio",
        "cpu ratio",
        "p50 ms",
        "p99 ms",
        "aim ms",
        "statements",
        "cost ratio",
    ):
        table.add_column(column, justify="right")
    for name, figure in told.items():
        cells = [figure.get(key) for key in ("value", "bare", "ratio", "sql_floor", "sql_ratio")]
        more = [
            figure.get(key) for key in ("cpu_ratio", "p50_ms", "p99_ms", "aim_ms", "statements", "cost_ratio")
        ]
        table.add_row(name, figure["unit"], *map(_cell, [*cells, *more]))
    Console(width=140).print(table)


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


if __name__ == "__main__":
    bench()
