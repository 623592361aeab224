"""what is due by child and antigen

Empty until the first daily work, or `rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "due_item",
        sa.Column("child", _KEY, nullable=False),
        sa.Column(
            "antigen", sa.String(length=16), nullable=False, comment="or all, or entrance: what a nursery is told"
        ),
        sa.Column("access_bit", sa.SmallInteger(), nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        sa.Column("masked", sa.SmallInteger(), nullable=False, comment="1: a stricter row of the same child says more"),
        sa.Column("vaccine", sa.String(length=16), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=True, comment="of the next dose; null when complete"),
        sa.Column("doses", sa.SmallInteger(), nullable=False, comment="of the series"),
        sa.Column("programme", sa.SmallInteger(), nullable=False),
        sa.Column("earliest", sa.Integer(), nullable=True),
        sa.Column("recommended", sa.Integer(), nullable=True),
        sa.Column("past_due", sa.Integer(), nullable=True),
        sa.Column("latest", sa.Integer(), nullable=True),
        sa.Column("complete", sa.SmallInteger(), nullable=False),
        sa.Column("complete_on", sa.Integer(), nullable=True),
        sa.Column("last_given", sa.Integer(), nullable=True),
        sa.Column("due_from", sa.Integer(), nullable=False, comment="this and the next: a far day where there is none"),
        sa.Column("late_from", sa.Integer(), nullable=False),
        sa.Column("over_from", sa.Integer(), nullable=False, comment="first day on which it is given no longer"),
        sa.Column(
            "held", sa.String(length=16), nullable=False, comment="contraindicated, deferred, conditional or doctor"
        ),
        sa.Column("held_why", sa.String(length=40), nullable=False),
        sa.Column("held_from", sa.Integer(), nullable=False),
        sa.Column("held_to", sa.Integer(), nullable=False),
        sa.Column(
            "holds_until",
            sa.Integer(),
            nullable=False,
            comment="first day on which the row may be another with no new fact",
        ),
        sa.Column("rules", sa.String(length=16), nullable=False, comment="version of the rulebook"),
        sa.PrimaryKeyConstraint("child", "antigen", "access_bit"),
        comment="Dates of what a child needs, never how it stands: that is a comparison with the day asked for.",
    )
    op.create_index("ix_due_item_late", "due_item", ["antigen", "late_from", "child"])
    op.create_index("ix_due_item_due", "due_item", ["antigen", "due_from", "child"])
    for name, columns, where in (
        ("ix_due_item_run_out", ["holds_until"], "antigen = 'all'"),
        ("ix_due_item_held", ["antigen", "held", "child"], "held <> ''"),
    ):
        op.create_index(name, "due_item", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for name in ("held", "run_out", "due", "late"):
        op.drop_index(f"ix_due_item_{name}", table_name="due_item")
    op.drop_table("due_item")
