"""Whether a rebase takes a signal away, and who withdrew it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rebases", sa.Column("hides_signal", sa.Boolean))
    op.add_column("rebases", sa.Column("withdrawn_by", sa.String(200)))


def downgrade() -> None:
    op.drop_column("rebases", "withdrawn_by")
    op.drop_column("rebases", "hides_signal")
