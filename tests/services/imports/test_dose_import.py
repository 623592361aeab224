"""Doses from the provincial system: the same are told, what differs stands beside the record until a nurse decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from tests.services.imports.files import codes, rehearsed, sheet, states
from tests.services.imports.test_roster_import import live
from tests.town import caller_named

from healthrec import errors
from healthrec.services.context import Caller, Services
from healthrec.services.immunization.card import show_card
from healthrec.services.immunization.decide_dose import decide_dose
from healthrec.services.immunization.facts import Told, told
from healthrec.services.immunization.record_dose import record_dose
from healthrec.services.imports import batches
from healthrec.services.imports.allowed import kinds_of
from healthrec.services.imports.review import Decision, decide
from healthrec.services.imports.rows import Row
from healthrec.services.imports.save import save
from healthrec.services.imports.undo import undo
from healthrec.services.screening.children import child_for
from healthrec.store import children, choices
from healthrec.wording import translator

HEADINGS = ("儿童姓名", "出生日期", "疫苗名称", "接种日期", "剂次", "批号", "接种单位")
ZH = translator("zh")


class Place:
    """The vaccination nurse of the centre whose doses are imported, and a child of hers with doses on record."""

    def __init__(self, services: Services, at: int = 0) -> None:
        self.services = services
        self.nurse: Caller = caller_named(services, "vaccinator2")
        self.centre = batches.places(services, self.nurse)[0].id
        with services.database.read() as connection:
            rows = children.all_of(connection, self.nurse.viewer, ("", 0), True, 50)
        known = [row for row in rows if len(self.told(row.id).doses) > 4]
        self.child = known[at]
        self.id = self.child.id

    def told(self, id_: str = "") -> Told:
        with self.services.database.read() as connection:
            child = child_for(connection, self.nurse, id_ or self.id)
            return told(self.services, connection, self.nurse, child, self.services.today())

    def row(self, vaccine: str, day: str, number: str = "", lot: str = "") -> list[str]:
        born = date.fromordinal(self.child.birth_day).isoformat()
        return [self.child.name, born, vaccine, day, number, lot, "松岭中心"]

    def on_record(self, vaccine: str) -> dict[str, Any]:
        found = self.told().documents.values()
        return next(dict(one) for one in found if one["vaccineCode"]["coding"][0]["code"] == vaccine)

    def alone(self) -> dict[str, Any]:
        """A dose on record beside which no other was given that day, early in a month."""
        found = [dict(one) for one in self.told().documents.values()]
        days = [one["occurrenceDateTime"] for one in found]
        return next(
            one for one in found if days.count(one["occurrenceDateTime"]) == 1 and one["occurrenceDateTime"][8:] < "26"
        )

    def read(self, *rows: Sequence[str]) -> tuple[str, list[Row]]:
        return rehearsed(self.services, self.nurse, self.centre, sheet(*rows, headings=HEADINGS), "doses")


@pytest.fixture
def place(town_services: Services) -> Place:
    return Place(town_services)


def as_row(place: Place, dose: dict[str, Any], **other: str) -> list[str]:
    values = {
        "vaccine": str(dose["vaccineCode"]["coding"][0]["code"]),
        "day": str(dose["occurrenceDateTime"]),
        "lot": str(dose["lotNumber"]),
    }
    return place.row(**{**values, **other})


def test_new_doses_enter_the_record_with_their_origin_and_what_nobody_knows(place: Place) -> None:
    id_, rows = place.read(
        place.row("水痘疫苗", "2026-11-02", "1", "V77"),
        place.row("某疫苗", "2026-11-03"),
    )
    assert states(rows) == {"ready": 1, "look": 1}
    save(place.services, place.nurse, id_, 60)
    known, unknown = live(place.services, "Immunization", place.child.key)[-2:]
    assert (known["primarySource"], known["reportOrigin"]["coding"][0]["code"]) == (False, "other-system")
    assert (known["lotNumber"], known["performer"][0]["actor"]["display"]) == ("V77", "松岭中心")
    assert known["protocolApplied"] == [{"doseNumberPositiveInt": 1}]
    assert unknown["vaccineCode"] == {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}],
        "text": "某疫苗",
    }
    assert unknown["_lotNumber"]["extension"][0]["valueCode"] == "unknown"
    undo(place.services, place.nurse, id_, 60)
    again = live(place.services, "Immunization", place.child.key)[-2:]
    assert [one["status"] for one in again] == ["entered-in-error"] * 2


def test_the_same_dose_is_not_recorded_twice_and_what_only_the_record_has_is_told(place: Place) -> None:
    bcg = place.on_record("BCG")
    _, rows = place.read(as_row(place, bcg), as_row(place, bcg, lot=""))
    assert [row.state for row in rows] == ["same", "out"]
    assert {"import.dose-on-record", "import.dose-only-here"} <= codes(rows[0])


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"lot": "ZZ9"}, "import.dose-differs-lot"),
        ({"day": "+3"}, "import.dose-differs-date"),
        ({"vaccine": "某疫苗"}, "import.dose-differs-product"),
    ],
)
@pytest.mark.one_database
def test_what_differs_is_told_at_its_cell_and_counts_for_nothing_until_decided(
    town_services: Services, other: dict[str, str], code: str
) -> None:
    place = Place(town_services)
    dose = place.alone()
    day = str(dose["occurrenceDateTime"])
    other = {name: text.replace("+3", f"{day[:8]}{int(day[8:]) + 3:02}") for name, text in other.items()}
    before = place.told().course
    id_, (row,) = place.read(as_row(place, dose, **other))
    assert (row.state, code in codes(row)) == ("look", True)
    save(place.services, place.nurse, id_, 60)
    found = place.told()
    (dispute,) = found.disputes
    assert dispute.recorded["id"] == dose["id"]
    assert found.course == before
    _, (again,) = place.read(as_row(place, dose, **other))
    assert (again.state, "import.dose-waits" in codes(again)) == ("same", True)


def differing(place: Place) -> str:
    """A dose as the file tells of it, to be decided about; its id."""
    id_, _ = place.read(as_row(place, place.on_record("BCG"), lot="ZZ9"))
    save(place.services, place.nurse, id_, 60)
    return str(place.told().disputes[0].other["id"])


@pytest.mark.parametrize(("decision", "kept"), [("recorded", "old"), ("other", "ZZ9")])
def test_a_nurse_decides_with_a_reason_and_both_stay(town_services: Services, decision: str, kept: str) -> None:
    place = Place(town_services)
    old = place.on_record("BCG")
    other = differing(place)
    card = show_card(place.services, place.nurse, place.id, ZH)
    assert card.may_decide
    (shown,) = card.disputes
    assert [line.label for line in shown.lines if line.differs] == ["批号", "接种单位"]
    decide_dose(place.services, place.nurse, place.id, other, decision, "核对了接种证", command_id="d1")
    decide_dose(place.services, place.nurse, place.id, other, decision, "核对了接种证", command_id="d1")
    found = place.told()
    assert found.disputes == ()
    assert place.on_record("BCG")["lotNumber"] == (old["lotNumber"] if kept == "old" else kept)
    both = [one for one in live(place.services, "Immunization", place.child.key) if one["id"] in (old["id"], other)]
    assert sorted(one["status"] for one in both) == ["completed", "entered-in-error"]
    assert [one["note"][-1]["text"] for one in both] == ["核对了接种证"] * 2
    _, (again,) = place.read(as_row(place, old, lot="ZZ9"))
    assert again.state == "same"


def test_a_decision_needs_a_reason_and_a_choice(place: Place) -> None:
    other = differing(place)
    with pytest.raises(errors.Refused) as refused:
        decide_dose(place.services, place.nurse, place.id, other, "", " ")
    assert [one.expression for one in refused.value.issues] == ["decision", "reason"]
    with pytest.raises(errors.Refused):  # one vaccine is given once a day
        decide_dose(place.services, place.nurse, place.id, other, "both", "两剂")
    with pytest.raises(errors.NotFound):
        decide_dose(place.services, place.nurse, place.id, place.on_record("BCG")["id"], "other", "x")
    with pytest.raises(errors.NotFound):
        decide_dose(place.services, caller_named(place.services, "nurse2"), place.id, other, "other", "x")


@pytest.mark.one_database
def test_a_certificate_that_says_otherwise_stands_beside_the_record_whoever_writes_it_down(place: Place) -> None:
    hepb = place.on_record("HepB")
    wrong = {"vaccine": "HepB", "date": hepb["occurrenceDateTime"], "dose": "1", "source": "certificate", "lot": "P1"}
    record_dose(place.services, place.nurse, place.id, wrong, command_id="c1")
    record_dose(place.services, place.nurse, place.id, wrong, command_id="c1")
    (dispute,) = place.told().disputes
    assert dispute.other["lotNumber"] == "P1"
    with pytest.raises(errors.Refused) as twice:
        record_dose(place.services, place.nurse, place.id, wrong, command_id="c2")
    assert twice.value.issues[0].key == "dose.already-recorded"


@pytest.mark.one_database
def test_a_child_is_found_among_ones_own_and_never_by_a_guess(place: Place) -> None:
    stranger = ["陌生人", "2024-05-06", "乙肝疫苗", "2026-01-01", "", "", ""]
    by_name = place.row("水痘疫苗", "2026-11-02")
    by_name[1] = ""
    other_day = place.row("水痘疫苗", "2026-11-05")
    other_day[1] = ""
    id_, rows = place.read(stranger, by_name, other_day)
    assert [row.state for row in rows] == ["blocked", "ask", "ask"]
    assert "import.child-not-yours" in codes(rows[0])
    decide(place.services, place.nurse, id_, {1: Decision(choice=place.id)})
    assert save(place.services, place.nurse, id_, 60).done == 2


@pytest.mark.one_database
def test_only_a_vaccination_nurse_imports_and_only_where_doses_are_imported(place: Place) -> None:
    assert kinds_of(place.services, place.nurse) == ("doses",)
    assert kinds_of(place.services, caller_named(place.services, "nurse")) == ("roster", "measurements")
    with pytest.raises(errors.NotAllowed):
        kinds_of(place.services, caller_named(place.services, "doctor"))
    with pytest.raises(errors.NotFound):
        rehearsed(place.services, place.nurse, place.centre, sheet(["a"], headings=HEADINGS), "roster")
    with place.services.database.write() as connection:
        choices.put(connection, place.nurse.organization, "dose-origin", "here")
    with pytest.raises(errors.Refused) as refused:
        place.read(place.row("水痘疫苗", "2026-11-02"))
    assert refused.value.issues[0].key == "import.doses-recorded-here"


def test_a_file_with_one_child_in_a_row_is_held_against_the_record_dose_by_dose(place: Place) -> None:
    known = place.alone()
    code, day = str(known["vaccineCode"]["coding"][0]["code"]), date.fromisoformat(known["occurrenceDateTime"])
    number = known["protocolApplied"][0]["doseNumberPositiveInt"]
    born = date.fromordinal(place.child.birth_day).isoformat()
    headings = ("儿童姓名", "出生日期", f"{code}第{number}剂", "水痘第1剂", "水痘第1剂批号", "流脑第1剂")
    cells = [place.child.name, born, day.isoformat(), "2026-11-02", "V1", "去年"]
    batch, rows = rehearsed(place.services, place.nurse, place.centre, sheet(cells, headings=headings), "doses")
    assert [(row.data["vaccine"], row.state) for row in rows][:2] == [(code, "same"), ("Var", "ready")]
    assert [(one["cell"].partition("!")[2], one["code"]) for one in rows[2].problems] == [
        ("F2", "roster.vaccine-unknown"),
        ("F2", "roster.date-unreadable"),
    ]
    save(place.services, place.nurse, batch)
    given = place.on_record("Var")
    assert (given["occurrenceDateTime"], given["lotNumber"]) == ("2026-11-02", "V1")
    assert given["protocolApplied"][0]["doseNumberPositiveInt"] == 1


def test_what_differs_in_such_a_file_is_told_by_the_cell_of_its_day(place: Place) -> None:
    known = place.alone()
    code, day = str(known["vaccineCode"]["coding"][0]["code"]), date.fromisoformat(known["occurrenceDateTime"])
    number = known["protocolApplied"][0]["doseNumberPositiveInt"]
    born = date.fromordinal(place.child.birth_day).isoformat()
    headings = ("儿童姓名", "出生日期", "水痘第1剂", f"{code}第{number}剂")
    cells = [place.child.name, born, "", (day + timedelta(days=1)).isoformat()]
    _, (row,) = rehearsed(place.services, place.nurse, place.centre, sheet(cells, headings=headings), "doses")
    told = [one for one in (*row.problems, *row.verdict.problems) if one["code"] == "import.dose-differs-date"]
    assert [one["cell"].partition("!")[2] for one in told] == ["D2"]
