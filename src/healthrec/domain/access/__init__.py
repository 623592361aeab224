"""Who may see and do what, as pure values and functions over `schemas/access/`.

`Rights` says what a role may do at most (role x class x action) and which class a resource has. `grants_for` turns dated
facts (enrolments, panels, guardians …) into grants on a child or an institution. `principals_of` says as whom a person
acts on a day. A person sees a row when one of his principals holds a grant on the row's child or institution that is in
force and opens the row's class, and his role's ceiling has that class too.
"""

from healthrec.domain.access.classes import (
    ACTIONS,
    BIT,
    CLASSES,
    ROLES,
    AccessClass,
    Action,
    Role,
    classes_in,
    mask,
)
from healthrec.domain.access.facts import (
    AccessFact,
    BreakGlass,
    ConsentGiven,
    Delegation,
    Enrolment,
    Guardianship,
    GuideAssignment,
    Institution,
    NamedOfficer,
    PanelMembership,
    Referral,
    Span,
)
from healthrec.domain.access.grants import ANYWHERE, OPEN_GRANT, Grant, GrantRules, grant_rules_from, grants_for
from healthrec.domain.access.principals import EVERYONE, Place, RoleHeld, principals_of, roles_on
from healthrec.domain.access.rights import Rights, rights_from

__all__ = [
    "ACTIONS",
    "ANYWHERE",
    "BIT",
    "CLASSES",
    "EVERYONE",
    "OPEN_GRANT",
    "ROLES",
    "AccessClass",
    "AccessFact",
    "Action",
    "BreakGlass",
    "ConsentGiven",
    "Delegation",
    "Enrolment",
    "Grant",
    "GrantRules",
    "Guardianship",
    "GuideAssignment",
    "Institution",
    "NamedOfficer",
    "PanelMembership",
    "Place",
    "Referral",
    "Rights",
    "Role",
    "RoleHeld",
    "Span",
    "classes_in",
    "grant_rules_from",
    "grants_for",
    "mask",
    "principals_of",
    "rights_from",
    "roles_on",
]
