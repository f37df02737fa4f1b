"""The hand-over: who is at the staff's desk, notes on conversations, questions left to the office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "presenze",
        sa.Column("account", sa.String(80), primary_key=True),
        sa.Column("nome", sa.String(80), nullable=False),
        sa.Column("disponibile", sa.Boolean, nullable=False),
        sa.Column("battito", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "note_conversazioni",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversazione", sa.String(255), nullable=False),
        sa.Column("autore", sa.String(80), nullable=False),
        sa.Column("testo", sa.Text, nullable=False),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_note_conversazioni_conversazione", "note_conversazioni", ["conversazione"])
    op.create_table(
        "richieste_contatto",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversazione", sa.String(255), nullable=False),
        sa.Column("messaggio", sa.Integer, nullable=False),
        sa.Column("canale", sa.String(20), nullable=False),
        sa.Column("domanda", sa.Text, nullable=False),
        sa.Column("nome", sa.String(120)),
        sa.Column("tipo", sa.String(20), nullable=False),
        sa.Column("recapito", sa.String(254), nullable=False),
        sa.Column("motivo", sa.String(40)),
        sa.Column("stato", sa.String(20), nullable=False),
        sa.Column("operatore", sa.String(80)),
        sa.Column("nota", sa.Text),
        sa.Column("creata", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aggiornata", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("conversazione", "messaggio", name="uq_richieste_contatto_messaggio"),
    )
    op.create_index("ix_richieste_contatto_conversazione", "richieste_contatto", ["conversazione"])
    op.create_index("ix_richieste_contatto_stato", "richieste_contatto", ["stato"])
    op.create_index("ix_richieste_contatto_creata", "richieste_contatto", ["creata"])


def downgrade() -> None:
    """Drop the tables, the newest first."""
    for table in ("richieste_contatto", "note_conversazioni", "presenze"):
        op.drop_table(table)
