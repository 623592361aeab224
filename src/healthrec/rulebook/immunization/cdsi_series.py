"""Series of CDSi's supporting data for one antigen as the engine's: target doses, ages, intervals, skips, vaccines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from healthrec.domain.immunization.periods import NONE, Period
from healthrec.domain.immunization.predicates import AgeIs, DosesAre, Predicate, SexAmong, SinceLast
from healthrec.domain.immunization.schedule import (
    ALWAYS,
    Criteria,
    InForce,
    Interval,
    Offer,
    Path,
    Rule,
    Series,
    Skip,
    TargetDose,
)
from healthrec.rulebook.immunization.predicates import Content

Ages = tuple[Period | None, Period | None]
_DAY = timedelta(days=1)
_VACCINES = ("preferableVaccine", "allowableVaccine")
_GENDERS = {"Female": {"female"}, "Male": {"male"}, "Unknown": {"unknown", "other"}}


def text(element: Element | None, path: str) -> str:
    """The text at a path; "" for none."""
    return (element.findtext(path) or "").strip() if element is not None else ""


def span(element: Element, path: str) -> Period | None:
    """The span of time at a path; None for none. Raises ValueError for what is none."""
    found = text(element, path)
    return Period.of(found) if found else None


@dataclass(frozen=True, slots=True)
class SeriesReader:
    """Reads the series of one antigen. `vaccines` are all that are against it."""

    content: Content
    vaccines: frozenset[str]
    root: Element

    def series(self, kind: str) -> Iterator[Series]:
        """Those of one kind (Standard, Risk, Evaluation Only), in the order of the file."""
        for element in self.root.iter("series"):
            if text(element, "seriesType") == kind:
                yield self._series(element)

    def _series(self, element: Element) -> Series:
        name, select = text(element, "seriesName"), element.find("selectSeries")
        genders = {code for one in element.iter("requiredGender") for code in _GENDERS.get(one.text or "", ())}
        return Series(
            name,
            text(element, "targetDisease"),
            tuple(self._target(name, dose) for dose in element.iter("seriesDose")),
            indication=(SexAmong(frozenset(genders)),) if genders else (),
            start_from=span(element, "selectSeries/minAgeToStart"),
            start_before=span(element, "selectSeries/maxAgeToStart"),
            path=Path(
                int(text(select, "seriesGroup")),
                int(text(select, "seriesPreference") or 1),
                text(select, "defaultSeries") == "Yes",
                text(select, "productPath") == "Yes",
            ),
        )

    def _rule(self, id_: str, words: str = "") -> Rule:
        said = self.content
        return Rule(id_, said["edition"], said["status"], tuple(said["source"]), words, words)

    def _target(self, series: str, dose: Element) -> TargetDose:
        number = int(text(dose, "doseNumber").removeprefix("Dose "))
        rule = self._rule(f"{series}.{number}")
        unwanted = {text(one, "cvx") for one in dose.iter("inadvertentVaccine")}
        ages = _ages(dose, self.vaccines - unwanted)
        return TargetDose(
            rule,
            number,
            tuple(self._criteria(rule, dose, ages)),
            tuple(_offers(dose)),
            tuple(self._skips(rule, dose)),
            text(dose, "recurringDose") == "Yes",
        )

    def _criteria(self, rule: Rule, dose: Element, ages: Mapping[str, tuple[Ages, ...]]) -> Iterator[Criteria]:
        """One for each stretch of days between which an age or an interval of the dose changes; the present first."""
        rows = [*dose.iterfind("age"), *dose.iterfind("interval")]
        days = sorted({day for row in rows for day in _dates(row) if day is not None})
        stretches = list(zip([None, *days], [*days, None], strict=True))
        for since, until in reversed(stretches):
            age = next((one for one in dose.iterfind("age") if _covers(one, since)), Element("age"))
            intervals = [one for one in dose.iterfind("interval") if len(one) and _covers(one, since)]
            in_force = InForce(since, until) if since or until else ALWAYS
            yield self._one(rule, dose, age, intervals, in_force, ages)

    def _one(
        self,
        rule: Rule,
        dose: Element,
        age: Element,
        intervals: Iterable[Element],
        in_force: InForce,
        ages: Mapping[str, tuple[Ages, ...]],
    ) -> Criteria:
        recommended = span(age, "earliestRecAge")  # which stands before that of an interval
        return Criteria(
            rule,
            frozenset(ages),
            minimum=span(age, "minAge"),
            absolute=span(age, "absMinAge"),
            recommended=recommended,
            complete_before=span(age, "latestRecAge"),
            maximum=span(age, "maxAge"),
            intervals=tuple(self._interval(rule, one, recommended is None) for one in intervals),
            allowable=tuple(self._allowable(rule, one) for one in dose.iterfind("allowableInterval") if len(one)),
            in_force=in_force,
            ages=ages,
            season=_season(dose),
        )

    def _interval(self, rule: Rule, row: Element, counts: bool) -> Interval:
        return Interval(
            rule,
            span(row, "minInt") or span(row, "absMinInt") or NONE,
            _after(row),
            span(row, "absMinInt"),
            span(row, "earliestRecInt") if counts else None,
            span(row, "latestRecInt"),
            text(row, "intervalPriority") == "override",
        )

    def _allowable(self, rule: Rule, row: Element) -> Interval:
        return Interval(rule, span(row, "absMinInt") or NONE, _after(row))

    def _skips(self, rule: Rule, dose: Element) -> Iterator[Skip]:
        for skip in dose.iterfind("conditionalSkip"):
            context = text(skip, "context")
            for one in skip.iterfind("set"):
                asked = [_predicate(condition) for condition in one.iterfind("condition")]
                any_of = (
                    [(predicate,) for predicate in asked] if text(one, "conditionLogic") == "OR" else [tuple(asked)]
                )
                why = self._rule(f"{rule.id}.skip-{text(one, 'setID')}", text(one, "setDescription"))
                yield Skip(why, tuple(any_of), context != "Forecast", context != "Evaluation")


def _ages(dose: Element, vaccines: frozenset[str]) -> dict[str, tuple[Ages, ...]]:
    """When each vaccine counts: at the ages of its preferable and its allowable rows; () for one that has none."""
    found: dict[str, list[Ages]] = {code: [] for code in sorted(vaccines)}
    for name in _VACCINES:
        for one in dose.iterfind(name):
            if text(one, "cvx") in found:
                found[text(one, "cvx")].append((span(one, "beginAge"), span(one, "endAge")))
    return {code: tuple(dict.fromkeys(spans)) for code, spans in found.items()}


def _offers(dose: Element) -> Iterator[Offer]:
    """Preferable vaccines at their ages, those marked for the forecast first; the first of all suits where none does.

    A historic dose that nothing is preferable for offers what is allowable.
    """
    rows = [one for name in _VACCINES for one in dose.iterfind(name) if text(one, "cvx")]
    preferable = [one for one in rows if one.tag == _VACCINES[0]] or rows[:1]
    ranked = sorted(preferable, key=lambda one: text(one, "forecastVaccineType") != "Y")
    for one in ranked:
        yield Offer(text(one, "cvx"), (AgeIs(span(one, "beginAge"), span(one, "endAge")),))
    yield Offer(text(ranked[0], "cvx"))


def _after(row: Element) -> str | int | frozenset[str]:
    if number := text(row, "fromTargetDose"):
        return int(number)
    if codes := text(row, "fromMostRecent"):
        return _codes(codes)
    return "previous"


def _codes(listed: str) -> frozenset[str]:
    return frozenset(code.strip() for code in listed.split(";") if code.strip())


def _predicate(condition: Element) -> Predicate:
    kind = text(condition, "conditionType").lower()
    begin, end = span(condition, "beginAge"), span(condition, "endAge")
    if kind == "age":
        return AgeIs(begin, end)
    if kind == "interval":
        return SinceLast(Period.of(text(condition, "interval")))
    if kind not in ("vaccine count by age", "vaccine count by date"):
        raise ValueError(f"condition {kind}")
    count = int(text(condition, "doseCount"))
    least, most = {
        "greater than": (count + 1, None),
        "equal to": (count, count),
        "less than": (0, count - 1),
    }[text(condition, "doseCountLogic").lower()]
    return DosesAre(
        least,
        most,
        _codes(text(condition, "vaccineTypes")) or None,
        text(condition, "doseType") == "Valid",
        begin,
        end,
        _date(text(condition, "startDate")),
        _date(text(condition, "endDate")),
    )


def _season(dose: Element) -> InForce:
    since, last = (_date(text(dose, f"seasonalRecommendation/{name}")) for name in ("startDate", "endDate"))
    return InForce(since, last + _DAY if last else None) if since or last else ALWAYS


def _dates(row: Element) -> tuple[date | None, date | None]:
    """(first day, first day no more) of a row."""
    first, last = _date(text(row, "effectiveDate")), _date(text(row, "cessationDate"))
    return first, last + _DAY if last else None


def _covers(row: Element, since: date | None) -> bool:
    """Whether the row holds from that day on (None: from ever)."""
    first, over = _dates(row)
    begun = first is None or (since is not None and first <= since)
    return begun and (over is None or since is None or since < over)


def _date(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
