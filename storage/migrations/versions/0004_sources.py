"""Sources that are asked: watermarks in the ledger, runs, and the columns that were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("source", sa.String(100)))
    op.add_column("batches", sa.Column("table_name", sa.String(100)))
    op.add_column("batches", sa.Column("watermark", sa.String(200)))
    op.create_index("ix_batches_source", "batches", ["source"])
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("started_at", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.String(40)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_runs"),
    )
    op.create_index("ix_sync_runs_source", "sync_runs", ["source"])
    op.create_table(
        "source_columns",
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("seen_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", name="pk_source_columns"),
    )
    op.create_table(
        "forgotten",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("pseudonym", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("kind", "pseudonym", name="pk_forgotten"),
    )


def downgrade() -> None:
    op.drop_table("forgotten")
    op.drop_table("source_columns")
    op.drop_table("sync_runs")
    op.drop_index("ix_batches_source", "batches")
    for name in ("watermark", "table_name", "source"):
        op.drop_column("batches", name)
