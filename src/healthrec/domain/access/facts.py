"""The dated facts from which access follows, read from resources by those who know FHIR; ids are resource ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from healthrec.domain.access.classes import AccessClass, Role

NO_END = date.max


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date = NO_END

    @staticmethod
    def of_period(start: date, last: date | None) -> Span:
        """From a FHIR Period, whose end is the last day included; None is an open end."""
        return Span(start, NO_END if last is None or last == date.max else last + timedelta(days=1))

    def holds_on(self, day: date) -> bool:
        """Whether `day` lies within."""
        return self.start <= day < self.end

    @property
    def empty(self) -> bool:
        """Whether no day lies within (an enrolment ended before it began opens nothing)."""
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A child goes to a nursery: `unit` is the class, or the nursery itself where there are no classes."""

    child: str
    unit: str
    institution: str
    span: Span


@dataclass(frozen=True, slots=True)
class PanelMembership:
    """A child is managed by a health centre (辖区) or under contract with it (签约)."""

    child: str
    centre: str
    span: Span


@dataclass(frozen=True, slots=True)
class Guardianship:
    """`guardian` is the RelatedPerson who is this child's guardian."""

    child: str
    guardian: str
    span: Span


@dataclass(frozen=True, slots=True)
class Delegation:
    """A guardian lets a RelatedPerson (a grandparent, say) see `classes` for a purpose and a term."""

    child: str
    delegate: str
    classes: tuple[AccessClass, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral or consultation that is open at a hospital."""

    child: str
    hospital: str
    span: Span


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """紧急查阅: one doctor, after exact look-up and with a reason that is kept elsewhere. The span is short, a day by custom."""

    child: str
    practitioner: str
    span: Span


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A guardian's consent that `role` at `institution` sees `classes`; withdrawal ends the span."""

    child: str
    role: Role
    institution: str
    classes: tuple[AccessClass, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class NamedOfficer:
    """The practitioner named for a special child; may see what is restricted."""

    child: str
    practitioner: str
    span: Span


@dataclass(frozen=True, slots=True)
class GuideAssignment:
    """A guide is assigned to a nursery."""

    institution: str
    span: Span


@dataclass(frozen=True, slots=True)
class Institution:
    """An organisation that exists; `institution` is the nursery, centre or hospital it is or is part of."""

    organization: str
    institution: str
    districts: tuple[str, ...]
    span: Span


AccessFact = (
    Enrolment
    | PanelMembership
    | Guardianship
    | Delegation
    | Referral
    | BreakGlass
    | ConsentGiven
    | NamedOfficer
    | GuideAssignment
    | Institution
)
