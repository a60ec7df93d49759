"""`enfilade closures …`: a schedule of closures from a file, and half a country closed in a drawn world to see what happens."""

from collections.abc import Callable

import click

from enfilade.base.db import Db


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `closures`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("closures", help="Close boutiques by a schedule, and try what closing half a country does.")
    def group() -> None:
        pass

    return group
