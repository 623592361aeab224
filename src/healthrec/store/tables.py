"""The fixed set of tables. Every FHIR type lives in the same few; what is derived can be dropped and rebuilt.

How one Observation looks after a correction (keys shortened):

| table            | row                                                                          |
|------------------|------------------------------------------------------------------------------|
| resource         | key 7, type 30, id "a1…", version 2, version_key 12, child 3, owner 2, …       |
| resource_version | version_key 9 → key 7 version 1, the text as first written                    |
| resource_version | version_key 12 → key 7 version 2, the corrected text                          |
| sp_token …       | the search rows of version 2 only                                             |
| sp_observation   | subject 3, code "29463-7", day, key 7: the growth chart and "latest weight"   |

Conventions: `key` is our integer key; `id` the FHIR id. Instants are microseconds since 1970 (UTC), days are
`date.toordinal()`. `child` is the key of the Patient whom a row concerns and `owner` the key of the organisation that
answers for it, 0 where there is none. `scope` is what access is granted on: the child, else the owner, else 0.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from healthrec.store.walks import unled

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)

# Byte order, so that a prefix is a range and both databases sort alike.
Exact = Text().with_variant(Text(collation="C"), "postgresql")
Key = BigInteger().with_variant(Integer(), "sqlite")


def _child_and_owner() -> tuple[Column[int], Column[int]]:
    return Column("child", Key, nullable=False), Column("owner", Key, nullable=False)


key_block = Table(
    "key_block",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("next", Key, nullable=False),
    comment="Integer keys are handed out in blocks, so that a bundle needs no round trip per row.",
)

resource = Table(
    "resource",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("type", SmallInteger, nullable=False),
    Column("id", Exact, nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_key", Key, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("deleted", SmallInteger, nullable=False),
    *_child_and_owner(),
    Column("scope", Key, nullable=False),
    Column("access_bit", SmallInteger, nullable=False),
    UniqueConstraint("type", "id"),
    # $everything, the compartment and a child's rebuild
    Index(None, "child", "key"),
    # a type's list, and newest first, which is _lastUpdated too
    Index("ix_resource_type_key", "type", "key"),
    Index(None, "type", "updated", "key"),
)

resource_version = Table(
    "resource_version",
    metadata,
    Column("version_key", Key, primary_key=True, autoincrement=False),
    Column("key", Key, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("method", String(6), nullable=False),
    Column("body", Text, nullable=True, comment="the document as text, digits and order kept; null for a deletion"),
    UniqueConstraint("key", "version"),
)

sp_token = Table(
    "sp_token",
    metadata,
    Column("param", Integer, primary_key=True),
    Column("code", Exact, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("system", BigInteger, primary_key=True, comment="63-bit hash of the system's address, 0 for none"),
    *_child_and_owner(),
    Index(None, "key"),
    sqlite_with_rowid=False,
)

sp_string = Table(
    "sp_string",
    metadata,
    Column("param", Integer, primary_key=True),
    Column("value", Exact, primary_key=True, comment="case-folded, NFKC; names also as pinyin and initials"),
    Column("key", Key, primary_key=True),
    Column("exact", Exact, nullable=False, comment="as written; empty for a pinyin row"),
    *_child_and_owner(),
    Index(None, "key"),
    sqlite_with_rowid=False,
)

sp_date = Table(
    "sp_date",
    metadata,
    Column("param", Integer, primary_key=True),
    Column("low", BigInteger, primary_key=True, comment="first second of what was written, since 1970"),
    Column("high", BigInteger, primary_key=True, comment="first second after it"),
    Column("key", Key, primary_key=True),
    *_child_and_owner(),
    Index(None, "key"),
    sqlite_with_rowid=False,
)

sp_reference = Table(
    "sp_reference",
    metadata,
    Column("param", Integer, primary_key=True),
    Column("target", Key, primary_key=True, comment="key of the resource referred to, 0 when outside"),
    Column("url", Exact, primary_key=True, comment="address of what is outside; empty for ours"),
    Column("key", Key, primary_key=True),
    *_child_and_owner(),
    Index(None, "key"),
    sqlite_with_rowid=False,
)

sp_quantity = Table(
    "sp_quantity",
    metadata,
    Column("param", Integer, primary_key=True),
    Column("unit", Exact, primary_key=True, comment="canonical UCUM unit; empty for a plain number"),
    Column("value", Double, primary_key=True, comment="in the canonical unit"),
    Column("key", Key, primary_key=True),
    Column("original", Double, nullable=False, comment="as written"),
    Column("code", Exact, nullable=False, comment="unit as written"),
    *_child_and_owner(),
    Index(None, "key"),
    sqlite_with_rowid=False,
)

sp_observation = Table(
    "sp_observation",
    metadata,
    Column("subject", Key, primary_key=True),
    Column("code", Exact, primary_key=True),
    Column("low", BigInteger, primary_key=True, comment="first second of effective[x]; 0 when not given"),
    Column("key", Key, primary_key=True),
    Column("system", BigInteger, primary_key=True, comment="hash of the code's system"),
    Column("high", BigInteger, nullable=False),
    *_child_and_owner(),
    Index(None, "key"),
    sqlite_with_rowid=False,
    comment="One narrow walk serves the growth chart, 'the latest' and newest-first.",
)

unique_key = Table(
    "unique_key",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("value", Exact, primary_key=True),
    Column("key", Key, nullable=False),
    *_child_and_owner(),
    Index(None, "key"),
    comment="Invariants as a unique index: one identifier, one dose, one active enrolment.",
)

principal = Table(
    "principal",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=False),
    Column("name", Exact, nullable=False, unique=True),
    comment="Whom access is granted to, such as role:nurse@<organisation> or guardian:<related person>.",
)

access_grant = Table(
    "access_grant",
    metadata,
    Column("scope", Key, primary_key=True),
    Column("principal", Key, primary_key=True),
    Column("source", Key, primary_key=True, comment="the resource that gives it; 0 for the house's own"),
    Column("basis", String(24), primary_key=True),
    Column("classes", Integer, nullable=False),
    Column("types", BigInteger, nullable=False, comment="bit of each FHIR type it is narrowed to; 0 for all"),
    Column("date_from", Integer, nullable=False),
    Column("date_to", Integer, nullable=False, comment="first day on which it no longer holds"),
    # a caller's own children: the worklists and the child search start here, and need nothing of the rows themselves
    Index("ix_access_grant_principal", "principal", "scope", "classes", "types", "date_from", "date_to"),
    Index(None, "source"),
)

person_role = Table(
    "person_role",
    metadata,
    Column("source", Key, primary_key=True, comment="the PractitionerRole"),
    Column("role", String(24), primary_key=True),
    Column("person", Key, nullable=False),
    Column("organization", Key, nullable=False),
    Column("date_from", Integer, nullable=False),
    Column("date_to", Integer, nullable=False),
    Index(None, "person"),
    Index(None, "organization"),
)

organization = Table(
    "organization",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("id", Exact, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("parent", Key, nullable=False),
    Column("active", SmallInteger, nullable=False),
    Index(None, "parent"),
    Index(None, "kind", "name"),
)

child = Table(
    "child",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("id", Exact, nullable=False),
    Column("name", Text, nullable=False),
    Column("sort_name", Exact, nullable=False, comment="full pinyin, the order of every list"),
    Column("find", Exact, nullable=False, comment="what a typed word may begin: names, pinyin, initials; ' ' between"),
    Column("sex", String(8), nullable=False),
    Column("birth_day", Integer, nullable=False),
    Column("birth_order", SmallInteger, nullable=False),
    Column("has_id_number", SmallInteger, nullable=False),
    Column("gestation_days", Integer, nullable=True),
    Column("owner", Key, nullable=False),
    Column("active", SmallInteger, nullable=False),
    Index(None, "birth_day"),
    # a panel too large to be read as a whole is walked in the order of its list
    Index(None, "sort_name", "key"),
)
Index(
    "ix_child_without_id_number",
    child.c.birth_day,
    sqlite_where=child.c.has_id_number == 0,
    postgresql_where=child.c.has_id_number == 0,
)
Index("ix_child_closed", child.c.key, sqlite_where=child.c.active == 0, postgresql_where=child.c.active == 0)

enrolment = Table(
    "enrolment",
    metadata,
    Column("source", Key, primary_key=True, comment="the EpisodeOfCare"),
    Column("child", Key, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("organization", Key, nullable=False),
    Column("date_from", Integer, nullable=False),
    Column("date_to", Integer, nullable=False),
    # where a child is or was is told without its rows
    Index("ix_enrolment_child", "child", "kind", "date_from", "date_to", "organization"),
    Index(None, "organization", "date_from"),
)

growth_point = Table(
    "growth_point",
    metadata,
    Column("source", Key, primary_key=True, comment="the Observation"),
    Column("indicator", String(8), primary_key=True),
    Column("child", Key, nullable=False),
    Column("owner", Key, nullable=False),
    Column("day", Integer, nullable=False),
    Column("value", Exact, nullable=False, comment="as measured, digits kept, kg or cm"),
    Column("z_score", Double, nullable=True),
    Column("level", String(16), nullable=False),
    Column("nutrition", String(32), nullable=False),
    Column("rule", String(64), nullable=False, comment="rule and edition that judged it"),
    Column("worry", SmallInteger, nullable=False, comment="1 when a doctor should look"),
    Index(None, "child", "indicator", "day"),
)
for _name, _columns in (
    ("ix_growth_point_worry_child", (growth_point.c.child, growth_point.c.day)),
    ("ix_growth_point_worry_day", (growth_point.c.day,)),
):
    Index(_name, *_columns, sqlite_where=growth_point.c.worry == 1, postgresql_where=growth_point.c.worry == 1)

duty = Table(
    "duty",
    metadata,
    Column("source", Key, primary_key=True, comment="the Task"),
    Column("kind", String(24), nullable=False),
    Column("organization", Key, nullable=False),
    Column("person", Key, nullable=False),
    Column("period_from", Integer, nullable=False),
    Column("period_to", Integer, nullable=False),
    Column("status", String(24), nullable=False),
    Column("done_day", Integer, nullable=True),
    Index(None, "organization", "kind", "period_from"),
    Index(None, "person", "period_from"),
)

proposal = Table(
    "proposal",
    metadata,
    Column("source", Key, primary_key=True, comment="the ServiceRequest that waits for a doctor"),
    *_child_and_owner(),
    Column("reason", String(48), nullable=False),
    Column("day", Integer, nullable=False),
    Index(None, "child"),
    Index(None, "day"),
)

due_item = Table(
    "due_item",
    metadata,
    Column("child", Key, primary_key=True),
    Column("antigen", String(16), primary_key=True, comment="or all, or entrance: what a nursery is told"),
    Column("access_bit", SmallInteger, primary_key=True),
    Column("owner", Key, nullable=False),
    Column("masked", SmallInteger, nullable=False, comment="1: a stricter row of the same child says more"),
    Column("vaccine", String(16), nullable=False),
    Column("number", SmallInteger, nullable=True, comment="of the next dose; null when complete"),
    Column("doses", SmallInteger, nullable=False, comment="of the series"),
    Column("programme", SmallInteger, nullable=False),
    Column("earliest", Integer, nullable=True),
    Column("recommended", Integer, nullable=True),
    Column("past_due", Integer, nullable=True),
    Column("latest", Integer, nullable=True),
    Column("complete", SmallInteger, nullable=False),
    Column("complete_on", Integer, nullable=True),
    Column("last_given", Integer, nullable=True),
    Column("due_from", Integer, nullable=False, comment="this and the next: a far day where there is none"),
    Column("late_from", Integer, nullable=False),
    Column("over_from", Integer, nullable=False, comment="first day on which it is given no longer"),
    Column("held", String(16), nullable=False, comment="contraindicated, deferred, conditional or doctor"),
    Column("held_why", String(40), nullable=False),
    Column("held_from", Integer, nullable=False),
    Column("held_to", Integer, nullable=False),
    Column(
        "holds_until", Integer, nullable=False, comment="first day on which the row may be another with no new fact"
    ),
    Column("rules", String(16), nullable=False, comment="version of the rulebook"),
    # lists go by the day since when it waits; most rows on the way are other centres', which need not be read
    Index("ix_due_item_late", "antigen", "late_from", "child", "access_bit"),
    Index("ix_due_item_due", "antigen", "due_from", "late_from", "child", "access_bit"),
    comment="Dates of what a child needs, never how it stands: that is a comparison with the day asked for.",
)
ALL_LINES = unled(due_item.c.antigen) == literal_column("'all'")
"""The row of a child that holds for all its vaccines; a query must say it in just these words to be given this index."""
Index("ix_due_item_run_out", due_item.c.holds_until, sqlite_where=ALL_LINES, postgresql_where=ALL_LINES)
Index(
    "ix_due_item_over",
    due_item.c.antigen,
    due_item.c.over_from,
    sqlite_where=due_item.c.over_from != 4_000_000,
    postgresql_where=due_item.c.over_from != 4_000_000,
)
Index(
    "ix_due_item_complete",
    due_item.c.antigen,
    due_item.c.child,
    sqlite_where=due_item.c.complete == 1,
    postgresql_where=due_item.c.complete == 1,
)
Index(
    "ix_due_item_held",
    due_item.c.antigen,
    due_item.c.held,
    due_item.c.child,
    due_item.c.access_bit,
    sqlite_where=due_item.c.held != "",
    postgresql_where=due_item.c.held != "",
)

contact = Table(
    "contact",
    metadata,
    Column("source", Key, primary_key=True, comment="the Communication"),
    *_child_and_owner(),
    Column("access_bit", SmallInteger, nullable=False),
    Column("list", String(24), nullable=False, comment="the list on whose account somebody was called"),
    Column("outcome", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("again_on", Integer, nullable=True, comment="the day that was agreed, or on which to try again"),
    Column(
        "failures", SmallInteger, nullable=False, comment="how often in a row nobody was reached, this one included"
    ),
    Column("latest", SmallInteger, nullable=False, comment="1 for the last one of its child and list"),
    Index(None, "child", "list", "at"),
    Index(None, "list", "day"),
    comment="Who was called on account of a list, and what came of it.",
)
Index(
    "ix_contact_latest",
    contact.c.list,
    contact.c.outcome,
    contact.c.child,
    sqlite_where=contact.c.latest == 1,
    postgresql_where=contact.c.latest == 1,
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

blob_link = Table(
    "blob_link",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False, comment="the Binary"),
    Column("sha256", String(64), nullable=False),
    Index(None, "sha256"),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("recorded", BigInteger, nullable=False),
    Column("account", Key, nullable=False),
    Column("person", Key, nullable=False),
    Column("role", String(24), nullable=False),
    Column("action", String(24), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("child", Key, nullable=False),
    Column("entity", Exact, nullable=False, comment="Type/id/_history/version, a route, or a search without values"),
    Column("count", Integer, nullable=False),
    Column("address", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("seq", BigInteger, nullable=True, unique=True),
    Column("hash", LargeBinary, nullable=True),
    Index("ix_audit_event_child_recorded", "child", "recorded"),
    Index("ix_audit_event_recorded", "recorded"),
)
Index(
    "ix_audit_event_refused",
    audit_event.c.recorded,
    sqlite_where=audit_event.c.outcome == "refused",
    postgresql_where=audit_event.c.outcome == "refused",
)
DIRECTORY_CHANGES = "audit_event.child = 0 AND audit_event.action IN ('create', 'update', 'delete', 'configure')"
"""What the administrators' list of changes walks; a query must say it in just these words to be given the index."""
_indexed = text(DIRECTORY_CHANGES.replace("audit_event.", ""))
Index("ix_audit_event_directory", audit_event.c.key, sqlite_where=_indexed, postgresql_where=_indexed)
Index(
    "ix_audit_event_unsealed",
    audit_event.c.key,
    sqlite_where=audit_event.c.seq.is_(None),
    postgresql_where=audit_event.c.seq.is_(None),
)

audit_child = Table(
    "audit_child",
    metadata,
    Column("child", Key, primary_key=True),
    Column("event", Key, primary_key=True),
    Index(None, "event"),
    comment="The children that one event showed when they were several.",
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, comment="last event that was purged"),
    Column("hash", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("username", Exact, nullable=False, unique=True),
    Column("role", String(24), nullable=False),
    Column("person", Key, nullable=False, comment="Practitioner or RelatedPerson; 0 for a system client or admin"),
    Column("organization", Key, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change", SmallInteger, nullable=False),
    Column("locked", SmallInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retry_at", BigInteger, nullable=False),
    Column("totp_secret", Text, nullable=False, comment="encrypted; empty when none"),
    Column("totp_step", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),
    Column("created", BigInteger, nullable=False),
    Index(None, "person"),
)

account_person = Table(
    "account_person",
    metadata,
    Column("account", Key, primary_key=True),
    Column("person", Key, primary_key=True, comment="a further RelatedPerson: one guardian, several children"),
    Index(None, "person"),
)

session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", Key, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("stage", String(16), nullable=False, comment="open, or what is still asked: totp, password, enrol"),
    Index(None, "account"),
)

token = Table(
    "token",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", Key, nullable=False),
    Column("name", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index(None, "account"),
)

command = Table(
    "command",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("result", Text, nullable=False),
    comment="The first answer to a writing command, given again to its retry.",
)

draft = Table(
    "draft",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", Key, nullable=False),
    Column("form", Text, nullable=False),
    Column("subject", Key, nullable=False),
    Column("fields", Text, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Index(None, "account"),
)

org_choice = Table(
    "org_choice",
    metadata,
    Column("organization", Key, primary_key=True),
    Column("name", String(48), primary_key=True),
    Column("value", Text, nullable=False),
    Index(None, "name", "organization"),
)

batch = Table(
    "batch",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(24), nullable=False, comment="roster, measurements or family-summary"),
    Column("organization", Key, nullable=False),
    Column("account", Key, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
    Column("source", LargeBinary, nullable=True, comment="the file as it came"),
    Index(None, "organization", "created"),
)

batch_item = Table(
    "batch_item",
    metadata,
    Column("batch", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("child", Key, nullable=False),
    Column("state", String(16), nullable=False),
    Column("detail", Text, nullable=False),
)

batch_write = Table(
    "batch_write",
    metadata,
    Column("batch", String(64), primary_key=True),
    Column("key", Key, primary_key=True, comment="a resource that the batch wrote"),
    Column("version", Integer, nullable=False, comment="the version it wrote; a later one is somebody's change"),
)

break_glass = Table(
    "break_glass",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("child", Key, nullable=False),
    Column("person", Key, nullable=False),
    Column("account", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until_day", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "child"),
)

link_request = Table(
    "link_request",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("child", Key, nullable=False),
    Column("organization", Key, nullable=False, comment="the nursery that asks"),
    Column("class_name", Text, nullable=False, comment="as the asker wrote it; empty for none"),
    Column("child_name", Text, nullable=False, comment="as the asker wrote it: he may not see the record's"),
    Column("account", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("day", Integer, nullable=False, comment="the day on which it was asked"),
    Column("state", String(12), nullable=False, comment="asked, accepted or declined"),
    Column("decided_by", Key, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "organization", "at"),
    comment="A nursery knows of a child whom it may not see and asks to be linked; who answers for the record decides.",
)
_open = text("state = 'asked'")
Index(
    "ux_link_request_open",
    link_request.c.child,
    link_request.c.organization,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)

PROJECTIONS = (
    sp_token,
    sp_string,
    sp_date,
    sp_reference,
    sp_quantity,
    sp_observation,
    unique_key,
    access_grant,
    person_role,
    organization,
    child,
    enrolment,
    growth_point,
    due_item,
    contact,
    duty,
    proposal,
)
"""Tables that `rebuild` remakes from the resources."""
