"""The staff's desk: accounts, their sessions, who did what, internal notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "colleghi",
        sa.Column("nome", sa.String(40), primary_key=True),
        sa.Column("mostrato", sa.String(80), nullable=False),
        sa.Column("ruolo", sa.String(20), nullable=False),
        sa.Column("impronta", sa.String(255), nullable=False),
        sa.Column("bloccato", sa.Boolean, nullable=False),
        sa.Column("errori", sa.Integer, nullable=False),
        sa.Column("sospeso_fino", sa.DateTime(timezone=True)),
        sa.Column("creato", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parola_del", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "sessioni_colleghi",
        sa.Column("impronta", sa.String(64), primary_key=True),
        sa.Column("collega", sa.String(40), nullable=False),
        sa.Column("creata", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ultima", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["collega"], ["colleghi.nome"], name="fk_sessioni_colleghi_collega", ondelete="CASCADE"),
    )
    op.create_index("ix_sessioni_colleghi_collega", "sessioni_colleghi", ["collega"])
    op.create_table(
        "registro_azioni",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collega", sa.String(40), nullable=False),
        sa.Column("azione", sa.String(40), nullable=False),
        sa.Column("oggetto", sa.String(255), nullable=False),
    )
    op.create_index("ix_registro_azioni_quando", "registro_azioni", ["quando"])
    op.create_table(
        "note_interne",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scheda", sa.String(160), nullable=False),
        sa.Column("testo", sa.Text, nullable=False),
        sa.Column("autore", sa.String(40), nullable=False),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tolta", sa.DateTime(timezone=True)),
        sa.Column("tolta_da", sa.String(40)),
    )
    op.create_index("ix_note_interne_scheda", "note_interne", ["scheda"])


def downgrade() -> None:
    """Drop the tables, the newest first."""
    for table in ("note_interne", "registro_azioni", "sessioni_colleghi", "colleghi"):
        op.drop_table(table)
