"""The tables of the state database. A change here needs a migration beside it (a test compares them)."""

from dataclasses import fields

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from governance.audit import AuditEvent

REVISION = "0009"
"""The migration this code expects; a test holds it equal to the newest one."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", String(200), nullable=False),
)
"""What must not change unnoticed, such as the pseudonym key."""

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("file", Text, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("report", Text, nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("done_at", String(40)),
    Column("source", String(100), index=True),
    Column("table_name", String(100)),
    Column("watermark", String(200)),
)
"""One row per file that was taken in; `done` is the commit point of all its facts.

source: by which it came, where it was fetched; watermark: up to which that source was then read.
"""

sync_runs = Table(
    "sync_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False, index=True),
    Column("started_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("state", String(20), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("message", Text, nullable=False),
)
"""Every run of a source. state: running, done or failed; one that stays running was killed."""

forgotten = Table(
    "forgotten",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("pseudonym", String(64), primary_key=True),
    Column("at", String(40), nullable=False),
)
"""Pseudonyms of persons whose rows were erased and are not taken in again."""

source_columns = Table(
    "source_columns",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("json", Text, nullable=False),
    Column("seen_at", String(40), nullable=False),
)
"""The columns of a source's tables as they were when somebody last accepted them."""

fact_files = Table(
    "fact_files",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("batch", Integer, ForeignKey("batches.id"), nullable=False, index=True),
    Column("table_name", String(100), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("rows", Integer, nullable=False),
)
"""Parquet files, relative to the workspace. kind: facts, superseded or quarantine."""

pilots = Table(
    "pilots",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("registered_at", String(40), nullable=False),
    Column("plan_sha256", String(64), nullable=False),
    Column("toml", Text, nullable=False),
    Column("json", Text, nullable=False),
    Column("current", Boolean, nullable=False),
)

cube_versions = Table(
    "cube_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", String(40), nullable=False),
    Column("ledger_position", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("current", Boolean, nullable=False),
)
"""Published cubes; ledger_position is the newest batch inside, fingerprint that of the definitions."""

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pilot", String(100), nullable=False),
    Column("plan_sha256", String(64), nullable=False),
    Column("cube_version", String(200), nullable=False),
    Column("kind", String(50), nullable=False),
    Column("json", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    UniqueConstraint("pilot", "plan_sha256", "cube_version", "kind"),
)

demo_truth = Table(
    "demo_truth",
    metadata,
    Column("pilot", String(100), primary_key=True),
    Column("kpi", String(100), primary_key=True),
    Column("json", Text, nullable=False),
)

kpi_definitions = Table(
    "kpi_definitions",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("meaning_sha256", String(64), nullable=False),
    Column("json", Text, nullable=False),
    Column("recorded_at", String(40), nullable=False),
    Column("certified_by", String(200)),
    Column("certified_at", String(40)),
)
"""Every version of a definition that numbers were made with; a certified one may not change at all."""

rebases = Table(
    "rebases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kpi", String(100), nullable=False, index=True),
    Column("department", String(200), nullable=False),
    Column("day", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", String(40), nullable=False),
    Column("withdrawn_at", String(40)),
    Column("withdrawn_by", String(200)),
    Column("hides_signal", Boolean),
)
"""Where a person decided, with a reason, that the limits of a chart start anew; nothing is deleted."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("prev", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    *(
        Column(field.name, Boolean if field.type is bool else Text, nullable=False)
        for field in fields(AuditEvent)
    ),
)
"""Events in the order in which they took place; nothing here is ever changed, and triggers see to it."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row, the newest event: who adds to the log holds it locked until the action is done."""

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(200), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("added_at", String(40), nullable=False),
    Column("added_by", String(200), nullable=False),
    Column("withdrawn_at", String(40)),
    Column("withdrawn_by", String(200)),
)
"""Who is known here; somebody whose newest row is withdrawn has no rights, also not by way of a group."""

role_grants = Table(
    "role_grants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("holder_kind", String(10), nullable=False),
    Column("holder", String(200), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("object", String(200), nullable=False),
    Column("granted_at", String(40), nullable=False),
    Column("granted_by", String(200), nullable=False),
    Column("withdrawn_at", String(40)),
    Column("withdrawn_by", String(200)),
)
"""Roles that persons (by subject) and groups (by the name in the claim) hold; nothing is deleted.

object: a department, pilot or standard table, "*" for every one, "" where the role names nothing.
"""

sessions = Table(
    "sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("subject", String(200), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("groups", Text, nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("seen_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("ended_by", String(20)),
)
"""Who is signed in. key: the hash of what the browser holds; groups: what the provider said, as JSON."""

governance_records = Table(
    "governance_records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pilot", String(100), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", String(40), nullable=False),
    Column("by", String(200), nullable=False),
    Column("json", Text, nullable=False),
)
"""Every change of an item, phase, incident or tool version of a pilot; triggers keep each as it is.

kind: item, phase, incident or version.
"""
