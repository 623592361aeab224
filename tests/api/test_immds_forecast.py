"""POST /$immds-forecast through the door: who may ask, what is told of a mistake, what stays behind (nothing but audit)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from tests import immds
from tests.documents import sent, sent_with
from tests.town import Client, Clients

from healthrec.services.context import Services
from healthrec.store.tables import audit_event, resource

pytestmark = pytest.mark.one_database
ADDRESS = "/fhir/$immds-forecast"
QUESTION = immds.asked("2026-12-01", "2026-07-10", "HepB 0d, HepB 1m")


def _counts(services: Services) -> tuple[int, int]:
    with services.database.read() as connection:
        counted = [connection.execute(select(func.count()).select_from(table)) for table in (resource, audit_event)]
        return counted[0].scalar_one(), counted[1].scalar_one()


def test_whoever_has_signed_in_may_ask_and_it_is_in_the_capability_statement(shared_api: Clients) -> None:
    for user in ("doctor", "auditor"):
        answer = shared_api(user).post(ADDRESS, **sent(QUESTION))
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
        assert immds.status(immds.recommendations(answer.json())["HepB"]) == "not-due"
    (operation,) = shared_api("").get("/fhir/metadata").json()["rest"][0]["operation"]
    assert operation["definition"] == "http://hl7.org/fhir/us/immds/OperationDefinition/ImmDSForecastOperation"


def test_a_stranger_may_not(shared_api: Clients) -> None:
    answer = shared_api("").post(ADDRESS, **sent(QUESTION))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (401, "login")


def test_it_is_audited_without_content_and_keeps_nothing(shared_api: Clients, shared_services: Services) -> None:
    client = shared_api("doctor")
    before = _counts(shared_services)
    client.post(ADDRESS, **sent(QUESTION))
    assert _counts(shared_services) == (before[0], before[1] + 1)
    with shared_services.database.read() as connection:
        row = connection.execute(select(audit_event).order_by(audit_event.c.key.desc()).limit(1)).one()
    assert (row.action, row.entity, row.outcome, row.child) == ("forecast", "$immds-forecast", "success", 0)


def _refused(client: Client, question: immds.Document) -> tuple[int, str, str]:
    answer = client.post(ADDRESS, **sent(question))
    (issue,) = answer.json()["issue"]
    return answer.status_code, issue["code"], issue["expression"][0]


def test_a_mistake_is_told_by_its_element(shared_api: Clients) -> None:
    wrong = immds.asked("2026-12-01", "2026-07-10", "HepX 0d")
    place = "Parameters.parameter[2].resource.vaccineCode"
    assert _refused(shared_api("doctor"), wrong) == (422, "code-invalid", place)
    wrong = immds.asked("2026-12-01", "2026-07-10") | {"colour": "red"}
    assert _refused(shared_api("doctor"), wrong) == (400, "structure", "Parameters.colour")


def test_words_follow_the_language_asked_for(shared_api: Clients) -> None:
    question = immds.asked("2026-12-01", "2026-07-10", "", immds.condition("allergic-constitution"))
    for language, words in (("zh-CN", "不是接种禁忌"), ("en", "is not a contraindication")):
        answer = shared_api("doctor").post(ADDRESS, **sent_with(question, accept_language=language))
        assert words in answer.text


def test_only_post_is_answered(shared_api: Clients) -> None:
    assert shared_api("doctor").get(ADDRESS).status_code == 400
