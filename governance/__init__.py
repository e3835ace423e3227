"""Pure rules: who may see what, disclosure control, pseudonyms, the checklist."""
