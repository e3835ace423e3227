"""The words of the command line: one file per command; each holds a COMMAND."""
