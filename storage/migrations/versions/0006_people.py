"""People with the roles that they and groups hold; on PostgreSQL also a lock on rows of departments and pilots."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("added_at", sa.String(40), nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.Column("withdrawn_at", sa.String(40)),
        sa.Column("withdrawn_by", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_subject", "people", ["subject"])
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("holder_kind", sa.String(10), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("granted_at", sa.String(40), nullable=False),
        sa.Column("granted_by", sa.String(200), nullable=False),
        sa.Column("withdrawn_at", sa.String(40)),
        sa.Column("withdrawn_by", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_role_grants"),
    )
    op.create_index("ix_role_grants_holder", "role_grants", ["holder"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in (*APPLICATION_ROLE, *LOCKED):
            op.execute(statement)


APPLICATION_ROLE = (
    """
    DO $$ BEGIN
        CREATE ROLE meetlat_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object THEN NULL;
    END $$
    """,
    "GRANT meetlat_app TO CURRENT_USER",
    "GRANT USAGE ON SCHEMA public TO meetlat_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO meetlat_app",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO meetlat_app",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM meetlat_app",
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM meetlat_app",
    "REVOKE INSERT, DELETE, TRUNCATE ON audit_head FROM meetlat_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO meetlat_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO meetlat_app",
)

PILOTS = "string_to_array(current_setting('meetlat.pilots', true), chr(31))"
DEPARTMENTS = "string_to_array(current_setting('meetlat.departments', true), chr(31))"
POLICIES = {
    "pilots": f"""
        '*' = ANY({PILOTS}) OR id = ANY({PILOTS})
        OR EXISTS (
            SELECT 1 FROM jsonb_object_keys("json"::jsonb -> 'starts') AS started
            WHERE started = ANY({DEPARTMENTS})
        )""",
    "results": "EXISTS (SELECT 1 FROM pilots WHERE pilots.id = results.pilot)",
    "rebases": f"'*' = ANY({DEPARTMENTS}) OR department = ANY({DEPARTMENTS})",
}
LOCKED = tuple(
    statement
    for table, policy in POLICIES.items()
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY within_reach ON {table} USING ({policy})",
    )
)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in POLICIES:
            op.execute(f"DROP POLICY within_reach ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_index("ix_role_grants_holder", "role_grants")
    op.drop_table("role_grants")
    op.drop_index("ix_people_subject", "people")
    op.drop_table("people")
