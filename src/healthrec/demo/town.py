"""The demo town: a pure, deterministic generator of FHIR R4 documents, for training, tests and benchmarks.

The same seed, day and number of children give the same bytes in every run; child number i stays the same, but for
the institutions it goes to, when the town grows. All of it is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from pypinyin import lazy_pinyin

from healthrec.demo import documents as fhir
from healthrec.demo.children import ChildPlan, plan_child
from healthrec.demo.documents import Document
from healthrec.demo.growing import GrowthCurves
from healthrec.demo.institutions import Institution, Institutions, Nursery, Staff, institutions
from healthrec.demo.lives import Life
from healthrec.demo.numbers import MOST_CHILDREN, resource_id
from healthrec.demo.rounds import guide_visits
from healthrec.domain.age import completed_months
from healthrec.domain.growth.standard import GrowthStandard
from healthrec.rulebook import load_rulebook
from healthrec.settings import schemas_dir

DEFAULT_CHILDREN: Final = 300
DEFAULT_SEED: Final = 20261122
DEFAULT_TODAY: Final = date(2026, 11, 22)


INSTRUMENTS: Final = (
    ("scale", "体重秤 1 号 Scale 1"),
    ("length-board", "量板 1 号 Board 1"),
    ("stadiometer", "身高计 1 号 Stadiometer 1"),
    ("head-tape", "软尺 1 号 Tape 1"),
)
"""Kind and label of what every institution measures with."""


@dataclass(frozen=True, slots=True)
class Account:
    """One demo sign-in. `person` is a reference to a Practitioner or RelatedPerson; guardians have no organization."""

    user: str
    role: str
    person: str
    organization_id: str
    zh: str
    en: str


@dataclass(frozen=True)
class Town:
    """A town of `children` children on the day `today`."""

    children: int
    seed: int
    today: date
    institutions: Institutions
    curves: GrowthCurves

    def resources(self) -> Iterator[Document]:
        """Every document, each after those it refers to: institutions and staff first, then child by child."""
        yield from self.institution_documents()
        for index in range(self.children):
            yield from self.child(index).documents()

    def institution_documents(self) -> Iterator[Document]:
        """Organizations, Practitioners, PractitionerRoles, what is measured with, and the guides' visits."""
        yield from map(fhir.organization, self.institutions.organizations())
        people = {person.id: person for person in self.institutions.staff}
        yield from map(fhir.practitioner, people.values())
        for person in self.institutions.staff:
            id = resource_id(self.seed, "role", person.id, person.role, person.place)
            yield fhir.practitioner_role(id, person, self.today)
        yield from self._instruments()
        yield from guide_visits(self.institutions, self.seed, self.today)

    def _instruments(self) -> Iterator[Document]:
        """Every nursery and health centre measures with a scale, a board or stadiometer, and a tape."""
        places = (*self.institutions.centres, *(one.organization for one in self.institutions.nurseries))
        for place in places:
            for kind, name in INSTRUMENTS:
                yield fhir.instrument(resource_id(self.seed, "instrument", place.id, kind), kind, name, place.id)

    def plan(self, index: int) -> ChildPlan:
        """What is decided about child `index` before any document is made; quick."""
        return plan_child(index, self.seed, self.today)

    def child(self, index: int) -> Life:
        """Child `index` (from 0): id, name, guardians, stays in nurseries, documents."""
        return Life(self.plan(index), self.seed, self.today, self.institutions, self.curves)

    @cached_property
    def demo_child(self) -> Life:
        """The child of the sign-in `parent`: of the first nursery and health centre, as are the other sign-ins."""
        return self._child_of(0)

    @cached_property
    def second_demo_child(self) -> Life:
        """The child of the sign-in `parent2`, of the second nursery and health centre."""
        return self._child_of(1)

    def accounts(self) -> tuple[Account, ...]:
        """The demo sign-ins: one for each role, and five of other institutions. Two guardians need two children."""
        town = self.institutions
        first, second = town.nurseries[0], town.nurseries[1]
        room = self._room_of_demo_child()
        return (
            self._of_staff("doctor", town.centres[0]),
            self._of_guide("guide", first),
            self._of_staff("vaccinator", town.centres[0]),
            self._of_staff("nurse", first.organization),
            self._of_staff("carer", room, first.organization),
            self._of_staff("head", first.organization),
            _of_guardian("parent", self.demo_child),
            self._of_staff("specialist", town.hospital),
            *(self._of_staff(role, town.district) for role in ("district", "admin", "auditor")),
            self._of_staff("doctor", town.centres[1], user="doctor2"),
            self._of_guide("guide2", second),
            self._of_staff("vaccinator", town.centres[1], user="vaccinator2"),
            self._of_staff("nurse", second.organization, user="nurse2"),
            _of_guardian("parent2", self.second_demo_child),
        )

    def _of_staff(self, role: str, place: Institution, shown: Institution | None = None, user: str = "") -> Account:
        return _staff_account(user or role, self.institutions.staff_at[place.id, role][0], place, shown or place)

    def _of_guide(self, user: str, nursery: Nursery) -> Account:
        guide = self.institutions.staff_at[nursery.organization.id, "guide"][0]
        centre = self.institutions.centres[nursery.centre]
        return _staff_account(user, guide, centre, centre)

    def _room_of_demo_child(self) -> Institution:
        stays = self.demo_child.stays
        nursery = self.institutions.nurseries[0]
        return stays[-1].room if stays and stays[-1].nursery == 0 else nursery.classes[0][0]

    def _child_of(self, number: int) -> Life:
        """A healthy toddler in nursery and centre `number`; in a tiny town any child, not the same one twice."""
        for index in range(self.children):
            if 8 <= completed_months(self.plan(index).born, self.today) <= 30 and self._fits(index, number):
                return self.child(index)
        return self.child(min(number, self.children - 1))

    def _fits(self, index: int, number: int) -> bool:
        life = self.child(index)
        plain = life.plan.is_healthy and life.plan.moved_in is None and life.plan.birth_order is None
        here = bool(life.stays) and life.stays[-1].end is None and life.stays[-1].nursery == number
        return plain and here and life.centre == number


def town(
    children: int = DEFAULT_CHILDREN,
    seed: int = DEFAULT_SEED,
    today: date = DEFAULT_TODAY,
    standard: GrowthStandard | None = None,
) -> Town:
    """The town of `children` (1 to 600,000) on the day `today`. ValueError for other numbers of children.

    Children grow by `standard`; without one, by WS/T 423-2022 as the rulebook has it.
    """
    if not 1 <= children <= MOST_CHILDREN:
        raise ValueError(f"a demo town has 1 to {MOST_CHILDREN} children, not {children}")
    standard = standard or load_rulebook(schemas_dir()).growth_rules(today).standard
    return Town(children, seed, today, institutions(children, seed), GrowthCurves(standard))


def _staff_account(user: str, person: Staff, place: Institution, shown: Institution) -> Account:
    return Account(
        user,
        person.role,
        f"Practitioner/{person.id}",
        place.id,
        f"{person.name}（{shown.zh}）",
        f"{_pinyin(person.name)} ({shown.en})",
    )


def _of_guardian(user: str, life: Life) -> Account:
    relationship, name, _ = life.guardians[0]
    reference = f"RelatedPerson/{life.guardian_id(relationship)}"
    child = life.name.official
    return Account(
        user, "parent", reference, "", f"{name}（{child}的妈妈）", f"{_pinyin(name)} (mother of {_pinyin(child)})"
    )


def _pinyin(name: str) -> str:
    first, *rest = lazy_pinyin(name)
    return f"{first.title()} {''.join(rest).title()}"
