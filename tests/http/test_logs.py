"""Logs tell what happened and to which address, and nothing of whom."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from healthrec.http.logs import configure_logs, drop_personal, without_personal


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written while logs go to it; the usual logging comes back afterwards."""
    before, stream = list(logging.getLogger().handlers), io.StringIO()
    level = logging.getLogger().level
    configure_logs(stream)
    yield stream
    logging.basicConfig(handlers=before, level=level, force=True)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("id 11010120000101123X", "id …"),
        (
            "id 899999202401011234.",
            "id ….",
        ),
        ("phone 13800138000", "phone …"),
        ("child 王小明 and 阿依古丽·买买提", "child … and …"),
        ("𬭸", "…"),
        ("/children/0f6f1d2e-7a4b-4a53-9d0c-138001380001", "/children/0f6f1d2e-7a4b-4a53-9d0c-138001380001"),
        ("took 1795314659179784", "took 1795314659179784"),
    ],
)
def test_names_and_numbers_of_persons_are_hidden(text: str, shown: str) -> None:
    assert without_personal(text) == shown


def test_personal_keys_are_hidden_whatever_they_hold() -> None:
    event = drop_personal(None, "", {"event": "x", "name": "Wang", "id_number": 7, "status": 200, "found": ["王"]})
    assert event == {"event": "x", "name": "…", "id_number": "…", "status": 200, "found": "['…']"}


def test_a_fault_is_told_by_kind_and_place_without_its_sentence(log: io.StringIO) -> None:
    try:
        raise ValueError("王小明 Wang")
    except ValueError:
        logging.getLogger("healthrec.x").exception("it failed for %s", "王小明")
    line = json.loads(log.getvalue())
    assert (line["event"], line["fault"], line["logger"]) == ("it failed for …", "ValueError", "healthrec.x")
    assert "test_a_fault_is_told" in line["at"]
    assert "Wang" not in log.getvalue()
