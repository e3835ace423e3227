"""The governance of a pilot: checklist, phase, incidents, versions, and the dossier of them all."""
