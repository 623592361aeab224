"""Runs migrations on the connection that `store.schema` hands over, or on HEALTHREC_DATABASE_URL for developers."""

from __future__ import annotations

import os

from alembic import context

from healthrec.store.engine import Database
from healthrec.store.tables import metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection)
        return
    database = Database(os.environ.get("HEALTHREC_DATABASE_URL", "sqlite:///healthrec.db"))
    with database.engine.connect() as own, own.begin():
        _run_on(own)


def _run_on(connection: object) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
