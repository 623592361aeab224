"""Rights and grants, from the three files of `schemas/access/` that only make sense together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from healthrec.domain.access import GrantRules, Rights, grant_rules_from, rights_from
from healthrec.rulebook.problems import BrokenRulesError, Problem

ACCESS_KINDS = ("access-rights", "access-types", "access-grants")


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What a role may do at most, and which fact opens what to whom."""

    rights: Rights
    grants: GrantRules


def access_rules(contents: Mapping[str, Mapping[str, Any]]) -> AccessRules:
    """The access rules from kind -> content. Raises BrokenRulesError when the files contradict each other."""
    if absent := [kind for kind in ACCESS_KINDS if kind not in contents]:
        raise BrokenRulesError(*(Problem(f"meta/{kind}.json", "x-files", "missing") for kind in absent))
    try:
        rights = rights_from(contents["access-rights"], contents["access-types"])
        return AccessRules(rights, grant_rules_from(contents["access-grants"], rights))
    except ValueError as error:
        raise BrokenRulesError(Problem("access", "", "contradiction", str(error))) from error
