"""What is recorded for the governance of a pilot: checklist, phases, incidents and versions, only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQLITE = tuple(
    f"""CREATE TRIGGER governance_records_no_{action.lower()} BEFORE {action} ON governance_records
    BEGIN SELECT RAISE(ABORT, 'what was recorded stays'); END"""
    for action in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    """CREATE FUNCTION governance_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'what was recorded stays'; END $$""",
    """CREATE TRIGGER governance_records_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON governance_records
    FOR EACH STATEMENT EXECUTE FUNCTION governance_refuse()""",
)


def upgrade() -> None:
    op.create_table(
        "governance_records",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("pilot", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_governance_records"),
    )
    op.create_index("ix_governance_records_pilot", "governance_records", ["pilot"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("governance_records")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION governance_refuse()")
