"""How a database is asked: its options, a guarded snapshot, the account's rights, and rows into a file."""
