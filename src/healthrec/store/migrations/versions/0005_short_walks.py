"""indexes that begin at what is asked for: dates that ran out, a choice by its name, what a caller was granted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _run_out_where("coalesce(antigen, '') = 'all'")
    op.create_index("ix_org_choice_name_organization", "org_choice", ["name", "organization"])
    op.drop_index("ix_access_grant_principal_scope", table_name="access_grant")
    whole = ["principal", "scope", "classes", "types", "date_from", "date_to"]
    op.create_index("ix_access_grant_principal", "access_grant", whole)


def downgrade() -> None:
    op.drop_index("ix_access_grant_principal", table_name="access_grant")
    op.create_index("ix_access_grant_principal_scope", "access_grant", ["principal", "scope"])
    op.drop_index("ix_org_choice_name_organization", table_name="org_choice")
    _run_out_where("antigen = 'all'")


def _run_out_where(line: str) -> None:
    op.drop_index("ix_due_item_run_out", table_name="due_item")
    op.create_index(
        "ix_due_item_run_out",
        "due_item",
        ["holds_until"],
        sqlite_where=sa.text(line),
        postgresql_where=sa.text(line),
    )
