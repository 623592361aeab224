"""The classes of a nursery by name, and those that a file names and the nursery does not have yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from healthrec.domain.roster.cells import plain
from healthrec.fhir.types import BASE
from healthrec.services.context import Caller, Services
from healthrec.services.imports.allowed import Nursery, acting_for
from healthrec.services.record.write import Change, apply_within
from healthrec.store import import_matches, imports
from healthrec.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Classes:
    """`by_name` gives (key, id) by plain name, Chinese or English."""

    nursery: Nursery
    by_name: Mapping[str, tuple[int, str]]

    @property
    def places(self) -> list[int]:
        """Keys of the nursery and its classes."""
        return [self.nursery.key, *{key for key, _ in self.by_name.values()}]

    def key_of(self, name: str) -> int | None:
        """The class of that name, the nursery itself when no class is named, None for a class that does not exist."""
        if not name:
            return self.nursery.key
        found = self.by_name.get(plain(name))
        return found[0] if found else None

    def id_of(self, name: str) -> str:
        """The id of the class of that name, else of the nursery."""
        found = self.by_name.get(plain(name))
        return found[1] if found else self.nursery.id

    def missing(self, names: Iterable[str]) -> list[str]:
        """Names of classes that do not exist yet, each once."""
        return list(dict.fromkeys(name for name in names if name and plain(name) not in self.by_name))


def classes_of(connection: Connection, nursery: Nursery) -> Classes:
    """The active classes of a nursery."""
    rows = import_matches.classes_of(connection, nursery.key)
    names = {plain(name): (row.key, row.id) for row in rows for name in (row.name_en, row.name) if name}
    return Classes(nursery, names)


def add_classes(
    connection: Connection, services: Services, caller: Caller, batch_id: str, nursery: Nursery, names: Iterable[str]
) -> None:
    """Add classes to the nursery, as part of the batch, which takes them away again when it is undone."""
    changes = [Change("POST", "Organization", _document(nursery, name), _id(batch_id, name)) for name in names]
    if changes:
        acting = acting_for(caller, nursery.key, unbounded=True)
        written = apply_within(connection, services, acting, changes, reason=f"import:{batch_id}")
        imports.put_writes(connection, batch_id, {one.key: one.version for one in written})


def _id(batch_id: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{batch_id}/class/{name}"))


def _document(nursery: Nursery, name: str) -> dict[str, object]:
    return {
        "resourceType": "Organization",
        "active": True,
        "type": [{"coding": [{"system": f"{BASE}CodeSystem/organization-type", "code": "class"}]}],
        "name": name,
        "partOf": {"reference": f"Organization/{nursery.id}"},
    }
