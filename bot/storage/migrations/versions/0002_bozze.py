"""The drafts of requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
TABLE = "bozze"


def upgrade() -> None:
    """Make the table and its indexes."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("riferimento", sa.String(9), nullable=False),
        sa.Column("conversazione", sa.String(255), nullable=False),
        sa.Column("codice", sa.String(10), nullable=False),
        sa.Column("valori", sa.JSON, nullable=False),
        sa.Column("fase", sa.String(20), nullable=False),
        sa.Column("richiesta", sa.JSON),
        sa.Column("creata", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modificata", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scade", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_bozze_token", TABLE, ["token"], unique=True)
    op.create_index("ix_bozze_riferimento", TABLE, ["riferimento"], unique=True)
    op.create_index("ix_bozze_conversazione", TABLE, ["conversazione"])
    op.create_index("ix_bozze_scade", TABLE, ["scade"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table(TABLE)
