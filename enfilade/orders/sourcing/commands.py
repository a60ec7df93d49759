"""`enfilade sourcing replay`: a drawn day of orders, fulfilled in each way, next to what is proved to be the least cost."""

import click
from rich.console import Console
from rich.table import Table

from enfilade.orders.sourcing.costs import Terms


def commands() -> click.Group:
    """The group `sourcing`; it needs no database."""

    @click.group("sourcing", help="Try ways of sourcing on a drawn day.")
    def group() -> None:
        pass

    @group.command("replay")
    @click.option("--orders", default=40, show_default=True, type=click.IntRange(1, 2000))
    @click.option("--boutiques", default=75, show_default=True, type=click.IntRange(1, 300))
    @click.option("--variants", default=200, show_default=True, type=click.IntRange(1, 2000))
    @click.option("--seed", default=1, show_default=True, help="The same seed draws the same day.")
    @click.option("--seconds", default=0.8, show_default=True, help="For a batch to be solved.")
    @click.option("--proof", default=60.0, show_default=True, help="Seconds for the optimum to be proved.")
    def replay(orders: int, boutiques: int, variants: int, seed: int, seconds: float, proof: float) -> None:
        """Fulfil a day's orders nearest first, one by one, in batches of 40 and all together."""
        _replay(orders, boutiques, variants, seed, seconds, proof)

    assert replay
    return group


def _replay(orders: int, boutiques: int, variants: int, seed: int, seconds: float, proof: float) -> None:
    # The solver is loaded by who uses it: a server has no need of it.
    from enfilade.orders.sourcing.batch import one_by_one, together
    from enfilade.orders.sourcing.replay import drawn, in_batches, nearest_first, outcome

    day, terms = drawn(seed=seed, orders=orders, boutiques=boutiques, variants=variants), Terms()
    best = together(day.orders, day.places, terms, seconds=proof, gap=0)
    table = Table(box=None, pad_edge=False)
    table.add_column("way")
    for column in ("cost", "over the optimum", "parcels", "split", "unfilled", "seconds"):
        table.add_column(column, justify="right")
    ways = {
        "nearest first": lambda: nearest_first(day.orders, day.places, terms),
        "one by one": lambda: one_by_one(day.orders, day.places, terms),
        "batches of 40": lambda: in_batches(day, terms, size=40, seconds=seconds),
        "all together": lambda: together(day.orders, day.places, terms, seconds=seconds),
    }
    for name, way in ways.items():
        came = outcome(day, way)
        over = came.cost_minor / best.proved_minor if best.proved_minor else None
        table.add_row(
            name,
            f"{came.cost_minor / 100:,.2f}",
            f"{over:.3f}" if over else "–",
            *(str(count) for count in (came.parcels, came.split, came.unfilled)),
            f"{came.seconds:.2f}",
        )
    Console(width=100).print(table)
    proved = f"{best.proved_minor / 100:,.2f}" if best.proved_minor else "nothing"
    click.echo(
        f"proved: no answer costs less than {proved}; the best found costs {best.cost_minor / 100:,.2f}"
    )
