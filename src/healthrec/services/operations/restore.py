"""Puts an installation back from a backup: read to its end before anything is touched, the old state whole until the new one is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from healthrec.crypto import chain
from healthrec.crypto.backup import decrypt_stream, verify_stream
from healthrec.errors import Conflict, Issue
from healthrec.services.opening import seal_all
from healthrec.services.operations.backup import Header, secret_id
from healthrec.services.operations.in_use import alone
from healthrec.settings import Settings
from healthrec.store import audit, house_state, schema
from healthrec.store.backup import Loader, revoke_all
from healthrec.store.engine import Connection, Database


@dataclass(slots=True)
class Restored:
    """What came back: rows by table, the first audit event that does not hold (None when all do), and whether the secret of
    this installation is the one under which second factors were kept."""

    rows: dict[str, int] = field(default_factory=dict)
    bad_event: chain.BadEvent | None = None
    same_secret: bool = True


def restore(settings: Settings, file: Path, passphrase: str, *, replace: bool = False) -> Restored:
    """Load `file` into the database of `settings`. Sessions and tokens are not brought back.

    Raises BadBackupError for a container that cannot be trusted, Conflict for a target with records unless `replace`, and
    for one that a server works on.
    Whatever is raised, the target is as it was.
    """
    with file.open("rb") as container, alone(settings):
        verify_stream(container, passphrase)
        if not replace and not _is_empty(settings):
            raise Conflict(Issue("conflict", "cli.restore-not-empty"))
        container.seek(0)
        with _target(settings) as connection:
            header, restored = _load(connection, container, passphrase)
        restored.same_secret = _keep_secret(settings, header)
        _note(settings)
    return restored


def _load(connection: Connection, container: BinaryIO, passphrase: str) -> tuple[Header, Restored]:
    with Loader(connection) as loader:
        taking = _Taking(loader, connection)
        decrypt_stream(container, cast(BinaryIO, taking), passphrase, verify_first=False)
    assert taking.header is not None
    schema.upgrade_within(connection)
    revoke_all(connection)
    bad = chain.verify(audit.sealed_events(connection), audit.start_of_chain(connection))
    return taking.header, Restored(loader.rows, bad)


class _Taking:
    """Takes the content: its first line is the header, the rest goes to the loader."""

    def __init__(self, loader: Loader, connection: Connection) -> None:
        self.header: Header | None = None
        self._loader = loader
        self._connection = connection
        self._first = b""

    def write(self, piece: bytes) -> int:
        """Take the next bytes."""
        if self.header is not None:
            return self._loader.write(piece)
        line, end, rest = (self._first + piece).partition(b"\n")
        self._first = line
        if end:
            self.header = Header.read(line)
            schema.upgrade_within(self._connection, self.header.revision)
            self._loader.write(rest)
        return len(piece)


@contextmanager
def _target(settings: Settings) -> Iterator[Connection]:
    """An empty database to load into. What is loaded takes the place of the old when the block ends well, else nothing does."""
    database = Database(settings.database_url, key=settings.database_key)
    try:
        with _embedded(database, settings) if database.path else _on_server(database) as connection:
            yield connection
    finally:
        database.close()


@contextmanager
def _on_server(database: Database) -> Iterator[Connection]:
    """One transaction: tables dropped, made, loaded, committed."""
    with database.write() as connection:
        schema.downgrade_within(connection)
        yield connection


@contextmanager
def _embedded(database: Database, settings: Settings) -> Iterator[Connection]:
    """A new file beside the old one, which is moved aside, and away once the new one is in its place."""
    path = cast(Path, database.path)
    fresh = path.with_name(f"{path.name}.restoring")
    _remove(fresh)
    try:
        new = Database(f"sqlite:///{fresh.as_posix()}", key=settings.database_key)
        try:
            with new.engine.connect() as connection, connection.begin():
                yield connection
            _one_file(new)
        finally:
            new.close()
        _one_file(database)
        database.close()
        aside = path.with_name(f"{path.name}.before-restore")
        path.replace(aside)
        fresh.replace(path)
        _remove(aside)
    finally:
        _remove(fresh)


def _one_file(database: Database) -> None:
    """Bring what stands in the log into the file itself, so that it can be moved."""
    with database.hold() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE").fetchall()


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).unlink()


def _is_empty(settings: Settings) -> bool:
    database = Database(settings.database_url, key=settings.database_key)
    try:
        schema.upgrade(database)
        with database.read() as connection:
            return not house_state.any_written(connection)
    finally:
        database.close()


def _keep_secret(settings: Settings, header: Header) -> bool:
    """An embedded installation gets the secret of the backup back; on a server it is the operator's."""
    if settings.secret_key:
        return secret_id(settings.secret_key) == header.key_id
    path = Database(settings.database_url).path
    if path is None or not header.secret:
        return False
    kept = path.with_suffix(".secret")
    kept.touch(mode=0o600)
    kept.write_text(header.secret, encoding="ascii")
    return True


def _note(settings: Settings) -> None:
    """The restored audit goes on with the restore itself."""
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    row = audit.AuditRow(now, 0, 0, "operator", "restore", "success", "record", "local")
    database = Database(settings.database_url, key=settings.database_key)
    try:
        with database.write() as connection:
            audit.insert_rows(connection, database.keys.take, [row])
        seal_all(database)
    finally:
        database.close()
