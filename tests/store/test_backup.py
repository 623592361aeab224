"""The stream of rows: whatever a text may hold comes back."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select

from healthrec.errors import Refused
from healthrec.services.context import Services
from healthrec.store.backup import Loader, dump
from healthrec.store.tables import blob, draft, growth_point

AWKWARD = ["", "\\N", "\\.", "a\tb\nc\r\\d", "𬭸·é", "= draft id", "\x08\x0b\x0c\x01", "\\\\x00", "'\";--"]


def test_awkward_texts_blobs_and_numbers_come_back(services: Services) -> None:
    database = services.database
    texts = [text.replace("\x01", "") if database.kind == "postgresql" else text for text in AWKWARD]
    rows = [
        {"id": str(i), "account": 1, "form": "f", "subject": 0, "fields": text, "updated": 2**62}
        for i, text in enumerate(texts)
    ]
    point = {
        "indicator": "wfa",
        "child": 1,
        "owner": 0,
        "day": 1,
        "value": "7.90",
        "level": "",
        "nutrition": "",
        "rule": "",
        "worry": 0,
    }
    with database.write() as connection:
        connection.execute(insert(draft), rows)
        connection.execute(insert(blob).values(sha256="0", media_type="x/y", size=256, data=bytes(range(256))))
        connection.execute(
            insert(growth_point), [point | {"source": 1, "z_score": None}, point | {"source": 2, "z_score": -0.1 / 3}]
        )
    content = b"".join(dump(database))
    tables = (draft, blob, growth_point)
    with database.read() as connection:
        before = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables]
    with database.write() as connection:
        from healthrec.store.backup import TABLES

        for table in reversed(TABLES):
            connection.execute(delete(table))
        with Loader(connection) as loader:
            for start in range(0, len(content), 7):
                loader.write(content[start : start + 7])
    with database.read() as connection:
        assert [connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables] == before


@pytest.mark.parametrize("content", [b"= draft id\n", b"", b"= nowhere id\n\\.\n", b"= draft nothing\n\\.\n"])
def test_a_stream_that_is_not_whole_is_refused(services: Services, content: bytes) -> None:
    with pytest.raises(Refused), services.database.write() as connection, Loader(connection) as loader:
        loader.write(content)
