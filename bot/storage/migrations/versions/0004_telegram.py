"""What the Telegram channel remembers: updates already had, where a person is written to, how much of a message was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "aggiornamenti_telegram",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chi", sa.String(64), nullable=False),
        sa.Column("corpo", sa.Text),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_aggiornamenti_telegram_quando", "aggiornamenti_telegram", ["quando"])
    op.create_table(
        "contatti_telegram",
        sa.Column("pseudonimo", sa.String(255), primary_key=True),
        sa.Column("chat", sa.Text, nullable=False),
    )
    op.create_table(
        "consegne_telegram",
        sa.Column("messaggio", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parti", sa.Integer, nullable=False),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("consegne_telegram", "contatti_telegram", "aggiornamenti_telegram"):
        op.drop_table(table)
