"""The state database, the immutable facts and the published cube."""
