"""Alembic migrations of the state database, run by storage.workspace."""
