"""Required bindings and reference targets of FHIR R4 where fhir.resources R4B cuts the list short, has none, or differs.

Source: http://hl7.org/fhir/R4/terminologies-valuesets.html and the resource pages of R4 (4.0.1). All other lists are
read from the R4B classes.
"""

from __future__ import annotations

_OBSERVATION_STATUS = "registered preliminary final amended corrected cancelled entered-in-error unknown"
_ENCOUNTER_STATUS = "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"
_COMPARATOR = "< <= >= >"
_CONFIDENTIALITY = "U L M N R V"

CODES: dict[str, tuple[str, ...]] = {
    element: tuple(codes.split())
    for element, codes in {
        "Observation.status": _OBSERVATION_STATUS,
        "DetectedIssue.status": _OBSERVATION_STATUS,
        "RiskAssessment.status": _OBSERVATION_STATUS,
        "DiagnosticReport.status": "registered partial preliminary final amended corrected appended cancelled "
        "entered-in-error unknown",
        "Encounter.status": _ENCOUNTER_STATUS,
        "EncounterStatusHistory.status": _ENCOUNTER_STATUS,
        "Task.status": "draft requested received accepted rejected ready cancelled in-progress on-hold failed "
        "completed entered-in-error",
        "QuestionnaireItem.type": "group display boolean decimal integer date dateTime time string text url choice "
        "open-choice attachment reference quantity",
        "DeviceUdiCarrier.entryType": "barcode rfid manual card self-reported unknown",
        "Quantity.comparator": _COMPARATOR,
        "Age.comparator": _COMPARATOR,
        "Duration.comparator": _COMPARATOR,
        "Count.comparator": _COMPARATOR,
        "Distance.comparator": _COMPARATOR,
        "AuditEvent.action": "C R U D E",
        "AuditEvent.outcome": "0 4 8 12",
        "AuditEventAgentNetwork.type": "1 2 3 4 5",
        "Composition.confidentiality": _CONFIDENTIALITY,
        "TimingRepeat.when": "MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS "
        "HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV",
    }.items()
}

OPEN = frozenset({"Expression.language", "ParameterDefinition.type"})
"""Elements whose list in the R4B classes is no required binding."""

CONCEPTS: dict[str, frozenset[str]] = {
    element: frozenset(codes.split())
    for element, codes in {
        "Condition.clinicalStatus": "active recurrence relapse inactive remission resolved",
        "Condition.verificationStatus": "unconfirmed provisional differential confirmed refuted entered-in-error",
        "AllergyIntolerance.clinicalStatus": "active inactive resolved",
        "AllergyIntolerance.verificationStatus": "unconfirmed confirmed refuted entered-in-error",
    }.items()
}
"""Required bindings of CodeableConcepts: at least one coding must carry one of the codes."""

TARGETS: dict[str, tuple[str, ...]] = {"Observation.subject": ("Patient", "Group", "Device", "Location")}
"""R4B allows more for Observation.subject than R4 does."""

VITAL_SIGNS: dict[str, str] = {
    "29463-7": "kg", "3141-9": "kg", "8339-4": "g", "89269-5": "cm", "8302-2": "cm", "8306-3": "cm", "9843-4": "cm", "8287-5": "cm",
    "56072-2": "cm",
    "8289-1": "%", "11884-4": "d", "39156-5": "kg/m2", "8310-5": "Cel", "8867-4": "/min", "9279-1": "/min",
    "8480-6": "mm[Hg]", "8462-4": "mm[Hg]", "2708-6": "%", "59408-5": "%", "718-7": "g/L",
}  # fmt: skip
"""LOINC code of a measurement of the house and a unit of its dimension (https://loinc.org; R4 vital signs profile)."""
