"""`Patient/$immunization-forecast`: what the record says of a child's vaccination, in the words of `$immds-forecast`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from healthrec import errors
from healthrec.domain.immunization import Options
from healthrec.errors import Issue
from healthrec.fhir.immunization_facts import LAST_YEAR
from healthrec.fhir.immunization_request import PRODUCTS, value_faults
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.card import child_with_doses
from healthrec.services.immunization.facts import By, Told, options_of, told
from healthrec.services.immunization.forecast import Answer
from healthrec.services.immunization.forecaster import forecaster, grouped


@dataclass(frozen=True, slots=True)
class Question:
    """As of a day (None: today), by the edition of that day unless one is named; `products` are by name of the parameter,
    and what they leave open is taken from the child's organisation."""

    on: date | None = None
    edition: str = ""
    region: str = ""
    products: Mapping[str, str] | None = None
    self_paid: bool = False


def stored_forecast(services: Services, caller: Caller, child_id: str, asked: Question, language: str) -> Answer:
    """Judge and forecast what the caller may see of the child. Raises NotFound, Refused by parameter."""
    on = asked.on or services.today()
    desk = forecaster(services.rulebook)
    products = dict(asked.products or {})
    if on.year > LAST_YEAR:
        raise errors.Refused(Issue("value", "immunization.year-too-far", "on"))
    if issues := value_faults({"edition": asked.edition, "region": asked.region, **products}, desk.codes):
        raise errors.Refused(*issues)
    schedule, writer = desk.desk(on, asked.edition, asked.region, language)
    with services.database.read() as connection:
        child = child_with_doses(connection, caller, child_id)
        if on < child.birth:
            raise errors.Refused(Issue("business-rule", "immunization.asked-before-birth", "on"))
        options = replace(_preferring(options_of(connection, child.key), products), self_paid=asked.self_paid)
        by = By(schedule, options, desk.codes.vaccines(asked.edition))
        found = told(services, connection, caller, child, on, by)
    course = grouped(schedule, found.course)
    body = writer.parameters(course, {"reference": f"Patient/{child.id}"}, _references(found), found.unjudged)
    entity = f"Patient/{child.id}/$immunization-forecast"
    return Answer(body, caller.audit(services, "read", entity, child=child.key, count=len(found.doses)))


def _preferring(options: Options, products: Mapping[str, str]) -> Options:
    """With the products asked for in the place of their like."""
    out = {code for name in products for code in PRODUCTS[name]}
    return replace(options, prefer=(options.prefer - out) | frozenset(products.values()))


def _references(found: Told) -> Mapping[str, Mapping[str, str]]:
    ids = [*(one.id for one in found.doses), *(one.id for one in found.unjudged)]
    return {id_: {"reference": f"Immunization/{id_}"} for id_ in ids}
