"""schema.sql is what the migrations make."""

from pathlib import Path

import enfilade
from enfilade.base.commands import dumped
from enfilade.base.database import Addresses, migrate


def test_the_committed_schema_equals_the_migrations(migrated: Addresses) -> None:
    committed = (Path(enfilade.__file__).parents[1] / "schema.sql").read_text(encoding="utf-8")
    assert dumped(migrated.admin) == committed, "run `enfilade database schema` and commit schema.sql"


def test_migrating_again_does_nothing(migrated: Addresses) -> None:
    assert migrate(migrated.admin) == []
