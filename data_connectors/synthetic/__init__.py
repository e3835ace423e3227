"""The demo hospital: a seeded simulator whose true effects are known, because it can run without them."""
