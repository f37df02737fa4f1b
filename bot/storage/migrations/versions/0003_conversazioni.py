"""The conversations of every channel, their messages, and the counts for the office's figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "conversazioni",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("canale", sa.String(20), nullable=False),
        sa.Column("stato", sa.String(20), nullable=False),
        sa.Column("operatore", sa.String(80)),
        sa.Column("creata", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ultima", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dal", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_conversazioni_stato", "conversazioni", ["stato"])
    op.create_index("ix_conversazioni_ultima", "conversazioni", ["ultima"])
    op.create_table(
        "messaggi",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversazione", sa.String(255), nullable=False),
        sa.Column("chi", sa.String(20), nullable=False),
        sa.Column("nome", sa.String(80)),
        sa.Column("testo", sa.Text, nullable=False),
        sa.Column("fonte", sa.Text),
        sa.Column("scelte", sa.JSON, nullable=False),
        sa.Column("scelta", sa.String(64)),
        sa.Column("chiave", sa.String(64)),
        sa.Column("risponde_a", sa.Integer),
        sa.Column("dettagli", sa.JSON, nullable=False),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consegnato", sa.DateTime(timezone=True)),
        sa.Column("utile", sa.Boolean),
        sa.Column("motivo", sa.Text),
        sa.ForeignKeyConstraint(["conversazione"], ["conversazioni.id"], name="fk_messaggi_conversazione", ondelete="CASCADE"),
        sa.UniqueConstraint("conversazione", "chiave", name="uq_messaggi_chiave"),
        sqlite_autoincrement=True,  # the number of a deleted message is never given again: readers ask what came after theirs
    )
    op.create_index("ix_messaggi_conversazione", "messaggi", ["conversazione"])
    op.create_index("ix_messaggi_consegnato", "messaggi", ["consegnato"])
    op.create_table(
        "eventi",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tipo", sa.String(20), nullable=False),
        sa.Column("canale", sa.String(20), nullable=False),
        sa.Column("argomento", sa.String(80)),
        sa.Column("voce", sa.String(160)),
        sa.Column("esito", sa.String(40)),
        sa.Column("valore", sa.Integer),
    )
    op.create_index("ix_eventi_quando", "eventi", ["quando"])


def downgrade() -> None:
    """Drop the tables, the newest first."""
    for table in ("eventi", "messaggi", "conversazioni"):
        op.drop_table(table)
