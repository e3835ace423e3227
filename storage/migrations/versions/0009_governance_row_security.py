"""On PostgreSQL records of governance are there for the pilots within reach, and for no others."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LOCK = (
    "ALTER TABLE governance_records ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE governance_records FORCE ROW LEVEL SECURITY",
    """CREATE POLICY within_reach ON governance_records USING (
        EXISTS (SELECT 1 FROM pilots WHERE pilots.id = governance_records.pilot)
    )""",
)
UNLOCK = (
    "DROP POLICY within_reach ON governance_records",
    "ALTER TABLE governance_records NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE governance_records DISABLE ROW LEVEL SECURITY",
)


def upgrade() -> None:
    _run(LOCK)


def downgrade() -> None:
    _run(UNLOCK)


def _run(statements: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.execute(statement)
