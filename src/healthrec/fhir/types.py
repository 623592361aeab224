"""The resource types of the house: which child they belong to, whether they are clinical, how a mistake is marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BASE = "https://healthrec.example/fhir/"


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """`child` names the element with the reference to the child ("" when there is none, "id" for Patient itself);
    `clinical` types need If-Match; `error_element` is the element that can say entered-in-error ("" when none can)."""

    name: str
    child: str = ""
    clinical: bool = False
    error_element: str = ""


_TABLE = """
Patient                     id            clinical  -
RelatedPerson               patient       -         -
Practitioner                -             -         -
PractitionerRole            -             -         -
Organization                -             -         -
OrganizationAffiliation     -             -         -
Location                    -             -         -
EpisodeOfCare               patient       clinical  status
Encounter                   subject       clinical  status
Observation                 subject       clinical  status
Immunization                patient       clinical  status
ImmunizationRecommendation  patient       clinical  -
ImmunizationEvaluation      patient       clinical  status
AdverseEvent                subject       clinical  -
Condition                   subject       clinical  verificationStatus
AllergyIntolerance          patient       clinical  verificationStatus
FamilyMemberHistory         patient       clinical  status
Flag                        subject       clinical  status
RiskAssessment              subject       clinical  status
DetectedIssue               patient       clinical  status
Procedure                   subject       clinical  status
MedicationRequest           subject       clinical  status
MedicationAdministration    subject       clinical  status
Device                      patient       -         status
ServiceRequest              subject       clinical  status
Task                        for           clinical  status
Appointment                 participant   clinical  status
CarePlan                    subject       clinical  status
CareTeam                    subject       clinical  status
Goal                        subject       clinical  lifecycleStatus
Group                       -             -         -
Questionnaire               -             -         -
QuestionnaireResponse       subject       clinical  status
DiagnosticReport            subject       clinical  status
DocumentReference           subject       clinical  status
Binary                      -             -         -
Composition                 subject       clinical  status
Bundle                      -             -         -
Communication               subject       clinical  status
Consent                     patient       clinical  status
Provenance                  -             -         -
AuditEvent                  -             -         -
List                        subject       clinical  status
Measure                     -             -         -
MeasureReport               subject       clinical  -
ValueSet                    -             -         -
CodeSystem                  -             -         -
NamingSystem                -             -         -
StructureDefinition         -             -         -
SearchParameter             -             -         -
Subscription                -             -         -
"""


def _kind(line: str) -> ResourceKind:
    name, child, clinical, error_element = (word if word != "-" else "" for word in line.split())
    return ResourceKind(name, child, bool(clinical), error_element)


KINDS: dict[str, ResourceKind] = {kind.name: kind for kind in map(_kind, _TABLE.strip().splitlines())}
TYPES: tuple[str, ...] = tuple(KINDS)


def child_ids(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the children named by the compartment element; () for what concerns no child, or an institution.

    A reference that is not yet resolved (urn:uuid) or is only an identifier names nobody here.
    """
    element = KINDS[resource["resourceType"]].child
    if not element:
        return ()
    if element == "id":
        return (resource["id"],) if resource.get("id") else ()
    value = resource.get(element)
    references = [part.get("actor") for part in value or ()] if element == "participant" else [value]
    texts = [reference.get("reference", "") for reference in references if reference]
    return tuple(dict.fromkeys(text.split("/")[1] for text in texts if text.startswith("Patient/")))


def entered_in_error(resource: Mapping[str, Any]) -> bool:
    """Whether the resource says of itself that it was a mistake."""
    element = KINDS[resource["resourceType"]].error_element
    value = resource.get(element) if element else None
    if isinstance(value, Mapping):
        return any(coding.get("code") == "entered-in-error" for coding in value.get("coding", ()))
    return value == "entered-in-error"


TYPE_NUMBER: dict[str, int] = {name: number for number, name in enumerate(TYPES, start=1)}
"""The number by which the store knows a type: written into rows, so the table above only grows at its end."""
