"""What an account of PostgreSQL may change, by itself or as any role that it may become."""

_ROLES = """(SELECT oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolname = session_user AS itself
  FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER'))"""
"""SET ROLE is enough to become one, also for an account that does not inherit what the role may."""
_OWN_PLACE = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_AS = "CASE WHEN bool_or(r.itself) THEN '' ELSE ' as ' || min(r.rolname) END"

RIGHTS = f"""
SELECT 'superuser' AS what WHERE EXISTS (SELECT FROM {_ROLES} AS roles WHERE rolsuper)
UNION ALL SELECT 'create role' WHERE EXISTS (SELECT FROM {_ROLES} AS roles WHERE rolcreaterole)
UNION ALL SELECT 'create database' WHERE EXISTS (SELECT FROM {_ROLES} AS roles WHERE rolcreatedb)
UNION ALL SELECT 'create schema' WHERE EXISTS
  (SELECT FROM {_ROLES} AS r WHERE has_database_privilege(r.oid, current_database(), 'CREATE'))
UNION ALL SELECT rolname FROM {_ROLES} AS roles
  WHERE rolname IN ('pg_write_server_files', 'pg_execute_server_program')
UNION ALL SELECT 'create in ' || n.nspname || {_AS} FROM pg_namespace AS n
  JOIN {_ROLES} AS r ON has_schema_privilege(r.oid, n.oid, 'CREATE')
  WHERE {_OWN_PLACE} GROUP BY n.oid, n.nspname
UNION ALL SELECT 'change ' || c.oid::regclass::text || {_AS} FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN {_ROLES} AS r ON c.relowner = r.oid
    OR has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
    OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE')
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OWN_PLACE} GROUP BY c.oid
UNION ALL SELECT 'advance ' || c.oid::regclass::text || {_AS} FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN {_ROLES} AS r
    ON CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE') END
  WHERE c.relkind = 'S' AND {_OWN_PLACE} GROUP BY c.oid
"""
LENT = f"""
SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
  WHERE p.prosecdef AND {_OWN_PLACE}
  AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
  AND p.proowner NOT IN (SELECT oid FROM {_ROLES} AS roles)
  AND NOT EXISTS (SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  AND EXISTS (SELECT FROM {_ROLES} AS r WHERE has_schema_privilege(r.oid, n.oid, 'USAGE')
    AND has_function_privilege(r.oid, p.oid, 'EXECUTE'))
  ORDER BY 1
"""
"""Functions that run with the rights of their owner; those of an extension are trusted as it is."""
