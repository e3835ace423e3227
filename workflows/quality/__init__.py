"""The quality of the numbers: what was measured, what is late, what drifted, and how the tool is used."""
