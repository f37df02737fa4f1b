"""The trainings asked for by the staff, and what was decided of the questions without an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "addestramenti",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("autore", sa.String(80), nullable=False),
        sa.Column("iniziato", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finito", sa.DateTime(timezone=True)),
        sa.Column("stato", sa.String(20), nullable=False),
        sa.Column("fase", sa.String(40), nullable=False),
        sa.Column("percento", sa.Integer, nullable=False),
        sa.Column("insegnamento", sa.Integer, nullable=False),
        sa.Column("fatti", sa.Integer, nullable=False),
        sa.Column("impronta", sa.String(64)),
        sa.Column("esito", sa.JSON, nullable=False),
        sa.Column("errore", sa.Text),
        sa.Column("attivato", sa.DateTime(timezone=True)),
        sa.Column("attivato_da", sa.String(80)),
    )
    op.create_table(
        "decisioni_domande",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("impronta", sa.String(64), nullable=False),
        sa.Column("decisione", sa.String(20), nullable=False),
        sa.Column("voce", sa.String(160)),
        sa.Column("cambiamento", sa.Integer),
        sa.Column("autore", sa.String(80), nullable=False),
        sa.Column("quando", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_decisioni_domande_impronta", "decisioni_domande", ["impronta"])


def downgrade() -> None:
    """Drop the tables, the newest first."""
    for table in ("decisioni_domande", "addestramenti"):
        op.drop_table(table)
