"""Puts the demo town into an empty installation, with one account for each kind of user."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from healthrec.crypto.passwords import hash_password
from healthrec.demo.institutions import records_doses
from healthrec.demo.province import import_from_province
from healthrec.demo.town import Town
from healthrec.services.accounts import demo_accounts
from healthrec.services.context import Services, operator
from healthrec.services.publishing import publish_forms
from healthrec.services.record.write import Change, apply
from healthrec.store import accounts, choices, resources
from healthrec.store.engine import Connection

PASSWORD = demo_accounts.PASSWORD
"""Known to all: these accounts exist in a demo only, whose pages say that they are one."""

_BATCH = 1500


def load(services: Services, town: Town, progress: Callable[[int, int], None] = lambda *_: None) -> int:
    """Write every resource of the town, then the accounts; answers how many resources.

    `progress` gets how many of how many children were begun.
    """
    caller, written, children = operator(services), 0, 0
    resources_left = town.resources()
    while batch := list(islice(resources_left, _BATCH)):
        changes = [Change("PUT", one["resourceType"], one, one["id"], checked=True) for one in batch]
        apply(services, caller, changes, reason="demo")
        written += len(batch)
        children += sum(one["resourceType"] == "Patient" for one in batch)
        progress(children, town.children)
    add_accounts(services, town)
    record_doses_where_vaccinated(services, town)
    import_from_province(services, town)
    publish_forms(services)
    return written


def add_accounts(services: Services, town: Town) -> None:
    """One account for each kind of user."""
    secret = hash_password(PASSWORD)
    with services.database.write() as connection:
        for one in town.accounts():
            accounts.put_account(
                connection,
                accounts.new_row(
                    services.database.keys.take(),
                    one.user,
                    one.role,
                    person=_key(connection, one.person),
                    organization=_key(connection, f"Organization/{one.organization_id}"),
                    password_hash=secret,
                    created=services.now(),
                ),
            )


def record_doses_where_vaccinated(services: Services, town: Town) -> None:
    """Every second centre, that of the first vaccination nurse among them, writes its doses down itself; the others keep to
    those of the province."""
    with services.database.write() as connection:
        for number, centre in enumerate(town.institutions.centres):
            if records_doses(number):
                choices.put(connection, _key(connection, f"Organization/{centre.id}"), "dose-origin", "here")


def _key(connection: Connection, reference: str) -> int:
    type_, _, id_ = reference.partition("/")
    row = resources.find(connection, type_, id_) if id_ else None
    return row.key if row else 0
