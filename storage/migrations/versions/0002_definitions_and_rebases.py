"""Versions of KPI definitions, and where control charts start anew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kpi_definitions",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("meaning_sha256", sa.String(64), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.String(40), nullable=False),
        sa.Column("certified_by", sa.String(200)),
        sa.Column("certified_at", sa.String(40)),
        sa.PrimaryKeyConstraint("id", "version", name="pk_kpi_definitions"),
    )
    op.create_table(
        "rebases",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kpi", sa.String(100), nullable=False),
        sa.Column("department", sa.String(200), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.String(40), nullable=False),
        sa.Column("withdrawn_at", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_rebases"),
    )
    op.create_index("ix_rebases_kpi", "rebases", ["kpi"])


def downgrade() -> None:
    op.drop_index("ix_rebases_kpi", "rebases")
    op.drop_table("rebases")
    op.drop_table("kpi_definitions")
