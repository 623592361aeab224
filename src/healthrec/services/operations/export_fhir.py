"""Hands out resources as NDJSON, one stored text a line, in the order in which they came: what is referred to stands first."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from healthrec import errors
from healthrec.errors import Conflict, Issue
from healthrec.services.context import Services, operator
from healthrec.store import documents, rebuild, resources
from healthrec.store.engine import Connection
from healthrec.store.rebuild import Kept

_PAGE = 1000


def export_fhir(services: Services, to: Path, child: str = "", progress: Callable[[int], None] = lambda _: None) -> int:
    """Write every current resource (or one child's: the id of a Patient) to `to`, gzipped when it ends in .gz.

    Answers how many. One state of the record, audited before the file stands there. Raises Conflict when it is there
    already, NotFound for an unknown child.
    """
    if to.exists():
        raise Conflict(Issue("conflict", "cli.file-exists", params={"file": to.name}))
    beside, count = to.with_name(f"{to.name}.part"), 0
    try:
        with services.database.read() as connection, _opened(beside, to.suffix == ".gz") as file:
            key = _child_key(connection, child)
            for page in _pages(connection, key):
                file.write("".join(_line(connection, one) for one in page).encode())
                count += len(page)
                progress(count)
        entity = f"Patient/{child}" if child else "record"
        services.committer.commit(operator(services).audit(services, "export", entity, child=key, count=count))
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _opened(path: Path, zipped: bool) -> IO[bytes]:
    path.touch(mode=0o600)
    return cast(IO[bytes], gzip.open(path, "wb", compresslevel=6)) if zipped else path.open("wb")


def _child_key(connection: Connection, child: str) -> int:
    if not child:
        return 0
    row = resources.find(connection, "Patient", child)
    if row is None or row.deleted:
        raise errors.NotFound(f"Patient/{child}")
    return row.key


def _pages(connection: Connection, child_key: int) -> Iterator[list[Kept]]:
    after = 0
    while page := rebuild.after_key(connection, after, _PAGE, child_key):
        yield page
        after = page[-1].key


def _line(connection: Connection, one: Kept) -> str:
    """The stored text; what a Binary keeps as a blob is put into it."""
    body = one.body or ""
    if one.type == "Binary" and (found := documents.blob_of(connection, one.key)):
        return f'{body[:-1]},"data":"{base64.b64encode(found[1]).decode()}"}}\n'
    return body + "\n"
