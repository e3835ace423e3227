"""First tables: ledger, pilots, cube versions, results, truth of the demo hospital."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_fingerprints"),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_fingerprint", "batches", ["fingerprint"])
    op.create_table(
        "fact_files",
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_fact_files"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name="fk_fact_files_batch"),
    )
    op.create_index("ix_fact_files_batch", "fact_files", ["batch"])
    op.create_index("ix_fact_files_table_name", "fact_files", ["table_name"])
    op.create_table(
        "pilots",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("registered_at", sa.String(40), nullable=False),
        sa.Column("plan_sha256", sa.String(64), nullable=False),
        sa.Column("toml", sa.Text, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_pilots"),
    )
    op.create_table(
        "cube_versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("ledger_position", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cube_versions"),
        sa.UniqueConstraint("name", name="uq_cube_versions_name"),
    )
    op.create_table(
        "results",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("pilot", sa.String(100), nullable=False),
        sa.Column("plan_sha256", sa.String(64), nullable=False),
        sa.Column("cube_version", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
        sa.UniqueConstraint("pilot", "plan_sha256", "cube_version", "kind", name="uq_results_pilot"),
    )
    op.create_table(
        "demo_truth",
        sa.Column("pilot", sa.String(100), nullable=False),
        sa.Column("kpi", sa.String(100), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("pilot", "kpi", name="pk_demo_truth"),
    )


def downgrade() -> None:
    for table in ("demo_truth", "results", "cube_versions", "pilots", "fact_files", "batches", "fingerprints"):
        op.drop_table(table)
