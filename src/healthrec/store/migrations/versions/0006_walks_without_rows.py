"""indexes that say enough: whom a row of what is due may be shown to, where a child is or was, the order of a type's list"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LED_BY = {
    "ix_due_item_late": ["antigen", "late_from", "child"],
    "ix_due_item_due": ["antigen", "due_from", "late_from", "child"],
    "ix_due_item_held": ["antigen", "held", "child"],
}
_WHERE = {"ix_due_item_held": "held <> ''"}
_STAYS = ["child", "kind", "date_from", "date_to", "organization"]


def upgrade() -> None:
    op.create_index("ix_resource_type_key", "resource", ["type", "key"])
    op.drop_index("ix_enrolment_child", table_name="enrolment")
    op.create_index("ix_enrolment_child", "enrolment", _STAYS)
    for name, columns in _LED_BY.items():
        _make_anew(name, [*columns, "access_bit"])


def downgrade() -> None:
    for name, columns in _LED_BY.items():
        _make_anew(name, columns)
    op.drop_index("ix_enrolment_child", table_name="enrolment")
    op.create_index("ix_enrolment_child", "enrolment", ["child"])
    op.drop_index("ix_resource_type_key", table_name="resource")


def _make_anew(name: str, columns: list[str]) -> None:
    where = sa.text(_WHERE[name]) if name in _WHERE else None
    op.drop_index(name, table_name="due_item")
    op.create_index(name, "due_item", columns, sqlite_where=where, postgresql_where=where)
