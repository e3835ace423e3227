"""One kind of outcome per file; each holds KIND."""
