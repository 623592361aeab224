"""healthrec migrate: the database brought to the schema of this program."""

from __future__ import annotations

from healthrec.cli.installation import settings_with
from healthrec.cli.options import DatabaseUrl
from healthrec.cli.speaking import say
from healthrec.services.operations.migrating import migrated


def migrate(database_url: DatabaseUrl = "") -> None:
    """升级数据库结构。 Bring the database to the current schema; makes it when it is not there."""
    before, after = migrated(settings_with(database_url))
    say("cli.migrated" if before != after else "cli.migrated-already", revision=after)
