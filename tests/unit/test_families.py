"""Definitions of one family that may not stand together."""

from dataclasses import replace

from kpis.catalogue import load
from kpis.families import mixed

KPIS = load()


def test_two_definitions_of_a_family_are_a_mix_and_versions_of_a_kpi_are_not():
    note, log, wow = KPIS["note_time_enc"], KPIS["note_time8"], KPIS["wow8"]
    assert mixed([note, wow, log]) == (note, log)
    assert mixed([note, wow]) is None
    assert mixed([note, replace(note, version=2, definition="another")]) is None
    assert mixed([log, replace(note, definition=log.definition)]) is None
    # without a family nothing is compared
    assert mixed([KPIS["letter_24h"], KPIS["letter_tat_h"]]) is None
