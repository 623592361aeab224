"""requests to link a child whose record is elsewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'asked'")


def upgrade() -> None:
    op.create_table(
        "link_request",
        sa.Column("key", _KEY, autoincrement=False, nullable=False),
        sa.Column("child", _KEY, nullable=False),
        sa.Column("organization", _KEY, nullable=False, comment="the nursery that asks"),
        sa.Column("class_name", sa.Text(), nullable=False, comment="as the asker wrote it; empty for none"),
        sa.Column(
            "child_name", sa.Text(), nullable=False, comment="as the asker wrote it: he may not see the record's"
        ),
        sa.Column("account", _KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False, comment="the day on which it was asked"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="asked, accepted or declined"),
        sa.Column("decided_by", _KEY, nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_link_request")),
        comment="A nursery knows of a child whom it may not see and asks to be linked; who answers for the record decides.",
    )
    op.create_index("ix_link_request_organization_at", "link_request", ["organization", "at"])
    op.create_index(
        "ux_link_request_open",
        "link_request",
        ["child", "organization"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ux_link_request_open", table_name="link_request")
    op.drop_index("ix_link_request_organization_at", table_name="link_request")
    op.drop_table("link_request")
