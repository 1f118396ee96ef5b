"""Keep the site map."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "patients",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("record_index", sa.String, nullable=False, unique=True),
        sa.Column("pseudonym", sa.String, nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "patient_words",
        sa.Column("word_index", sa.String, primary_key=True),
        sa.Column("patient_id", sa.String, sa.ForeignKey("patients.id"), primary_key=True),
    )
    op.create_table(
        "encounters",
        sa.Column("case", sa.String, primary_key=True),
        sa.Column("patient_id", sa.String, sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("side", sa.String, nullable=False),
        sa.Column("begun_at_s", sa.Integer, nullable=False),
        sa.Column("ended_at_s", sa.Integer),
    )
    op.create_index("ix_encounters_patient_id", "encounters", ["patient_id"])
