"""What a guardian opens by a Consent: to a person of the family or to a role elsewhere, these classes, these days."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from tests.conftest import settings_for
from tests.documents import BASE, concept, condition, dose
from tests.town import Clients, the_town

from healthrec.domain.access import grants_for
from healthrec.errors import Refused
from healthrec.services.context import Services, operator
from healthrec.services.opening import opened
from healthrec.services.operations.rebuild import rebuild_all
from healthrec.services.projections.consents import access_facts
from healthrec.services.record.write import Change, apply
from healthrec.store import accounts, resources
from healthrec.store.tables import access_grant

TOWN = the_town()
CHILD = TOWN.demo_child.id
OTHER = TOWN.second_demo_child.id
NURSERY, ELSEWHERE = (one.organization.id for one in TOWN.institutions.nurseries[:2])
CENTRE = TOWN.institutions.centres[1].id
FIRST, LAST = date(2027, 3, 1), date(2027, 6, 30)
DAYS = [(date(2027, 2, 28), False), (FIRST, True), (LAST, True), (date(2027, 7, 1), False)]
GUARDIAN = f"RelatedPerson/{TOWN.demo_child.guardian_id(TOWN.demo_child.guardians[0][0])}"
GRANDMOTHER = {
    "resourceType": "RelatedPerson",
    "id": "grandmother",
    "active": True,
    "patient": {"reference": f"Patient/{CHILD}"},
    "relationship": [concept(f"{BASE}CodeSystem/delegate", "GRPRN")],
    "name": [{"text": "何婆婆"}],
}
GUARDIAN_TOO = [
    {
        "coding": [
            *concept(f"{BASE}CodeSystem/delegate", "GRPRN")["coding"],
            {"code": "GRPRN", "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode"},
        ]
    }
]
STAFF = TOWN.accounts()[0].person
TO_GRANDMOTHER = ("delegate", "RelatedPerson/grandmother")
TO_ELSEWHERE = ("doctor", f"Organization/{CENTRE}")


def consent(*classes: str, to: tuple[str, str] = TO_GRANDMOTHER, **more: Any) -> dict[str, Any]:
    """A guardian's consent in the shape of the house; `more` goes into its provision."""
    role, reference = to
    actor = {"role": concept(f"{BASE}CodeSystem/role", role), "reference": {"reference": reference}}
    labels = [{"system": f"{BASE}CodeSystem/access-class", "code": name} for name in classes]
    period = {"start": FIRST.isoformat(), "end": LAST.isoformat()}
    return {
        "resourceType": "Consent",
        "id": "opens",
        "status": "active",
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "patient": {"reference": f"Patient/{CHILD}"},
        "dateTime": "2026-11-22",
        "performer": [{"reference": GUARDIAN}],
        "policyRule": {"text": "个人信息保护法"},
        "provision": {"type": "permit", "period": period, "securityLabel": labels, "actor": [actor], **more},
    }


def write(services: Services, *documents: dict[str, Any], version: int | None = None) -> None:
    changes = [Change("PUT", one["resourceType"], one, one["id"], version) for one in documents]
    apply(services, operator(services), changes)


def with_delegate(services: Services) -> None:
    """The grandmother, her account, and a dose and a finding that she may or may not meet."""
    write(services, GRANDMOTHER, dose(CHILD, id="dose"), condition(CHILD, id="finding"))
    with services.database.write() as connection:
        person = resources.find(connection, "RelatedPerson", "grandmother")
        assert person is not None
        row = accounts.new_row(
            services.database.keys.take(), "delegate", "delegate",
            person=person.key, organization=0, password_hash="-", created=services.now(),
        )  # fmt: skip
        accounts.put_account(connection, row)


def seen(api: Clients, user: str) -> set[str]:
    names = (f"Patient/{CHILD}", "Immunization/dose", "Condition/finding")
    return {name.partition("/")[0] for name in names if api(user).get(f"/fhir/{name}").status_code == 200}


def on(url: str, day: date, user: str) -> set[str]:
    with opened(settings_for(url, today=day)) as services:
        clients = Clients(services)
        try:
            return seen(clients, user)
        finally:
            clients.close()


def test_a_delegate_sees_what_was_named_on_its_days_and_nothing_else(town_url: str) -> None:
    with opened(settings_for(town_url)) as services:
        with_delegate(services)
        write(services, consent("care", "immunization", purpose=[{"code": "FAMRQT"}]))
    for day, opens in DAYS:
        assert on(town_url, day, "delegate") == ({"Patient", "Immunization"} if opens else set()), day


def test_a_role_elsewhere_sees_what_was_consented_to_on_its_days(town_url: str) -> None:
    with opened(settings_for(town_url)) as services:
        with_delegate(services)
        write(services, consent("care", "clinical", to=TO_ELSEWHERE))
    for day, opens in DAYS:
        assert on(town_url, day, "doctor2") == ({"Patient", "Condition"} if opens else set()), day
        assert on(town_url, day, "nurse2") == set()
        assert on(town_url, day, "delegate") == set()


def test_a_nursery_is_never_opened_more_than_care(town_url: str) -> None:
    with opened(settings_for(town_url)) as services:
        with_delegate(services)
        write(services, consent("care", "immunization", "clinical", to=("nurse", f"Organization/{ELSEWHERE}")))
    assert on(town_url, FIRST, "nurse2") == {"Patient"}


@pytest.mark.parametrize("ending", [{"status": "inactive"}, {"status": "rejected"}, {"status": "entered-in-error"}])
def test_a_withdrawal_counts_at_once(api: Clients, ending: dict[str, Any]) -> None:
    with_delegate(api.services)
    now = consent("care", period={"start": "2026-11-01", "end": "2026-11-30"})
    write(api.services, now)
    assert seen(api, "delegate") == {"Patient"}
    write(api.services, now | ending, version=1)
    assert seen(api, "delegate") == set()


NOW = {"start": "2026-11-01", "end": "2026-11-30"}


def guardian(services: Services, **changes: Any) -> None:
    """Another version of the guardian who consented."""
    with services.database.read() as connection:
        row = resources.find(connection, "RelatedPerson", GUARDIAN.partition("/")[2])
    assert row is not None
    assert row.body is not None
    write(services, json.loads(row.body) | changes, version=row.version)


@pytest.mark.parametrize(("last", "open_today"), [("2026-11-21", False), ("2026-11-22", True), ("2026-11-23", True)])
def test_a_delegation_ends_with_the_guardianship_of_who_gave_it(api: Clients, last: str, open_today: bool) -> None:
    with_delegate(api.services)
    write(api.services, consent("care", period=NOW), consent("care", to=TO_ELSEWHERE, period=NOW) | {"id": "outlasts"})
    guardian(api.services, period={"end": last})
    assert seen(api, "delegate") == ({"Patient"} if open_today else set())
    assert seen(api, "doctor2") == {"Patient"}
    guardian(api.services, period={"start": "2026-11-01"})
    assert seen(api, "delegate") == {"Patient"}
    guardian(api.services, active=False)
    assert seen(api, "delegate") == set()


@pytest.mark.one_database
@pytest.mark.parametrize("performer", [[], [{"reference": "RelatedPerson/grandmother"}], [{"reference": STAFF}]])
def test_a_delegation_is_given_by_a_guardian_or_opens_nothing(api: Clients, performer: list[Any]) -> None:
    with_delegate(api.services)
    given = consent("care", period=NOW) | {"performer": performer}
    write(api.services, {name: value for name, value in given.items() if value})
    assert seen(api, "delegate") == set()


@pytest.mark.one_database
def test_whom_a_guardian_named_is_no_guardian(api: Clients) -> None:
    with_delegate(api.services)
    with api.services.database.read() as connection:
        person = resources.find(connection, "RelatedPerson", "grandmother")
        assert person is not None
        source = access_grant.c.source == person.key
        assert connection.execute(select(access_grant).where(source)).first() is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("user", "relationship", "status"),
    [
        ("parent", [concept(f"{BASE}CodeSystem/delegate", "GRPRN")], 201),
        ("doctor", [concept(f"{BASE}CodeSystem/delegate", "GRPRN")], 201),
        ("nurse", [concept(f"{BASE}CodeSystem/delegate", "GRPRN")], 403),
        ("parent", [concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "GRPRN")], 403),
        ("parent", GUARDIAN_TOO, 403),
        ("parent", [{"text": "外婆"}], 403),
        ("parent", [], 403),
    ],
)
def test_a_guardian_names_delegates_and_never_guardians(
    api: Clients, user: str, relationship: list[Any], status: int
) -> None:
    person = {name: value for name, value in GRANDMOTHER.items() if name not in ("id", "relationship")}
    document = person | ({"relationship": relationship} if relationship else {})
    assert api(user).post("/fhir/RelatedPerson", json=document).status_code == status


@pytest.mark.one_database
@pytest.mark.parametrize(
    "unclear",
    [
        {"type": "deny"},
        {"provision": [{"type": "deny"}]},
        {"code": [{"text": "生长"}]},
        {"class": [{"system": "http://hl7.org/fhir/resource-types", "code": "Observation"}]},
        {"dataPeriod": {"start": "2026-01-01"}},
        {"action": [{"coding": [{"code": "correct"}]}]},
        {"purpose": [{"code": "HRESCH"}]},
        {"period": {"start": "2026-11-01"}},
        {"securityLabel": []},
        {"securityLabel": [{"system": f"{BASE}CodeSystem/access-class", "code": "everything"}]},
    ],
)
def test_a_consent_that_says_less_or_something_else_opens_nothing(services: Services, unclear: dict[str, Any]) -> None:
    whole = consent("care", period={"start": "2026-11-01", "end": "2026-11-30"})
    assert grants_for(access_facts(whole), services.grant_rules)
    assert not grants_for(access_facts(whole | {"provision": whole["provision"] | unclear}), services.grant_rules)


def test_a_consent_for_a_treatment_opens_nothing(services: Services) -> None:
    scope = concept("http://terminology.hl7.org/CodeSystem/consentscope", "treatment")
    assert access_facts(consent("care") | {"scope": scope}) == []


def test_a_rebuild_gives_the_same_grants(town_services: Services) -> None:
    with_delegate(town_services)
    write(town_services, consent("care", "immunization"))
    write(town_services, consent("care", to=TO_ELSEWHERE) | {"id": "another"})
    write(town_services, consent("care") | {"id": "over"})
    write(town_services, consent("care") | {"id": "over", "status": "inactive"}, version=1)
    guardian(town_services, period={"end": "2027-05-01"})
    before = grants(town_services)
    assert {row.basis for row in before} >= {"delegation", "consent"}
    rebuild_all(town_services)
    assert grants(town_services) == before


def grants(services: Services) -> list[Any]:
    with services.database.read() as connection:
        return sorted(connection.execute(select(access_grant)).all(), key=tuple)


class TestWhoMayOpen:
    def test_a_guardian_opens_and_withdraws(self, api: Clients) -> None:
        with_delegate(api.services)
        document = consent("care", "clinical", period={"start": "2026-11-01", "end": "2026-11-30"})
        made = api("parent").post("/fhir/Consent", json=document)
        assert made.status_code == 201
        assert seen(api, "delegate") == {"Patient", "Condition"}
        over = {name: value for name, value in made.json().items() if name != "meta"} | {"status": "inactive"}
        address = f"/fhir/Consent/{made.json()['id']}"
        assert api("parent").put(address, json=over, headers={"if-match": 'W/"1"'}).status_code == 200
        assert seen(api, "delegate") == set()

    @pytest.mark.parametrize(
        ("user", "document", "status"),
        [
            ("doctor", consent("care", "clinical"), 201),
            ("doctor", consent("care", to=("doctor", f"Organization/{TOWN.institutions.centres[0].id}")), 403),
            ("nurse", consent("care"), 201),
            ("nurse", consent("care", "immunization"), 403),
            ("nurse", consent("care", to=("nurse", f"Organization/{NURSERY}")), 403),
            ("nurse", consent("care", to=("nurse", f"Organization/{ELSEWHERE}")), 201),
            ("delegate", consent("care"), 403),
        ],
    )
    def test_staff_enter_what_was_signed_for_others_and_no_more_than_they_see(
        self, api: Clients, user: str, document: dict[str, Any], status: int
    ) -> None:
        with_delegate(api.services)
        write(api.services, consent("care", period={"start": "2026-11-01", "end": "2026-11-30"}) | {"id": "first"})
        assert api(user).post("/fhir/Consent", json=document).status_code == status

    def test_somebody_of_another_child_is_no_delegate_of_this_one(self, api: Clients) -> None:
        stranger = GRANDMOTHER | {"id": "stranger", "patient": {"reference": f"Patient/{OTHER}"}}
        write(api.services, stranger)
        document = consent("care", to=("delegate", "RelatedPerson/stranger"))
        assert api("parent").post("/fhir/Consent", json=document).status_code == 400
        with pytest.raises(Refused) as refused:
            write(api.services, document)
        assert refused.value.issues[0].key == "record.two-children"
