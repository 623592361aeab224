"""Rule choices of one organisation: shown with where each comes from, changed with an audit event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from healthrec import errors
from healthrec.errors import Issue
from healthrec.services import choices
from healthrec.services.accounts.powers import demand
from healthrec.services.admin.entering import enter
from healthrec.services.admin.rejudging import go_on
from healthrec.services.choices import CHOICES, NOBODY, VACCINES_CHOSEN, Choice
from healthrec.services.context import Caller, Services
from healthrec.services.projections.due import look_later
from healthrec.services.projections.growth import judge_later
from healthrec.store import admin, projections
from healthrec.store import choices as store
from healthrec.store.admin import PlaceRow
from healthrec.store.audit import insert_rows
from healthrec.store.engine import Connection

_LATER = (({"growth-standard", "growth-method"}, judge_later), (set(VACCINES_CHOSEN), look_later))


@dataclass(frozen=True, slots=True)
class Standing:
    """One choice at one organisation: `own` is "" where none was made here; `inherited` holds then, and comes from
    `origin` (name, English name), ("", "") for the default."""

    choice: Choice
    own: str
    inherited: str
    origin: tuple[str, str]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The choices of one organisation, and those in the tree above it, the nearest first."""

    place: PlaceRow
    standing: tuple[Standing, ...]
    above: tuple[PlaceRow, ...]


def rules_page(services: Services, caller: Caller, id_: str = "") -> RulesPage:
    """The choices of an organisation; without an id, of the first district office. Raises NotFound."""
    enter(services, caller, "settings", f"/rules/{id_}" if id_ else "/rules")
    with services.database.read() as connection:
        place = (
            admin.place(connection, id_)
            if id_
            else next(iter(admin.places_of_kinds(connection, ["district-office"], 1)), None)
        )
        if place is None:
            raise errors.NotFound("Organization")
        line = projections.ancestors(connection, place.key)
        above = [row for key in line[1:] if (row := _place(connection, key))]
        made = store.choices_at(connection, line)
        standing = [_standing(one, line, made, {row.key: row for row in above}) for one in CHOICES.values()]
    return RulesPage(place, tuple(standing), tuple(above))


def configure(services: Services, caller: Caller, id_: str, wanted: Mapping[str, str]) -> int:
    """Keep what is chosen ("" takes a choice back); gives how many choices changed. Raises Refused, NotFound.

    What judges growth or names a vaccine has this organisation's children judged again.
    """
    demand(services, caller, "settings")
    if issues := [issue for name, value in wanted.items() if (issue := _fault(name, value))]:
        raise errors.Refused(*issues)
    with services.database.write() as connection:
        place = admin.place(connection, id_)
        if place is None:
            raise errors.NotFound(f"Organization/{id_}")
        before = store.choices_at(connection, [place.key])
        changed = {name: value for name, value in wanted.items() if before.get((place.key, name), "") != value}
        for name, value in changed.items():
            store.put(connection, place.key, name, value)
            event = caller.audit(services, "configure", f"choice/{id_}", reason=f"{name}={value or 'inherited'}")
            insert_rows(connection, services.database.keys.take, [event])
        for names, later in _LATER:
            if not names.isdisjoint(changed):
                later(connection, place.key)
    go_on(services)
    return len(changed)


def _standing(
    one: Choice, line: list[int], made: Mapping[tuple[int, str], str], above: Mapping[int, PlaceRow]
) -> Standing:
    origin = next((key for key in line[1:] if (key, one.name) in made), 0)
    row = above.get(origin)
    inherited = made[origin, one.name] if origin else one.default
    return Standing(one, made.get((line[0], one.name), ""), inherited, (row.name, row.name_en) if row else ("", ""))


def _place(connection: Connection, key: int) -> PlaceRow | None:
    row = projections.organization_row(connection, key)
    return admin.place(connection, row.id) if row else None


def _fault(name: str, value: str) -> Issue | None:
    known = next((one for one in choices.CHOICES.values() if one.name == name), None)
    parts = value.split(",") if known and known.many else [value]
    if known and (value in ("", NOBODY if known.many else "") or all(part in known.options for part in parts)):
        return None
    return Issue("code-invalid", "admin.choice-unknown", name)
