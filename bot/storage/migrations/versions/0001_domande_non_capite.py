"""The questions that found no answer.

The first versions of the program made this table without alembic: where it is, it is kept with what it holds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
TABLE = "domande_non_capite"


def upgrade() -> None:
    """Make the table, unless an older program did."""
    if sa.inspect(op.get_bind()).has_table(TABLE):
        return
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("testo", sa.Text, nullable=False),
        sa.Column("canale", sa.String(20), nullable=False),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table(TABLE)
