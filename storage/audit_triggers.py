"""The triggers of the audit log; the migration that made the tables puts them in place."""

from sqlalchemy import Connection, text

NAMES = (
    "audit_log_only_next",
    "audit_log_no_update",
    "audit_log_no_delete",
    "audit_head_only_one",
    "audit_head_no_delete",
    "audit_head_only_forward",
)
FUNCTIONS = ("audit_refuse", "audit_log_next", "audit_head_forward")

SQLITE = (
    """CREATE TRIGGER audit_log_only_next BEFORE INSERT ON audit_log
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
      OR NEW.prev <> coalesce((SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
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
    *(f"ALTER TABLE {name.rsplit('_', 2)[0]} ENABLE ALWAYS TRIGGER {name}" for name in NAMES),
    # the owner may give these back to itself; a role of its own for the application may not
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM PUBLIC, CURRENT_USER",
    "REVOKE INSERT, DELETE, TRUNCATE ON audit_head FROM PUBLIC, CURRENT_USER",
)


def create(connection: Connection) -> None:
    """Put them in place."""
    postgresql = connection.dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Take them away, and the functions that they call."""
    if connection.dialect.name == "postgresql":
        for name in FUNCTIONS:
            connection.execute(text(f"DROP FUNCTION {name}() CASCADE"))
        connection.execute(text("GRANT ALL ON audit_log, audit_head TO CURRENT_USER"))
    else:
        for name in NAMES:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
