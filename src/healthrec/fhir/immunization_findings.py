"""Findings of immunization as FHIR: what `$immds-forecast` answers, one evaluation a dose and antigen, one recommendation.

What repeats from child to child (codings, reasons, words of rules) is rendered once and spliced in as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from healthrec.domain.immunization import Course, Evaluation, FollowUp, Forecast, Reason, Rule, Schedule
from healthrec.fhir.facts import LOINC
from healthrec.fhir.immunization_codes import (
    ABSENT,
    CONDITION,
    EVALUATION_STATUS,
    FORECAST_STATUS,
    REASON,
    RULE,
    THO_DOSE,
    THO_DOSE_REASON,
    THO_FORECAST,
    Concept,
    VaccineCodes,
    coding,
    concept,
)
from healthrec.fhir.immunization_facts import Unjudged
from healthrec.fhir.json import dump
from healthrec.fhir.types import BASE

EARLIEST, RECOMMENDED, PAST_DUE, LATEST = "30981-5", "30980-7", "59778-1", "59777-3"
"""LOINC codes of the dates of a forecast"""

EDITION = f"{BASE}StructureDefinition/immunization-edition"
RULE_STATUS = f"{BASE}StructureDefinition/immunization-rule-status"
REASON_DAY = f"{BASE}StructureDefinition/immunization-reason-day"
NOTE = f"{BASE}StructureDefinition/immunization-note"
FOLLOW_UP = f"{BASE}StructureDefinition/immunization-follow-up"
HOLDS_UNTIL = f"{BASE}StructureDefinition/immunization-holds-until"

_THO_FORECAST = frozenset({"due", "overdue", "complete", "contraindicated"})
_THO_DOSE = {"valid": "valid", "not-valid": "notvalid", "sub-standard": "notvalid"}
_THO_REASON = {"expired": "explot"}
_NO_DATES = frozenset({"complete", "contraindicated"})

_MOST_FRAMES = 20_000

Frame = list[bytes]
Spliced = Any
"""JSON text that is put in as it is (orjson.Fragment)"""

_BLANK_TEXT = "\0"
_BLANK = orjson.Fragment(_BLANK_TEXT)
"""A place in a frame; a character that JSON text never holds"""


class FindingsWriter:
    """Writes what one schedule concludes, in one language ("zh" or "en")."""

    def __init__(self, schedule: Schedule, codes: VaccineCodes, language: str) -> None:
        self._schedule, self._codes, self._language = schedule, codes, language
        self._concepts: dict[object, Spliced] = {}
        self._frames: dict[object, Frame] = {}
        self._editions: dict[str, Spliced] = {}
        self._vaccines = {code: _text(one) for code, one in codes.concepts[language].items()}
        self._series = {one.id: one for one in schedule.series}
        self._doses = {one.id: sum(not target.extra for target in one.targets) for one in schedule.series}

    def parameters(
        self,
        course: Course,
        patient: Mapping[str, Any],
        references: Mapping[str, Mapping[str, Any]],
        unjudged: Iterable[Unjudged] = (),
    ) -> bytes:
        """The answer as Parameters. `references` leads from ids of doses to how they are referred to."""
        child, asked = orjson.dumps(patient), _day(course.asked)
        events = {id_: orjson.dumps(one) for id_, one in references.items()}
        parts = [self._evaluation(one, child, asked, events[one.dose]) for one in course.evaluations]
        parts += [self._unjudged(one, child, asked, events[one.id]) for one in unjudged]
        parts.append(orjson.dumps(self._recommendations(course, orjson.Fragment(child), asked)))
        return b'{"resourceType":"Parameters","parameter":[' + b",".join(parts) + b"]}"

    def _evaluation(self, found: Evaluation, child: bytes, asked: bytes, event: bytes) -> bytes:
        """The parameter; all but the child, the day asked, the dose and the days of reasons is made once for every finding alike."""
        reasons = found.reasons + found.remarks
        key = (found.antigen, found.status, found.edition, found.series, found.target, found.rule, *map(_key, reasons))
        frame = self._frames.get(key) or self._kept(key, _evaluation_parameter(self._evaluated(found)))
        return _filled(frame, child, asked, event, *[_day(one.day) for one in reasons if one.day is not None])

    def _evaluated(self, found: Evaluation) -> dict[str, Any]:
        reasons = [self._dated(one) for one in (*found.reasons, *found.remarks)]
        if found.rule is not None and not found.reasons:
            reasons.insert(0, self._rule(found.rule))
        shown = {
            "resourceType": "ImmunizationEvaluation",
            "extension": self._edition(found.edition),
            "status": "completed",
            "patient": _BLANK,
            "date": _BLANK,
            "targetDisease": self._disease(self._codes.antigens, found.antigen),
            "immunizationEvent": _BLANK,
            "doseStatus": self._dose_status(found.status),
        }
        if reasons:
            shown["doseStatusReason"] = reasons
        if found.series:
            shown["series"] = found.series
        if found.target is not None:
            shown["doseNumberPositiveInt"] = found.target
            shown["seriesDosesPositiveInt"] = max(found.target, self._doses[found.series])
        return shown

    def _unjudged(self, one: Unjudged, child: bytes, asked: bytes, event: bytes) -> bytes:
        bare = self._evaluated(Evaluation(one.id, "", "not-evaluated", self._schedule.edition))
        frame = _frame(_evaluation_parameter(bare | {"doseStatusReason": [concept(coding(REASON, one.reason))]}))
        return _filled(frame, child, asked, event)

    def _recommendations(self, course: Course, child: Spliced, asked: bytes) -> dict[str, Any]:
        extensions = [*self._edition(course.edition, course.edition_status), *self._notes(course)]
        if course.holds_until is not None:
            extensions.append({"url": HOLDS_UNTIL, "valueDate": course.holds_until.isoformat()})
        whole = {
            "resourceType": "ImmunizationRecommendation",
            "extension": extensions,
            "patient": child,
            "date": orjson.Fragment(asked),
            "recommendation": [self._recommendation(one, course.asked) for one in course.forecasts],
        }
        return {"name": "recommendation", "resource": whole}

    def _recommendation(self, found: Forecast, on: date) -> Spliced:
        """The text, of which all but the dates is made once for every forecast alike."""
        status = found.status(on)
        deciding, dates = _deciding(found, status), _dates(found, status)
        key = (found.antigen, status, found.series, found.vaccine, found.number, found.of, found.notes, *map(_key, deciding),
               *[code for code, _ in dates])  # fmt: skip
        frame = self._frames.get(key) or self._kept(key, self._recommended(found, status, deciding, dates))
        return orjson.Fragment(_filled(frame, *[_day(day) for _, day in dates]))

    def _recommended(
        self, found: Forecast, status: str, deciding: Iterable[Reason], dates: Iterable[tuple[str, date]]
    ) -> dict[str, Any]:
        vaccine = [self._vaccines[found.vaccine or self._last_vaccine(found.series)]]
        disease = self._disease(self._codes.groups, found.antigen)
        shown: dict[str, Any] = {"vaccineCode": vaccine, "targetDisease": disease}
        if found.notes:
            shown = {
                "extension": [{"url": NOTE, "valueCodeableConcept": self._rule(one)} for one in found.notes]
            } | shown
        if status == "contraindicated":
            shown["contraindicatedVaccineCode"] = vaccine
        shown["forecastStatus"] = self._forecast_status(status)
        shown["forecastReason"] = [self._reason(one) for one in deciding]
        if criteria := [{"code": concept(coding(LOINC, code)), "value": _BLANK} for code, _ in dates]:
            shown["dateCriterion"] = criteria
        shown["series"] = found.series
        if found.number is not None:
            shown["doseNumberPositiveInt"] = found.number
        shown["seriesDosesPositiveInt"] = found.of
        return shown

    def _last_vaccine(self, series: str) -> str:
        """The vaccine that the schedule names for the last dose of a series; the programme's before one that replaces it."""
        offers = [one for one in self._series[series].targets if not one.extra][-1].offers
        listed = self._schedule.vaccines
        return next((one.vaccine for one in offers if listed[one.vaccine].programme), offers[0].vaccine)

    def _notes(self, course: Course) -> Iterator[dict[str, Any]]:
        for reason in course.notes:
            yield {"url": NOTE, "valueCodeableConcept": self._reason(reason)}
        for rule in course.advice:
            yield {"url": NOTE, "valueCodeableConcept": self._rule(rule)}
        for test in course.follow_ups:
            yield {"url": FOLLOW_UP, "extension": self._follow_up(test)}

    def _follow_up(self, test: FollowUp) -> list[dict[str, Any]]:
        period = {"start": test.earliest.isoformat(), "end": test.latest.isoformat()}
        return [
            {"url": "rule", "valueCodeableConcept": self._rule(test.rule)},
            {"url": "period", "valuePeriod": period},
        ]

    def _dated(self, reason: Reason) -> Spliced:
        """The reason with its day left blank, where it has one."""
        if reason.day is None:
            return self._reason(reason)
        shown = self._reason_concept(reason)
        extensions = [*shown.get("extension", ()), {"url": REASON_DAY, "valueDate": _BLANK}]
        return {"extension": extensions} | {name: part for name, part in shown.items() if name != "extension"}

    def _reason(self, reason: Reason) -> Spliced:
        key = reason.code, reason.rule.id, reason.rule.edition, reason.condition
        if key not in self._concepts:
            self._concepts[key] = _text(self._reason_concept(reason))
        return self._concepts[key]

    def _reason_concept(self, reason: Reason) -> Concept:
        codings = [coding(REASON, reason.code)]
        if reason.code in _THO_REASON:
            codings.append(coding(THO_DOSE_REASON, _THO_REASON[reason.code]))
        if reason.condition:
            codings.append(coding(CONDITION, reason.condition))
        return self._with_rule(reason.rule, *codings)

    def _rule(self, rule: Rule) -> Spliced:
        key = rule.id, rule.edition
        if key not in self._concepts:
            self._concepts[key] = _text(self._with_rule(rule))
        return self._concepts[key]

    def _with_rule(self, rule: Rule, *codings: Mapping[str, str]) -> Concept:
        """The codings with the rule, its words and, unless it is confirmed, how sure it is."""
        shown = concept(
            *codings, coding(RULE, rule.id, rule.edition), text=rule.en if self._language == "en" else rule.zh
        )
        status = {"extension": [{"url": RULE_STATUS, "valueCode": rule.status}]}
        return (status if rule.status != "confirmed" else {}) | dict(shown)

    def _kept(self, key: object, shown: Mapping[str, Any]) -> Frame:
        """A frame, kept for the next finding alike; findings of all kinds are some thousands."""
        if len(self._frames) >= _MOST_FRAMES:
            self._frames.clear()
        frame = self._frames[key] = _frame(shown)
        return frame

    def _disease(self, system: str, code: str) -> Spliced:
        key = system, code
        if key not in self._concepts:
            self._concepts[key] = _text(concept(coding(system, code) if code else coding(ABSENT, "unknown")))
        return self._concepts[key]

    def _dose_status(self, status: str) -> Spliced:
        key = "dose", status
        if key not in self._concepts:
            tho = [coding(THO_DOSE, _THO_DOSE[status])] if status in _THO_DOSE else []
            self._concepts[key] = _text(concept(*tho, coding(EVALUATION_STATUS, status)))
        return self._concepts[key]

    def _forecast_status(self, status: str) -> Spliced:
        key = "forecast", status
        if key not in self._concepts:
            tho = [coding(THO_FORECAST, status)] if status in _THO_FORECAST else []
            self._concepts[key] = _text(concept(coding(FORECAST_STATUS, status), *tho))
        return self._concepts[key]

    def _edition(self, edition: str, status: str = "confirmed") -> list[dict[str, Any]]:
        unsure = [] if status == "confirmed" else [{"url": RULE_STATUS, "valueCode": status}]
        return [{"url": EDITION, "valueCode": edition}, *unsure]


def _evaluation_parameter(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "evaluation", "resource": shown}


def _deciding(found: Forecast, status: str) -> list[Reason]:
    """What made the status and set the dates."""
    if found.rule is not None and status in ("complete", "aged-out"):
        return [Reason("series-complete" if status == "complete" else "not-from", found.rule)]
    days = (found.earliest, found.recommended, found.past_due)
    deciding = [one for one in found.reasons if one.day in days]
    return deciding if found.barrier is None else [found.barrier, *deciding]


def _dates(found: Forecast, status: str) -> list[tuple[str, date]]:
    """Earliest, recommended, past due, latest, as far as there are such; of an aged-out series the latest alone."""
    if status in _NO_DATES:
        return []
    days = [(LATEST, found.latest)]
    if status != "aged-out":
        days[:0] = [(EARLIEST, found.earliest), (RECOMMENDED, found.recommended), (PAST_DUE, found.past_due)]
    return [(code, day) for code, day in days if day is not None]


def _key(reason: Reason) -> tuple[object, ...]:
    """What a reason is shown by, its day left aside."""
    return reason.code, reason.rule, reason.condition, reason.day is None


@lru_cache(maxsize=16_384)
def _day(day: date) -> bytes:
    """A day as JSON."""
    return b'"%b"' % day.isoformat().encode()


def _frame(shown: Mapping[str, Any]) -> Frame:
    """The text with its blanks at every other place."""
    first, *rest = (text.encode() for text in dump(shown).split(_BLANK_TEXT))
    return [first, *(part for text in rest for part in (b"", text))]


def _filled(frame: Frame, *values: bytes) -> bytes:
    """The text with its blanks filled, in their order, with JSON."""
    parts = frame.copy()
    parts[1::2] = values
    return b"".join(parts)


def _text(value: Any) -> Spliced:
    return orjson.Fragment(dump(value))
