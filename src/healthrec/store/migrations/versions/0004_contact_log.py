"""the contact log of every list, and indexes for lists of what is due"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DUE = (
    ("ix_due_item_over", ["antigen", "over_from"], "over_from <> 4000000"),
    ("ix_due_item_complete", ["antigen", "child"], "complete = 1"),
)
_LATEST, _CLOSED = sa.text("latest = 1"), sa.text("active = 0")


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("source", _KEY, nullable=False, comment="the Communication"),
        sa.Column("child", _KEY, nullable=False),
        sa.Column("owner", _KEY, nullable=False),
        sa.Column("access_bit", sa.SmallInteger(), nullable=False),
        sa.Column(
            "list", sa.String(length=24), nullable=False, comment="the list on whose account somebody was called"
        ),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("again_on", sa.Integer(), nullable=True, comment="the day that was agreed, or on which to try again"),
        sa.Column(
            "failures",
            sa.SmallInteger(),
            nullable=False,
            comment="how often in a row nobody was reached, this one included",
        ),
        sa.Column("latest", sa.SmallInteger(), nullable=False, comment="1 for the last one of its child and list"),
        sa.PrimaryKeyConstraint("source"),
        comment="Who was called on account of a list, and what came of it.",
    )
    op.create_index("ix_contact_child_list_at", "contact", ["child", "list", "at"])
    op.create_index("ix_contact_list_day", "contact", ["list", "day"])
    op.create_index(
        "ix_contact_latest",
        "contact",
        ["list", "outcome", "child"],
        sqlite_where=_LATEST,
        postgresql_where=_LATEST,
    )
    op.drop_index("ix_due_item_due", table_name="due_item")
    op.create_index("ix_due_item_due", "due_item", ["antigen", "due_from", "late_from", "child"])
    for name, columns, where in _DUE:
        op.create_index(name, "due_item", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_child_closed", "child", ["key"], sqlite_where=_CLOSED, postgresql_where=_CLOSED)


def downgrade() -> None:
    op.drop_index("ix_child_closed", table_name="child")
    for name, _, _ in _DUE:
        op.drop_index(name, table_name="due_item")
    op.drop_index("ix_due_item_due", table_name="due_item")
    op.create_index("ix_due_item_due", "due_item", ["antigen", "due_from", "child"])
    for name in ("latest", "list_day", "child_list_at"):
        op.drop_index(f"ix_contact_{name}", table_name="contact")
    op.drop_table("contact")
