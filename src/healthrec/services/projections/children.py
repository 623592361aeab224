"""Patient → the child's row: what lists sort by, what a search may begin with, what every judgement needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from healthrec.fhir.names import normal, pinyin_keys
from healthrec.fhir.types import BASE
from healthrec.store import projections
from healthrec.store.engine import Connection
from healthrec.store.resources import Write

_RESIDENT_ID = BASE + "sid/cn-resident-id"


def project(connection: Connection, write: Write, resource: Mapping[str, Any] | None) -> bool:
    """Replace the child's row; True where sex, birth date or centre are new, so that all is to be judged again."""
    before = projections.child_row(connection, write.key)
    row = _row(write, resource) if resource is not None else None
    if row is not None and before is not None:
        row["gestation_days"] = before.gestation_days
    projections.replace_one(connection, "child", write.key, row)
    known = (before.sex, before.birth_day, before.owner) if before is not None else None
    return (row["sex"], row["birth_day"], row["owner"]) != known if row is not None else before is not None


def full_name(resource: Mapping[str, Any]) -> str:
    """The name in use: the first that has no end, as one text."""
    names = resource.get("name", ())
    current = [name for name in names if name.get("use") != "old" and "end" not in name.get("period", {})]
    chosen = (current or list(names) or [{}])[0]
    return str(chosen.get("text") or chosen.get("family", "") + "".join(filter(None, chosen.get("given", ()))))


def _row(write: Write, resource: Mapping[str, Any]) -> dict[str, Any]:
    name = full_name(resource)
    keys = [
        key
        for one in resource.get("name", ())
        if (text := one.get("text"))
        for key in (normal(text), *pinyin_keys(text))
    ]
    birth = str(resource.get("birthDate", ""))
    identifiers = resource.get("identifier", ())
    return {
        "key": write.key,
        "id": write.id,
        "name": name,
        "sort_name": (pinyin_keys(name) or (normal(name),))[0],
        "find": " ".join(["", *dict.fromkeys(keys)]),
        "sex": str(resource.get("gender", "unknown")),
        "birth_day": date.fromisoformat(birth).toordinal() if len(birth) == 10 else 0,
        "birth_order": int(resource.get("multipleBirthInteger", 0)),
        "has_id_number": int(any(one.get("system") == _RESIDENT_ID for one in identifiers)),
        "gestation_days": None,
        "owner": write.owner,
        "active": int(resource.get("active", True)),
    }
