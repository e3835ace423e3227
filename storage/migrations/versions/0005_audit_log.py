"""The audit log: events that can only be added, each chained to the one before, and their head."""

import sqlalchemy as sa
from alembic import op

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

SQLITE = (
    """CREATE TRIGGER audit_log_only_next BEFORE INSERT ON audit_log
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
      OR NEW.prev <> coalesce((SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1), :genesis)
      OR EXISTS (SELECT 1 FROM audit_log WHERE hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'the audit log only takes what follows its last event'); END""",
    """CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_head_only_one BEFORE INSERT ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit log has one head'); END""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
    WHEN NEW.id <> OLD.id OR NEW.seq <= OLD.seq
      OR NEW.seq <> (SELECT max(seq) FROM audit_log)
      OR NEW.hash <> (SELECT hash FROM audit_log WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the head of the audit log follows its last event'); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE FUNCTION audit_log_next() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last record;
    BEGIN
        SELECT seq, hash INTO last FROM audit_log ORDER BY seq DESC LIMIT 1;
        IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.prev <> coalesce(last.hash, repeat('0', 64)) THEN
            RAISE EXCEPTION 'the audit log only takes what follows its last event';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last record;
    BEGIN
        SELECT seq, hash INTO last FROM audit_log ORDER BY seq DESC LIMIT 1;
        IF NEW.id <> OLD.id OR NEW.seq <= OLD.seq
           OR NEW.seq IS DISTINCT FROM last.seq OR NEW.hash IS DISTINCT FROM last.hash THEN
            RAISE EXCEPTION 'the head of the audit log follows its last event';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_log_only_next BEFORE INSERT ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_next()""",
    """CREATE TRIGGER audit_log_no_update BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_log_no_delete BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_only_one BEFORE INSERT OR DELETE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_forward()""",
    *(
        f"ALTER TABLE {name.rsplit('_', 2)[0]} ENABLE ALWAYS TRIGGER {name}"
        for name in (
            "audit_log_only_next",
            "audit_log_no_update",
            "audit_log_no_delete",
            "audit_head_only_one",
            "audit_head_no_delete",
            "audit_head_only_forward",
        )
    ),
    # the owner may give these back to itself; a role of its own for the application may not
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM PUBLIC, CURRENT_USER",
    "REVOKE INSERT, DELETE, TRUNCATE ON audit_head FROM PUBLIC, CURRENT_USER",
)


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
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement.replace(":genesis", f"'{'0' * 64}'"))


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_log")
    if op.get_bind().dialect.name == "postgresql":
        for function in ("audit_head_forward", "audit_log_next", "audit_refuse"):
            op.execute(f"DROP FUNCTION {function}()")
