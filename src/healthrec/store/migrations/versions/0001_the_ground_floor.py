"""the ground floor"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_grant",
        sa.Column("scope", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("principal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "source",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the resource that gives it; 0 for the house's own",
        ),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("classes", sa.Integer(), nullable=False),
        sa.Column(
            "types", sa.BigInteger(), nullable=False, comment="bit of each FHIR type it is narrowed to; 0 for all"
        ),
        sa.Column("date_from", sa.Integer(), nullable=False),
        sa.Column("date_to", sa.Integer(), nullable=False, comment="first day on which it no longer holds"),
        sa.PrimaryKeyConstraint("scope", "principal", "source", "basis"),
    )
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_grant_principal_scope"), ["principal", "scope"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_grant_source"), ["source"], unique=False)

    op.create_table(
        "account",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column(
            "person",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="Practitioner or RelatedPerson; 0 for a system client or admin",
        ),
        sa.Column("organization", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.SmallInteger(), nullable=False),
        sa.Column("locked", sa.SmallInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=False, comment="encrypted; empty when none"),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person"), ["person"], unique=False)

    op.create_table(
        "account_person",
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="a further RelatedPerson: one guardian, several children",
        ),
        sa.PrimaryKeyConstraint("account", "person"),
    )
    with op.batch_alter_table("account_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person_person"), ["person"], unique=False)

    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False, comment="last event that was purged"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "audit_child",
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("child", "event"),
        comment="The children that one event showed when they were several.",
    )
    with op.batch_alter_table("audit_child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_child_event"), ["event"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("recorded", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "entity",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="Type/id/_history/version, a route, or a search without values",
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_event_seq")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_child_recorded", ["child", "recorded"], unique=False)
        batch_op.create_index(
            "ix_audit_event_directory",
            ["key"],
            unique=False,
            sqlite_where=sa.text("child = 0 AND action IN ('create', 'update', 'delete', 'configure')"),
            postgresql_where=sa.text("child = 0 AND action IN ('create', 'update', 'delete', 'configure')"),
        )
        batch_op.create_index("ix_audit_event_recorded", ["recorded"], unique=False)
        batch_op.create_index(
            "ix_audit_event_refused",
            ["recorded"],
            unique=False,
            sqlite_where=sa.text("outcome = 'refused'"),
            postgresql_where=sa.text("outcome = 'refused'"),
        )
        batch_op.create_index(
            "ix_audit_event_unsealed",
            ["key"],
            unique=False,
            sqlite_where=sa.text("seq IS NULL"),
            postgresql_where=sa.text("seq IS NULL"),
        )

    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="roster, measurements or family-summary"),
        sa.Column("organization", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True, comment="the file as it came"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_organization_created"), ["organization", "created"], unique=False)

    op.create_table(
        "batch_item",
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch", "position"),
    )
    op.create_table(
        "batch_write",
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.Column(
            "key",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="a resource that the batch wrote",
        ),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="the version it wrote; a later one is somebody's change"
        ),
        sa.PrimaryKeyConstraint("batch", "key"),
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "blob_link",
        sa.Column(
            "key",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="the Binary",
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("blob_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blob_link_sha256"), ["sha256"], unique=False)

    op.create_table(
        "break_glass",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until_day", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_break_glass_child"), ["child"], unique=False)

    op.create_table(
        "child",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "sort_name",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="full pinyin, the order of every list",
        ),
        sa.Column(
            "find",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="what a typed word may begin: names, pinyin, initials; ' ' between",
        ),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=False),
        sa.Column("birth_order", sa.SmallInteger(), nullable=False),
        sa.Column("has_id_number", sa.SmallInteger(), nullable=False),
        sa.Column("gestation_days", sa.Integer(), nullable=True),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_birth_day"), ["birth_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_child_sort_name_key"), ["sort_name", "key"], unique=False)
        batch_op.create_index(
            "ix_child_without_id_number",
            ["birth_day"],
            unique=False,
            sqlite_where=sa.text("has_id_number = 0"),
            postgresql_where=sa.text("has_id_number = 0"),
        )

    op.create_table(
        "command",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="The first answer to a writing command, given again to its retry.",
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("subject", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_account"), ["account"], unique=False)

    op.create_table(
        "duty",
        sa.Column("source", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="the Task"),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("organization", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_from", sa.Integer(), nullable=False),
        sa.Column("period_to", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("done_day", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source"),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_organization_kind_period_from"), ["organization", "kind", "period_from"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_duty_person_period_from"), ["person", "period_from"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column(
            "source", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="the EpisodeOfCare"
        ),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("organization", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("date_from", sa.Integer(), nullable=False),
        sa.Column("date_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_child"), ["child"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enrolment_organization_date_from"), ["organization", "date_from"], unique=False
        )

    op.create_table(
        "growth_point",
        sa.Column(
            "source", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="the Observation"
        ),
        sa.Column("indicator", sa.String(length=8), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column(
            "value",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="as measured, digits kept, kg or cm",
        ),
        sa.Column("z_score", sa.Double(), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("nutrition", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False, comment="rule and edition that judged it"),
        sa.Column("worry", sa.SmallInteger(), nullable=False, comment="1 when a doctor should look"),
        sa.PrimaryKeyConstraint("source", "indicator"),
    )
    with op.batch_alter_table("growth_point", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_growth_point_child_indicator_day"), ["child", "indicator", "day"], unique=False
        )
        batch_op.create_index(
            "ix_growth_point_worry_child",
            ["child", "day"],
            unique=False,
            sqlite_where=sa.text("worry = 1"),
            postgresql_where=sa.text("worry = 1"),
        )
        batch_op.create_index(
            "ix_growth_point_worry_day",
            ["day"],
            unique=False,
            sqlite_where=sa.text("worry = 1"),
            postgresql_where=sa.text("worry = 1"),
        )

    op.create_table(
        "key_block",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("next", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="Integer keys are handed out in blocks, so that a bundle needs no round trip per row.",
    )
    op.create_table(
        "org_choice",
        sa.Column("organization", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "name"),
    )
    op.create_table(
        "organization",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("parent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organization_kind_name"), ["kind", "name"], unique=False)
        batch_op.create_index(batch_op.f("ix_organization_parent"), ["parent"], unique=False)

    op.create_table(
        "person_role",
        sa.Column(
            "source",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the PractitionerRole",
        ),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("date_from", sa.Integer(), nullable=False),
        sa.Column("date_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "role"),
    )
    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_role_organization"), ["organization"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_role_person"), ["person"], unique=False)

    op.create_table(
        "principal",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("name", name=op.f("uq_principal_name")),
        comment="Whom access is granted to, such as role:nurse@<organisation> or guardian:<related person>.",
    )
    op.create_table(
        "proposal",
        sa.Column(
            "source",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the ServiceRequest that waits for a doctor",
        ),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_child"), ["child"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_day"), ["day"], unique=False)

    op.create_table(
        "resource",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("access_bit", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("type", "id", name=op.f("uq_resource_type_id")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_child_key"), ["child", "key"], unique=False)
        batch_op.create_index(batch_op.f("ix_resource_type_updated_key"), ["type", "updated", "key"], unique=False)

    op.create_table(
        "resource_version",
        sa.Column(
            "version_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=6), nullable=False),
        sa.Column(
            "body", sa.Text(), nullable=True, comment="the document as text, digits and order kept; null for a deletion"
        ),
        sa.PrimaryKeyConstraint("version_key"),
        sa.UniqueConstraint("key", "version", name=op.f("uq_resource_version_key_version")),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column(
            "stage", sa.String(length=16), nullable=False, comment="open, or what is still asked: totp, password, enrol"
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_account"), ["account"], unique=False)

    op.create_table(
        "sp_date",
        sa.Column("param", sa.Integer(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False, comment="first second of what was written, since 1970"),
        sa.Column("high", sa.BigInteger(), nullable=False, comment="first second after it"),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("param", "low", "high", "key"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sp_date", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sp_date_key"), ["key"], unique=False)

    op.create_table(
        "sp_observation",
        sa.Column("subject", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False, comment="first second of effective[x]; 0 when not given"),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("system", sa.BigInteger(), nullable=False, comment="hash of the code's system"),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("subject", "code", "low", "key", "system"),
        comment="One narrow walk serves the growth chart, 'the latest' and newest-first.",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sp_observation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sp_observation_key"), ["key"], unique=False)

    op.create_table(
        "sp_quantity",
        sa.Column("param", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="canonical UCUM unit; empty for a plain number",
        ),
        sa.Column("value", sa.Double(), nullable=False, comment="in the canonical unit"),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("original", sa.Double(), nullable=False, comment="as written"),
        sa.Column(
            "code",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="unit as written",
        ),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("param", "unit", "value", "key"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sp_quantity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sp_quantity_key"), ["key"], unique=False)

    op.create_table(
        "sp_reference",
        sa.Column("param", sa.Integer(), nullable=False),
        sa.Column(
            "target",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="key of the resource referred to, 0 when outside",
        ),
        sa.Column(
            "url",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="address of what is outside; empty for ours",
        ),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("param", "target", "url", "key"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sp_reference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sp_reference_key"), ["key"], unique=False)

    op.create_table(
        "sp_string",
        sa.Column("param", sa.Integer(), nullable=False),
        sa.Column(
            "value",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="case-folded, NFKC; names also as pinyin and initials",
        ),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exact",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
            comment="as written; empty for a pinyin row",
        ),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("param", "value", "key"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sp_string", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sp_string_key"), ["key"], unique=False)

    op.create_table(
        "sp_token",
        sa.Column("param", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("system", sa.BigInteger(), nullable=False, comment="63-bit hash of the system's address, 0 for none"),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("param", "code", "key", "system"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sp_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sp_token_key"), ["key"], unique=False)

    op.create_table(
        "token",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_account"), ["account"], unique=False)

    op.create_table(
        "unique_key",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value"),
        comment="Invariants as a unique index: one identifier, one dose, one active enrolment.",
    )
    with op.batch_alter_table("unique_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unique_key_key"), ["key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("unique_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unique_key_key"))

    op.drop_table("unique_key")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_account"))

    op.drop_table("token")
    with op.batch_alter_table("sp_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sp_token_key"))

    op.drop_table("sp_token")
    with op.batch_alter_table("sp_string", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sp_string_key"))

    op.drop_table("sp_string")
    with op.batch_alter_table("sp_reference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sp_reference_key"))

    op.drop_table("sp_reference")
    with op.batch_alter_table("sp_quantity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sp_quantity_key"))

    op.drop_table("sp_quantity")
    with op.batch_alter_table("sp_observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sp_observation_key"))

    op.drop_table("sp_observation")
    with op.batch_alter_table("sp_date", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sp_date_key"))

    op.drop_table("sp_date")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_account"))

    op.drop_table("session")
    op.drop_table("resource_version")
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_type_updated_key"))
        batch_op.drop_index(batch_op.f("ix_resource_child_key"))

    op.drop_table("resource")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_day"))
        batch_op.drop_index(batch_op.f("ix_proposal_child"))

    op.drop_table("proposal")
    op.drop_table("principal")
    with op.batch_alter_table("person_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_role_person"))
        batch_op.drop_index(batch_op.f("ix_person_role_organization"))

    op.drop_table("person_role")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_parent"))
        batch_op.drop_index(batch_op.f("ix_organization_kind_name"))

    op.drop_table("organization")
    op.drop_table("org_choice")
    op.drop_table("key_block")
    with op.batch_alter_table("growth_point", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_growth_point_worry_day", sqlite_where=sa.text("worry = 1"), postgresql_where=sa.text("worry = 1")
        )
        batch_op.drop_index(
            "ix_growth_point_worry_child", sqlite_where=sa.text("worry = 1"), postgresql_where=sa.text("worry = 1")
        )
        batch_op.drop_index(batch_op.f("ix_growth_point_child_indicator_day"))

    op.drop_table("growth_point")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_organization_date_from"))
        batch_op.drop_index(batch_op.f("ix_enrolment_child"))

    op.drop_table("enrolment")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_person_period_from"))
        batch_op.drop_index(batch_op.f("ix_duty_organization_kind_period_from"))

    op.drop_table("duty")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_account"))

    op.drop_table("draft")
    op.drop_table("command")
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_child_without_id_number",
            sqlite_where=sa.text("has_id_number = 0"),
            postgresql_where=sa.text("has_id_number = 0"),
        )
        batch_op.drop_index(batch_op.f("ix_child_sort_name_key"))
        batch_op.drop_index(batch_op.f("ix_child_birth_day"))

    op.drop_table("child")
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_break_glass_child"))

    op.drop_table("break_glass")
    with op.batch_alter_table("blob_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blob_link_sha256"))

    op.drop_table("blob_link")
    op.drop_table("blob")
    op.drop_table("batch_write")
    op.drop_table("batch_item")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_organization_created"))

    op.drop_table("batch")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_audit_event_unsealed", sqlite_where=sa.text("seq IS NULL"), postgresql_where=sa.text("seq IS NULL")
        )
        batch_op.drop_index(
            "ix_audit_event_refused",
            sqlite_where=sa.text("outcome = 'refused'"),
            postgresql_where=sa.text("outcome = 'refused'"),
        )
        batch_op.drop_index("ix_audit_event_recorded")
        batch_op.drop_index(
            "ix_audit_event_directory",
            sqlite_where=sa.text("child = 0 AND action IN ('create', 'update', 'delete', 'configure')"),
            postgresql_where=sa.text("child = 0 AND action IN ('create', 'update', 'delete', 'configure')"),
        )
        batch_op.drop_index("ix_audit_event_child_recorded")

    op.drop_table("audit_event")
    with op.batch_alter_table("audit_child", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_child_event"))

    op.drop_table("audit_child")
    op.drop_table("audit_checkpoint")
    with op.batch_alter_table("account_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person_person"))

    op.drop_table("account_person")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person"))

    op.drop_table("account")
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_grant_source"))
        batch_op.drop_index(batch_op.f("ix_access_grant_principal_scope"))

    op.drop_table("access_grant")
