"""The search parameters of every type of the house (FHIR R4), as a table.

One line per parameter: name, kind, elements separated by commas, and for references `>` with the types they may name.
`telecom?system=phone` takes only those members; `extension?url=dose-differs-from` takes the value of that extension of ours (and its
parameter is ours too); `@subject` shares the rows of another parameter (and narrows its types);
`a.b` goes through arrays. Source: https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from __future__ import annotations

ALL_TYPES = """
_tag       token      meta.tag
_security  token      meta.security
_profile   uri        meta.profile
_source    uri        meta.source
"""

TABLE: dict[str, str] = {
    "Patient": """
identifier            token      identifier
name                  string     name
family                string     name.family
given                 string     name.given
gender                token      gender
birthdate             date       birthDate
death-date            date       deceasedDateTime
deceased              token      deceasedBoolean,deceasedDateTime
active                token      active
telecom               token      telecom
phone                 token      telecom?system=phone
email                 token      telecom?system=email
address               string     address
address-city          string     address.city
language              token      communication.language
general-practitioner  reference  generalPractitioner > Practitioner Organization PractitionerRole
organization          reference  managingOrganization > Organization
link                  reference  link.other > Patient RelatedPerson
""",
    "RelatedPerson": """
identifier    token      identifier
name          string     name
gender        token      gender
birthdate     date       birthDate
active        token      active
telecom       token      telecom
phone         token      telecom?system=phone
email         token      telecom?system=email
address       string     address
relationship  token      relationship
patient       reference  patient > Patient
""",
    "Practitioner": """
identifier     token   identifier
name           string  name
family         string  name.family
given          string  name.given
gender         token   gender
active         token   active
telecom        token   telecom
phone          token   telecom?system=phone
email          token   telecom?system=email
address        string  address
communication  token   communication
""",
    "PractitionerRole": """
identifier    token      identifier
active        token      active
date          date       period
practitioner  reference  practitioner > Practitioner
organization  reference  organization > Organization
location      reference  location > Location
role          token      code
specialty     token      specialty
telecom       token      telecom
phone         token      telecom?system=phone
email         token      telecom?system=email
""",
    "Organization": """
identifier  token      identifier
name        string     name,alias
type        token      type
active      token      active
address     string     address
partof      reference  partOf > Organization
""",
    "OrganizationAffiliation": """
identifier                  token      identifier
active                      token      active
date                        date       period
primary-organization        reference  organization > Organization
participating-organization  reference  participatingOrganization > Organization
role                        token      code
specialty                   token      specialty
""",
    "Location": """
identifier    token      identifier
name          string     name,alias
status        token      status
type          token      type
address       string     address
organization  reference  managingOrganization > Organization
partof        reference  partOf > Location
""",
    "EpisodeOfCare": """
identifier         token      identifier
status             token      status
type               token      type
date               date       period
patient            reference  patient > Patient
organization       reference  managingOrganization > Organization
care-manager       reference  careManager > Practitioner PractitionerRole
condition          reference  diagnosis.condition > Condition
incoming-referral  reference  referralRequest > ServiceRequest
""",
    "Encounter": """
identifier          token      identifier
status              token      status
class               token      class
type                token      type
date                date       period
subject             reference  subject > Patient Group
patient             reference  @subject > Patient
episode-of-care     reference  episodeOfCare > EpisodeOfCare
based-on            reference  basedOn > ServiceRequest
participant         reference  participant.individual > Practitioner PractitionerRole RelatedPerson
practitioner        reference  @participant > Practitioner
appointment         reference  appointment > Appointment
reason-code         token      reasonCode
service-provider    reference  serviceProvider > Organization
part-of             reference  partOf > Encounter
location            reference  location.location > Location
diagnosis           reference  diagnosis.condition > Condition Procedure
length              quantity   length
""",
    "Observation": """
identifier                token      identifier
status                    token      status
code                      token      code
category                  token      category
component-code            token      component.code
date                      date       effectiveDateTime,effectivePeriod,effectiveInstant,effectiveTiming
subject                   reference  subject > Patient Group Device Location
patient                   reference  @subject > Patient
encounter                 reference  encounter > Encounter
performer                 reference  performer > Practitioner PractitionerRole Organization CareTeam Patient RelatedPerson
based-on                  reference  basedOn > CarePlan ServiceRequest MedicationRequest ImmunizationRecommendation
derived-from              reference  derivedFrom > QuestionnaireResponse Observation DocumentReference
has-member                reference  hasMember > Observation QuestionnaireResponse
part-of                   reference  partOf > Procedure Immunization MedicationAdministration
device                    reference  device > Device
focus                     reference  focus > Patient
method                    token      method
data-absent-reason        token      dataAbsentReason
value-quantity            quantity   valueQuantity
value-concept             token      valueCodeableConcept
value-string              string     valueString
value-date                date       valueDateTime,valuePeriod
component-value-quantity  quantity   component.valueQuantity
component-value-concept   token      component.valueCodeableConcept
""",
    "Immunization": """
identifier     token      identifier
status         token      status
vaccine-code   token      vaccineCode
date           date       occurrenceDateTime
patient        reference  patient > Patient
lot-number     string     lotNumber
series         string     protocolApplied.series
target-disease token      protocolApplied.targetDisease
status-reason  token      statusReason
reason-code    token      reasonCode
location       reference  location > Location
manufacturer   reference  manufacturer > Organization
performer      reference  performer.actor > Practitioner PractitionerRole Organization
reaction       reference  reaction.detail > Observation
reaction-date  date       reaction.date
encounter      reference  encounter > Encounter
differs-from   reference  extension?url=dose-differs-from > Immunization
""",
    "ImmunizationRecommendation": """
identifier      token      identifier
date            date       date
patient         reference  patient > Patient
status          token      recommendation.forecastStatus
vaccine-type    token      recommendation.vaccineCode
target-disease  token      recommendation.targetDisease
support         reference  recommendation.supportingImmunization > Immunization ImmunizationEvaluation
information     reference  recommendation.supportingPatientInformation
""",
    "ImmunizationEvaluation": """
identifier          token      identifier
status              token      status
date                date       date
patient             reference  patient > Patient
target-disease      token      targetDisease
dose-status         token      doseStatus
immunization-event  reference  immunizationEvent > Immunization
""",
    "AdverseEvent": """
actuality    token      actuality
category     token      category
event        token      event
date         date       date
subject      reference  subject > Patient Group Practitioner RelatedPerson
patient      reference  @subject > Patient
recorder     reference  recorder > Patient Practitioner PractitionerRole RelatedPerson
location     reference  location > Location
seriousness  token      seriousness
severity     token      severity
substance    reference  suspectEntity.instance > Immunization Procedure Device
""",
    "Condition": """
identifier           token      identifier
clinical-status      token      clinicalStatus
verification-status  token      verificationStatus
category             token      category
code                 token      code
severity             token      severity
body-site            token      bodySite
subject              reference  subject > Patient Group
patient              reference  @subject > Patient
encounter            reference  encounter > Encounter
onset-date           date       onsetDateTime,onsetPeriod
abatement-date       date       abatementDateTime,abatementPeriod
recorded-date        date       recordedDate
asserter             reference  asserter > Practitioner PractitionerRole Patient RelatedPerson
evidence             token      evidence.code
evidence-detail      reference  evidence.detail
""",
    "AllergyIntolerance": """
identifier           token      identifier
clinical-status      token      clinicalStatus
verification-status  token      verificationStatus
type                 token      type
category             token      category
criticality          token      criticality
code                 token      code,reaction.substance
patient              reference  patient > Patient
date                 date       recordedDate
onset                date       reaction.onset
last-date            date       lastOccurrence
manifestation        token      reaction.manifestation
severity             token      reaction.severity
asserter             reference  asserter > Patient RelatedPerson Practitioner PractitionerRole
recorder             reference  recorder > Practitioner PractitionerRole Patient RelatedPerson
""",
    "FamilyMemberHistory": """
identifier    token      identifier
status        token      status
relationship  token      relationship
sex           token      sex
code          token      condition.code
date          date       date
patient       reference  patient > Patient
""",
    "Flag": """
identifier  token      identifier
status      token      status
category    token      category
code        token      code
date        date       period
subject     reference  subject > Patient Location Group Organization Practitioner
patient     reference  @subject > Patient
encounter   reference  encounter > Encounter
author      reference  author > Device Organization Patient Practitioner PractitionerRole
""",
    "RiskAssessment": """
identifier   token      identifier
status       token      status
code         token      code
method       token      method
date         date       occurrenceDateTime,occurrencePeriod
subject      reference  subject > Patient Group
patient      reference  @subject > Patient
encounter    reference  encounter > Encounter
condition    reference  condition > Condition
performer    reference  performer > Practitioner PractitionerRole Device
probability  number     prediction.probabilityDecimal
risk         token      prediction.qualitativeRisk
""",
    "DetectedIssue": """
identifier  token      identifier
status      token      status
code        token      code
identified  date       identifiedDateTime,identifiedPeriod
patient     reference  patient > Patient
author      reference  author > Practitioner PractitionerRole Device
implicated  reference  implicated
""",
    "Procedure": """
identifier        token      identifier
status            token      status
category          token      category
code              token      code
date              date       performedDateTime,performedPeriod
subject           reference  subject > Patient Group
patient           reference  @subject > Patient
encounter         reference  encounter > Encounter
performer         reference  performer.actor > Practitioner PractitionerRole Organization Patient RelatedPerson Device
based-on          reference  basedOn > CarePlan ServiceRequest
part-of           reference  partOf > Procedure Observation MedicationAdministration
reason-code       token      reasonCode
reason-reference  reference  reasonReference > Condition Observation Procedure DiagnosticReport DocumentReference
location          reference  location > Location
""",
    "MedicationRequest": """
identifier    token      identifier
status        token      status
intent        token      intent
priority      token      priority
category      token      category
code          token      medicationCodeableConcept
authoredon    date       authoredOn
date          date       dosageInstruction.timing
subject       reference  subject > Patient Group
patient       reference  @subject > Patient
encounter     reference  encounter > Encounter
requester     reference  requester > Practitioner PractitionerRole Organization Patient RelatedPerson Device
""",
    "MedicationAdministration": """
identifier          token      identifier
status              token      status
code                token      medicationCodeableConcept
effective-time      date       effectiveDateTime,effectivePeriod
subject             reference  subject > Patient Group
patient             reference  @subject > Patient
context             reference  context > Encounter EpisodeOfCare
performer           reference  performer.actor > Practitioner PractitionerRole Patient RelatedPerson Device
request             reference  request > MedicationRequest
reason-given        token      reasonCode
reason-not-given    token      statusReason
device              reference  device > Device
""",
    "Device": """
identifier    token      identifier
status        token      status
type          token      type
device-name   string     deviceName.name
manufacturer  string     manufacturer
model         string     modelNumber
patient       reference  patient > Patient
organization  reference  owner > Organization
location      reference  location > Location
""",
    "ServiceRequest": """
identifier      token      identifier
status          token      status
intent          token      intent
priority        token      priority
category        token      category
code            token      code
authored        date       authoredOn
occurrence      date       occurrenceDateTime,occurrencePeriod,occurrenceTiming
requisition     token      requisition
subject         reference  subject > Patient Group Location Device
patient         reference  @subject > Patient
encounter       reference  encounter > Encounter
requester       reference  requester > Practitioner PractitionerRole Organization Patient RelatedPerson Device
performer       reference  performer > Practitioner PractitionerRole Organization CareTeam Patient RelatedPerson Device
performer-type  token      performerType
based-on        reference  basedOn > CarePlan ServiceRequest MedicationRequest
replaces        reference  replaces > ServiceRequest
""",
    "Task": """
identifier       token      identifier
status           token      status
business-status  token      businessStatus
intent           token      intent
priority         token      priority
code             token      code
authored-on      date       authoredOn
modified         date       lastModified
period           date       executionPeriod
subject          reference  for
patient          reference  @subject > Patient
encounter        reference  encounter > Encounter
owner            reference  owner > Practitioner PractitionerRole Organization CareTeam Patient RelatedPerson Device
requester        reference  requester > Practitioner PractitionerRole Organization Patient RelatedPerson Device
focus            reference  focus
based-on         reference  basedOn
part-of          reference  partOf > Task
performer        token      performerType
group-identifier token      groupIdentifier
""",
    "Appointment": """
identifier        token      identifier
status            token      status
appointment-type  token      appointmentType
service-type      token      serviceType
service-category  token      serviceCategory
specialty         token      specialty
date              date       start
actor             reference  participant.actor > Patient Practitioner PractitionerRole RelatedPerson Device Location
patient           reference  @actor > Patient
practitioner      reference  @actor > Practitioner
location          reference  @actor > Location
part-status       token      participant.status
reason-code       token      reasonCode
based-on          reference  basedOn > ServiceRequest
""",
    "CarePlan": """
identifier  token      identifier
status      token      status
intent      token      intent
category    token      category
date        date       period
subject     reference  subject > Patient Group
patient     reference  @subject > Patient
encounter   reference  encounter > Encounter
care-team   reference  careTeam > CareTeam
condition   reference  addresses > Condition
goal        reference  goal > Goal
based-on    reference  basedOn > CarePlan
part-of     reference  partOf > CarePlan
replaces    reference  replaces > CarePlan
activity-code       token      activity.detail.code
activity-reference  reference  activity.reference
performer           reference  activity.detail.performer
""",
    "CareTeam": """
identifier   token      identifier
status       token      status
category     token      category
date         date       period
subject      reference  subject > Patient Group
patient      reference  @subject > Patient
encounter    reference  encounter > Encounter
participant  reference  participant.member > Practitioner PractitionerRole RelatedPerson Patient Organization CareTeam
""",
    "Goal": """
identifier          token      identifier
lifecycle-status    token      lifecycleStatus
achievement-status  token      achievementStatus
category            token      category
start-date          date       startDate
target-date         date       target.dueDate
subject             reference  subject > Patient Group Organization
patient             reference  @subject > Patient
""",
    "Group": """
identifier       token      identifier
type             token      type
actual           token      actual
code             token      code
characteristic   token      characteristic.code
exclude          token      characteristic.exclude
member           reference  member.entity > Patient Practitioner PractitionerRole Device Group
managing-entity  reference  managingEntity > Organization RelatedPerson Practitioner PractitionerRole
""",
    "Questionnaire": """
identifier    token   identifier
url           uri     url
version       token   version
name          string  name
title         string  title
status        token   status
code          token   item.code
date          date    date
effective     date    effectivePeriod
publisher     string  publisher
description   string  description
subject-type  token   subjectType
jurisdiction  token   jurisdiction
""",
    "QuestionnaireResponse": """
identifier     token      identifier
status         token      status
authored       date       authored
questionnaire  reference  questionnaire > Questionnaire
subject        reference  subject
patient        reference  @subject > Patient
encounter      reference  encounter > Encounter
author         reference  author > Practitioner PractitionerRole Patient RelatedPerson Organization Device
source         reference  source > Patient Practitioner PractitionerRole RelatedPerson
based-on       reference  basedOn > ServiceRequest CarePlan
part-of        reference  partOf > Observation Procedure
""",
    "DiagnosticReport": """
identifier           token      identifier
status               token      status
category             token      category
code                 token      code
conclusion           token      conclusionCode
date                 date       effectiveDateTime,effectivePeriod
issued               date       issued
subject              reference  subject > Patient Group Device Location
patient              reference  @subject > Patient
encounter            reference  encounter > Encounter
performer            reference  performer > Practitioner PractitionerRole Organization CareTeam
results-interpreter  reference  resultsInterpreter > Practitioner PractitionerRole Organization CareTeam
result               reference  result > Observation
based-on             reference  basedOn > CarePlan ServiceRequest MedicationRequest ImmunizationRecommendation
""",
    "DocumentReference": """
identifier      token      masterIdentifier,identifier
status          token      status
type            token      type
category        token      category
date            date       date
description     string     description
subject         reference  subject > Patient Practitioner Group Device
patient         reference  @subject > Patient
author          reference  author > Practitioner PractitionerRole Organization Device Patient RelatedPerson
authenticator   reference  authenticator > Practitioner PractitionerRole Organization
custodian       reference  custodian > Organization
encounter       reference  context.encounter > Encounter EpisodeOfCare
event           token      context.event
facility        token      context.facilityType
setting         token      context.practiceSetting
period          date       context.period
related         reference  context.related
relatesto       reference  relatesTo.target > DocumentReference
relation        token      relatesTo.code
contenttype     token      content.attachment.contentType
format          token      content.format
language        token      content.attachment.language
location        uri        content.attachment.url
security-label  token      securityLabel
""",
    "Binary": "",
    "Composition": """
identifier       token      identifier
status           token      status
type             token      type
category         token      category
title            string     title
date             date       date
period           date       event.period
subject          reference  subject
patient          reference  @subject > Patient
author           reference  author > Practitioner PractitionerRole Device Patient RelatedPerson Organization
attester         reference  attester.party > Patient RelatedPerson Practitioner PractitionerRole Organization
encounter        reference  encounter > Encounter
entry            reference  section.entry
section          token      section.code
confidentiality  token      confidentiality
""",
    "Bundle": """
identifier  token  identifier
type        token  type
timestamp   date   timestamp
""",
    "Communication": """
identifier  token      identifier
status      token      status
category    token      category
medium      token      medium
sent        date       sent
received    date       received
subject     reference  subject > Patient Group
patient     reference  @subject > Patient
encounter   reference  encounter > Encounter
sender      reference  sender > Practitioner PractitionerRole Organization Patient RelatedPerson Device
recipient   reference  recipient
based-on    reference  basedOn
part-of     reference  partOf
about       reference  about
""",
    "Consent": """
identifier        token      identifier
status            token      status
scope             token      scope
category          token      category
date              date       dateTime
period            date       provision.period
action            token      provision.action
purpose           token      provision.purpose
security-label    token      provision.securityLabel
patient           reference  patient > Patient
consentor         reference  performer > Organization Patient Practitioner PractitionerRole RelatedPerson
organization      reference  organization > Organization
actor             reference  provision.actor.reference
data              reference  provision.data.reference
source-reference  reference  sourceReference > Consent DocumentReference QuestionnaireResponse
""",
    "Provenance": """
target          reference  target
patient         reference  @target > Patient
agent           reference  agent.who > Practitioner PractitionerRole RelatedPerson Patient Device Organization
agent-role      token      agent.role
agent-type      token      agent.type
entity          reference  entity.what
location        reference  location > Location
recorded        date       recorded
signature-type  token      signature.type
when            date       occurredDateTime,occurredPeriod
""",
    "AuditEvent": """
action       token      action
outcome      token      outcome
type         token      type
subtype      token      subtype
date         date       recorded
agent        reference  agent.who > Practitioner PractitionerRole Organization Device Patient RelatedPerson
agent-name   string     agent.name
agent-role   token      agent.role
altid        token      agent.altId
address      string     agent.network.address
entity       reference  entity.what
patient      reference  @entity > Patient
entity-type  token      entity.type
entity-role  token      entity.role
entity-name  string     entity.name
policy       uri        agent.policy
site         token      source.site
source       reference  source.observer
""",
    "List": """
identifier    token      identifier
status        token      status
code          token      code
title         string     title
date          date       date
subject       reference  subject > Patient Group Device Location
patient       reference  @subject > Patient
encounter     reference  encounter > Encounter
source        reference  source > Practitioner PractitionerRole Patient Device
item          reference  entry.item
empty-reason  token      emptyReason
""",
    "Measure": """
identifier    token   identifier
url           uri     url
version       token   version
name          string  name
title         string  title
status        token   status
topic         token   topic
date          date    date
effective     date    effectivePeriod
publisher     string  publisher
description   string  description
jurisdiction  token   jurisdiction
""",
    "MeasureReport": """
identifier          token      identifier
status              token      status
date                date       date
period              date       period
measure             reference  measure > Measure
subject             reference  subject
patient             reference  @subject > Patient
reporter            reference  reporter > Practitioner PractitionerRole Location Organization
evaluated-resource  reference  evaluatedResource
""",
    "ValueSet": """
identifier    token   identifier
url           uri     url
version       token   version
name          string  name
title         string  title
status        token   status
code          token   expansion.contains.code,compose.include.concept.code
reference     uri     compose.include.system
expansion     uri     expansion.identifier
date          date    date
publisher     string  publisher
description   string  description
jurisdiction  token   jurisdiction
""",
    "CodeSystem": """
identifier    token      identifier
url           uri        url
system        uri        url
version       token      version
name          string     name
title         string     title
status        token      status
content-mode  token      content
code          token      concept.code
supplements   reference  supplements > CodeSystem
date          date       date
publisher     string     publisher
description   string     description
jurisdiction  token      jurisdiction
""",
    "NamingSystem": """
name          string  name
status        token   status
kind          token   kind
id-type       token   uniqueId.type
value         string  uniqueId.value
type          token   type
date          date    date
period        date    uniqueId.period
publisher     string  publisher
responsible   string  responsible
description   string  description
jurisdiction  token   jurisdiction
""",
    "StructureDefinition": """
identifier    token      identifier
url           uri        url
version       token      version
name          string     name
title         string     title
status        token      status
kind          token      kind
type          uri        type
abstract      token      abstract
derivation    token      derivation
experimental  token      experimental
base          reference  baseDefinition > StructureDefinition
keyword       token      keyword
date          date       date
publisher     string     publisher
description   string     description
jurisdiction  token      jurisdiction
""",
    "SearchParameter": """
url           uri        url
version       token      version
name          string     name
code          token      code
type          token      type
target        token      target
base          token      base
status        token      status
derived-from  reference  derivedFrom > SearchParameter
date          date       date
publisher     string     publisher
description   string     description
jurisdiction  token      jurisdiction
""",
    "Subscription": """
status    token   status
type      token   channel.type
payload   token   channel.payload
contact   token   contact
criteria  string  criteria
url       uri     channel.endpoint
""",
}

CODE_SYSTEMS: dict[str, str] = {
    "gender": "http://hl7.org/fhir/administrative-gender",
    "Observation.status": "http://hl7.org/fhir/observation-status",
    "DetectedIssue.status": "http://hl7.org/fhir/observation-status",
    "RiskAssessment.status": "http://hl7.org/fhir/observation-status",
    "DiagnosticReport.status": "http://hl7.org/fhir/diagnostic-report-status",
    "Encounter.status": "http://hl7.org/fhir/encounter-status",
    "EpisodeOfCare.status": "http://hl7.org/fhir/episode-of-care-status",
    "Immunization.status": "http://hl7.org/fhir/event-status",
    "Procedure.status": "http://hl7.org/fhir/event-status",
    "Communication.status": "http://hl7.org/fhir/event-status",
    "ServiceRequest.status": "http://hl7.org/fhir/request-status",
    "CarePlan.status": "http://hl7.org/fhir/request-status",
    "Task.status": "http://hl7.org/fhir/task-status",
    "Task.intent": "http://hl7.org/fhir/request-intent",
    "ServiceRequest.intent": "http://hl7.org/fhir/request-intent",
    "Appointment.status": "http://hl7.org/fhir/appointmentstatus",
    "QuestionnaireResponse.status": "http://hl7.org/fhir/questionnaire-answers-status",
    "Questionnaire.status": "http://hl7.org/fhir/publication-status",
    "DocumentReference.status": "http://hl7.org/fhir/document-reference-status",
    "Composition.status": "http://hl7.org/fhir/composition-status",
    "Consent.status": "http://hl7.org/fhir/consent-state-codes",
    "Flag.status": "http://hl7.org/fhir/flag-status",
    "List.status": "http://hl7.org/fhir/list-status",
}
"""Type.parameter (or parameter) of plain codes whose code system a client may name in a token."""
