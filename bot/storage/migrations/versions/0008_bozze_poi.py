"""The forms to draft after a draft: a path may lead to two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
TABLE = "bozze"


def upgrade() -> None:
    """Add the column; the drafts that are there have none to follow."""
    op.add_column(TABLE, sa.Column("poi", sa.JSON))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table(TABLE) as table:
        table.drop_column("poi")
