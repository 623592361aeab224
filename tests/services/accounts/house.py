"""An installation with a clock of its own, a doctor, an administrator and an auditor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.conftest import settings_for

from healthrec.crypto.passwords import hash_password
from healthrec.services.accounts.sign_in import sign_in
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened
from healthrec.services.record.write import Change, apply
from healthrec.store import accounts
from healthrec.store.tables import audit_event

PASSWORD = "Kiwi-tree-48"
ADDRESS = "192.0.2.7"


class Clock:
    """The real clock, as far as the installation can tell; moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class House:
    services: Services
    clock: Clock
    keys: dict[str, int] = field(default_factory=dict)

    def enter(self, username: str = "doctor", password: str = PASSWORD) -> tuple[str, str]:
        return sign_in(self.services, username, password, ADDRESS)

    def events(self, action: str = "") -> list[tuple[str, str, int]]:
        """(outcome, reason, account) of the audit, oldest first."""
        with self.services.database.read() as connection:
            rows = connection.execute(audit_event.select().order_by(audit_event.c.key)).all()
        return [(row.outcome, row.reason, row.account) for row in rows if row.action == action]


@contextmanager
def standing_house(database_url: str) -> Iterator[House]:
    """The installation, opened and staffed; the auditor's role asks for a second factor."""
    clock = Clock()
    with opened(settings_for(database_url, totp_roles=("auditor",)), clock) as services:
        built = House(services, clock)
        _staff(built)
        yield built


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def _staff(house: House) -> None:
    services = house.services
    system = "https://healthrec.example/fhir/CodeSystem/"
    documents = [
        {
            "resourceType": "Organization",
            "id": "centre",
            "name": "青溪中心",
            "type": [{"coding": [{"system": f"{system}organization-type", "code": "health-centre"}]}],
        },
        {"resourceType": "Practitioner", "id": "d1", "name": [{"use": "official", "text": "周晓梅"}]},
        {
            "resourceType": "PractitionerRole",
            "id": "r1",
            "practitioner": {"reference": "Practitioner/d1"},
            "organization": {"reference": "Organization/centre"},
            "code": [{"coding": [{"system": f"{system}role", "code": "doctor"}]}],
            "period": {"start": "2020-01-01"},
        },
    ]
    written = apply(services, operator(services), [Change("PUT", d["resourceType"], d, d["id"]) for d in documents])
    organization, person = written[0].key, written[1].key
    people = {"doctor": person, "admin": 0, "auditor": 0, "system": 0}
    with services.database.write() as connection:
        for role, key in people.items():
            house.keys[role] = services.database.keys.take()
            row = accounts.new_row(
                house.keys[role],
                role,
                role,
                person=key,
                organization=organization,
                password_hash=_hash(),
                created=services.now(),
            )
            accounts.put_account(connection, row)
