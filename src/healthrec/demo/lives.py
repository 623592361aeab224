"""All documents of one child, made from its plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Final

from healthrec.demo import documents as fhir
from healthrec.demo.children import ChildPlan
from healthrec.demo.conditions import condition_documents
from healthrec.demo.contacts import contact_documents
from healthrec.demo.documents import Document
from healthrec.demo.doses import doses_given
from healthrec.demo.entrance import entrance_documents
from healthrec.demo.growing import GrowthCourse, GrowthCurves, Size
from healthrec.demo.institutions import BANDS, Institution, Institutions, Nursery, records_doses
from healthrec.demo.names import FamilyName, adult_name, child_name, name_before_registration, twin_name
from healthrec.demo.numbers import (
    birth_certificate_number,
    id_number,
    passport_number,
    phone_number,
    resource_id,
    travel_permit_number,
)
from healthrec.demo.signs import Seen, growth_referral, sign_documents
from healthrec.domain.age import add_months

CHECKUP_MONTHS: Final = (1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72)


@dataclass(frozen=True, slots=True)
class Stay:
    """Time in one class from `start` to `end`, both included; `end` None is still there."""

    start: date
    end: date | None
    nursery: int
    room: Institution


@dataclass(frozen=True)
class Life:
    """One child in its town. Ids come from seed and index alone."""

    plan: ChildPlan
    seed: int
    today: date
    town: Institutions
    curves: GrowthCurves

    @cached_property
    def id(self) -> str:
        return self._id("patient")

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """The classes the child went through, oldest first."""
        return tuple(self._stays())

    @cached_property
    def centre(self) -> int:
        """The number of the health centre: for most enrolled children the one that guides their nursery."""
        draw = Random(f"{self.seed}:place:{self.plan.family}")
        near, anywhere = draw.random() < 0.8, int(draw.random() * len(self.town.centres))
        return self.town.nurseries[self.stays[-1].nursery].centre if self.stays and near else anywhere

    @cached_property
    def name(self) -> FamilyName:
        family = child_name(self.plan.family, self._first_sex, Random(f"{self.seed}:name:{self.plan.family}"))
        if self.plan.index == self.plan.family:
            return family
        return twin_name(family, self.plan.sex, self._draw("twin-name").random())

    @cached_property
    def guardians(self) -> tuple[tuple[str, str, str], ...]:
        """(relationship, name, phone): the mother first, most fathers, some grandparents."""
        draw = Random(f"{self.seed}:guardians:{self.plan.family}")
        mother, father = adult_name("female", draw), adult_name("male", draw, self.name.surname)
        grandmother = adult_name("female", draw)
        people = [
            ("MTH", mother, True),
            ("FTH", father, draw.random() < 0.6),
            ("GRPRN", grandmother, draw.random() < 0.15),
        ]
        return tuple(
            (relationship, name, phone_number(self.plan.family, n))
            for n, (relationship, name, known) in enumerate(people)
            if known
        )

    def guardian_id(self, relationship: str) -> str:
        return self._id("guardian", relationship)

    def documents(self) -> Iterator[Document]:
        """The child's documents, each after those it refers to."""
        yield self._patient()
        for relationship, name, phone in self.guardians:
            yield fhir.related_person(self.guardian_id(relationship), self.id, relationship, name, phone)
        yield from self._episodes()
        yield from self._measurements()
        yield from self._doses()
        yield from condition_documents(self.plan, self.id, self.seed, self.today)
        yield from contact_documents(self.plan, self.id, self._staff("vaccinator"), self.seed, self.today)
        if self.stays:
            vaccinator, entered = self._staff("vaccinator"), self.stays[0].start
            yield from entrance_documents(self.plan, self.id, vaccinator, self.seed, entered, self.today)
        who = Seen(self.plan, self.id, self._staff("doctor"), self.town.hospital.id)
        yield from sign_documents(who, self.seed, self._checkups, self.today)
        yield from growth_referral(who, self.seed, self.today)

    def _id(self, *parts: object) -> str:
        return resource_id(self.seed, self.plan.index, *parts)

    def _draw(self, what: str) -> Random:
        return Random(f"{self.seed}:{what}:{self.plan.index}")

    @property
    def _first_sex(self) -> str:
        is_second = self.plan.index != self.plan.family
        return self.plan.sibling_sex if is_second and self.plan.sibling_sex else self.plan.sex

    def _stays(self) -> Iterator[Stay]:
        enrolment = self.plan.enrolment
        if enrolment is None:
            return
        fitting = [k for k, n in enumerate(self.town.nurseries) if n.has_kindergarten == enrolment.kindergarten]
        k = fitting[int(enrolment.draw * len(fitting))]
        for band, what in enumerate(BANDS):
            start = max(enrolment.start, add_months(self.plan.born, what.from_months))
            last = min(add_months(self.plan.born, what.until_months), enrolment.end or date.max) - timedelta(days=1)
            if start <= last and start <= self.today:
                room = _room(self.town.nurseries[k], band, enrolment.draw)
                yield Stay(start, last if last < self.today else None, k, room)

    def _patient(self) -> Document:
        identifiers, absent_reason = self._papers()
        return fhir.patient(
            self.id,
            self._names(),
            self.plan.sex,
            self.plan.born,
            self.town.centres[self.centre].id,
            identifiers,
            absent_reason,
            self.plan.birth_order,
        )

    def _names(self) -> list[Document]:
        named_on = self.plan.born + timedelta(days=35)
        first = {"text": name_before_registration(self.guardians[0][1], self.plan.sex)}
        if self._papers_kind == "none" and named_on > self.today:
            return [{"use": "official"} | first]
        official: Document = {"use": "official", "text": self.name.official}
        if self.plan.index % 25 == 21 and named_on <= self.today:
            return [official, {"use": "old"} | first | {"period": {"end": named_on.isoformat()}}]
        return [official]

    @cached_property
    def _papers_kind(self) -> str:
        draw = self._draw("papers").random()
        if (self.today - self.plan.born).days < 60:
            return "none" if draw < 0.5 else "certificate"
        for kind, until in (("passport", 0.03), ("permit", 0.06), ("certificate", 0.09), ("none", 0.12)):
            if draw < until:
                return kind
        return "resident"

    def _papers(self) -> tuple[list[Document], str | None]:
        index = self.plan.index
        match self._papers_kind:
            case "passport":
                return [fhir.identifier("passport", passport_number(index))], None
            case "permit":
                return [fhir.identifier("travel-permit", travel_permit_number(index))], None
            case "certificate":
                number = birth_certificate_number(index)
                return [fhir.identifier("birth-certificate", number)], "not-yet-registered"
            case "none":
                newborn = (self.today - self.plan.born).days < 60
                return [], "not-yet-registered" if newborn else ("not-brought", "unknown", "refused")[index % 3]
        return [fhir.identifier("cn-resident-id", id_number(self.plan.born, self.plan.order, self.plan.sex))], None

    def _episodes(self) -> Iterator[Document]:
        start = self.plan.moved_in or min(self.plan.born + timedelta(days=7), self.today)
        centre = self.town.centres[self.centre].id
        yield fhir.episode(self._id("management"), self.id, "health-management", centre, start, None)
        for n, stay in enumerate(self.stays):
            yield fhir.episode(self._id("stay", n), self.id, "nursery-enrolment", stay.room.id, stay.start, stay.end)

    def _measurements(self) -> Iterator[Document]:
        course = GrowthCourse(self.plan, self.seed, self.curves)
        if self.plan.moved_in is None:
            yield from self._birth(course.on(self.plan.born))
        draw, doctor = self._draw("measuring"), self._staff("doctor")
        days = {day: doctor for _, day in self._checkups} | self._nursery_days(draw)
        for day in sorted(days):
            note = "量时哭闹" if draw.random() < 0.02 else ""
            yield from self._measured(course.on(day), fhir.reference("Practitioner", days[day]), note)

    def _birth(self, size: Size) -> Iterator[Document]:
        by = fhir.reference("Organization", self.town.hospital.id)
        grams = int(size.weight_kg * 1000)
        found: tuple[tuple[tuple[str, str], Decimal | int | None], ...] = (
            (fhir.GESTATION, self.plan.gestation_days),
            (fhir.BIRTH_WEIGHT, grams),
            (fhir.LENGTH, size.stature_cm),
            (fhir.HEAD, size.head_cm),
        )
        for what, value in found:
            if value is not None:
                yield fhir.observation(self._id("birth", what[0]), self.id, what, value, size.day, by)

    def _measured(self, size: Size, by: Document, note: str) -> Iterator[Document]:
        stature = fhir.LENGTH if size.lying else fhir.HEIGHT
        for what, value in ((fhir.WEIGHT, size.weight_kg), (stature, size.stature_cm), (fhir.HEAD, size.head_cm)):
            if value is not None:
                yield fhir.observation(self._id(size.day, what[0]), self.id, what, value, size.day, by, note)

    @cached_property
    def _checkups(self) -> tuple[tuple[int, date], ...]:
        """(months, day) of the check-ups that took place: most within two weeks, one in fourteen never."""
        draw = self._draw("checkups")
        found = []
        for months in CHECKUP_MONTHS:
            missed, share = draw.random() < 0.07, draw.random()
            due = self.plan.born + timedelta(days=28) if months == 1 else add_months(self.plan.born, months)
            day = due + timedelta(days=int(share * 3) if months == 1 else int(share * share * 16))
            if not missed and self.plan.known_from <= day <= self.today:
                found.append((months, day))
        return tuple(found)

    def _nursery_days(self, draw: Random) -> dict[date, str]:
        """Measuring days of the nursery while the child was there: each quarter, from 3 years each half-year."""
        days = {}
        for stay in self.stays:
            nurse = self.town.staff_at[self.town.nurseries[stay.nursery].organization.id, "nurse"][0].id
            for year in range(stay.start.year, (stay.end or self.today).year + 1):
                for month in (3, 6, 9, 12):
                    day = date(year, month, 5 + stay.nursery % 20)
                    inside = stay.start <= day <= min(stay.end or self.today, self.today)
                    young = day < add_months(self.plan.born, 36) or month in (3, 9)
                    if inside and young and draw.random() < 0.9:
                        days[day] = nurse
        return days

    def _staff(self, role: str) -> str:
        people = self.town.staff_at[self.town.centres[self.centre].id, role]
        return people[self.plan.family % len(people)].id

    def _doses(self) -> Iterator[Document]:
        vaccinator, centre = self._staff("vaccinator"), self.town.centres[self.centre]
        for dose in doses_given(self.plan, self.seed, self.today):
            id_ = self._id(dose.vaccine, dose.number)
            if records_doses(self.centre):
                yield fhir.immunization(id_, self.id, dose, fhir.reference("Practitioner", vaccinator))
            else:
                yield fhir.immunization(id_, self.id, dose, {"display": centre.zh}, source="other-system")


def _room(nursery: Nursery, band: int, draw: float) -> Institution:
    rooms = nursery.classes[band]
    return rooms[int(draw * 9973 % 1 * len(rooms))]
