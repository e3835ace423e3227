"""The audit log: events that can only be added, each chained to the one before, and their head."""

import sqlalchemy as sa
from alembic import op

from storage import audit_triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIELDS = (
    "event_id event_action_code event_date_time event_outcome_indicator event_type_code user_id "
    "alternate_user_id user_name role_id_code purpose_of_use network_access_point_type_code "
    "network_access_point_id participant_object_type_code participant_object_type_code_role "
    "participant_object_data_life_cycle participant_object_id_type_code "
    "participant_object_permission_policy_set participant_object_sensitivity participant_object_id "
    "participant_object_name participant_object_detail audit_enterprise_site_id audit_source_id "
    "audit_source_type_code authorisation_protocol treatment_relation consent_profile"
).split()

def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in FIELDS),
        sa.Column("user_is_requestor", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_log"),
        sa.UniqueConstraint("prev", name="uq_audit_log_prev"),
        sa.UniqueConstraint("hash", name="uq_audit_log_hash"),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    audit_triggers.create(op.get_bind())


def downgrade() -> None:
    audit_triggers.drop(op.get_bind())
    op.drop_table("audit_head")
    op.drop_table("audit_log")
