"""The only way out: requests to listed places alone, within a deadline and a size, or one clear sentence."""
