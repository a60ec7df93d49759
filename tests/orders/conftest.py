"""The counter every test of preparing and collecting stands at."""

import pytest

from enfilade.base.db import Db
from tests.orders.counter import Counter, counter


@pytest.fixture
async def shop(db: Db) -> Counter:
    """A maison with three pieces of everything everywhere."""
    return await counter(db)
