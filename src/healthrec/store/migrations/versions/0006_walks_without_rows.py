"""what leads a list of what is due says whom a row may be shown to: those of other centres need not be read"""

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


def upgrade() -> None:
    for name, columns in _LED_BY.items():
        _make_anew(name, [*columns, "access_bit"])


def downgrade() -> None:
    for name, columns in _LED_BY.items():
        _make_anew(name, columns)


def _make_anew(name: str, columns: list[str]) -> None:
    where = sa.text(_WHERE[name]) if name in _WHERE else None
    op.drop_index(name, table_name="due_item")
    op.create_index(name, "due_item", columns, sqlite_where=where, postgresql_where=where)
