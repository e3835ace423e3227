"""What every layer may use: periods, issues, errors, discovery and language."""
