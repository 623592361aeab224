"""Evaluation and forecast as FHIR by one rulebook, and nothing of an installation: all that a process needs which only judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from healthrec.domain.immunization import Course, Options, Schedule, by_group, evaluate_and_forecast
from healthrec.fhir.immunization_alike import Alike
from healthrec.fhir.immunization_codes import VaccineCodes, cvx_codes
from healthrec.fhir.immunization_findings import FindingsWriter
from healthrec.fhir.immunization_request import ForecastCodes, ForecastRequest, checked_request, read_request
from healthrec.rulebook import Rulebook
from healthrec.services.schedules import schedules


class Forecaster:
    """What answers by one rulebook; built once and asked often, by any number of threads."""

    def __init__(self, rulebook: Rulebook) -> None:
        known = schedules(rulebook)
        self.rules, self.vaccines = known.rules, known.vaccines
        editions = tuple(schedule.edition for schedule in self.rules.schedules)
        self.cdsi = rulebook.cdsi
        self._codes_of = lru_cache(maxsize=8)(self._read_codes)
        self.codes = ForecastCodes(self._codes_of, known.conditions, (*editions, *self.cdsi))
        self._alike = Alike()
        self._national: dict[tuple[str, str], FindingsWriter] = {}
        self._desk = lru_cache(maxsize=512)(self._open)

    def checked_answer(self, parameters: Mapping[str, Any], language: str) -> bytes:
        """As `answer`, for Parameters of which nobody knows yet whether they are FHIR."""
        return self._answered(checked_request(parameters, self.codes, self._alike), language)

    def answer(self, parameters: Mapping[str, Any], language: str) -> bytes:
        """Parameters in, Parameters out. Raises Refused by element."""
        return self._answered(read_request(parameters, self.codes), language)

    def _answered(self, request: ForecastRequest, language: str) -> bytes:
        schedule, writer = self._desk(request.on, request.edition, request.region, language)
        options = Options(prefer=request.prefer, self_paid=request.self_paid)
        course = evaluate_and_forecast(schedule, request.child, request.doses, request.conditions, request.on, options)
        return writer.parameters(grouped(schedule, course), request.patient, request.references, request.unjudged)

    def desk(self, on: date, edition: str, region: str, language: str) -> tuple[Schedule, FindingsWriter]:
        """The schedule that answers on a day, by a named edition and in a region where they are given, and its writer."""
        return self._desk(on, edition, region, language)

    def _open(self, on: date, edition: str, region: str, language: str) -> tuple[Schedule, FindingsWriter]:
        """The schedule that answers, with what writes its findings; those of a region are its own."""
        source = self.cdsi.get(edition)
        schedule = source.cdsi().schedule if source else self.rules.schedule(on, edition, region)
        if region and not source:
            return schedule, FindingsWriter(schedule, self.vaccines, language)
        known = self._national.setdefault(
            (schedule.edition, language), FindingsWriter(schedule, self._codes_of(edition), language)
        )
        return schedule, known

    def _read_codes(self, edition: str) -> VaccineCodes:
        source = self.cdsi.get(edition)
        return cvx_codes(source.cdsi().names, self.vaccines) if source else self.vaccines


def grouped(schedule: Schedule, course: Course) -> Course:
    """The course with antigens joined where the schedule has vaccine groups."""
    if not schedule.groups:
        return course
    return replace(course, forecasts=by_group(schedule, course.forecasts, course.asked))


@lru_cache(maxsize=4)
def forecaster(rulebook: Rulebook) -> Forecaster:
    """The one of a rulebook."""
    return Forecaster(rulebook)
