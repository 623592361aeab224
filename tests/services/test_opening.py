"""What an installation refuses to open with."""

from __future__ import annotations

import pytest
from tests.conftest import settings_for

from healthrec.errors import Refused
from healthrec.services.opening import opened


@pytest.mark.one_database
def test_a_misspelt_role_of_the_second_factor_is_refused_before_anything_is_opened(database_url: str) -> None:
    settings = settings_for(database_url, totp_roles=("admin", "docter"))
    with pytest.raises(Refused) as refused, opened(settings):
        pytest.fail("it opened")
    (issue,) = refused.value.issues
    assert (issue.key, issue.expression) == ("settings.unknown-role", "HEALTHREC_TOTP_ROLES")
    assert issue.params["found"] == "docter"
    assert "doctor" in issue.params["allowed"]


@pytest.mark.one_database
def test_every_role_that_signs_in_by_password_may_be_named(database_url: str) -> None:
    with opened(settings_for(database_url, totp_roles=("admin", "auditor", "doctor", "parent"))) as services:
        assert services.settings.totp_roles[0] == "admin"
