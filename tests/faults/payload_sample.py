"""A hospital whose every name is a script: what the pages are given, and what is kept in its workspace."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle
from pathlib import Path

from core.language.text import Text
from experiments.monitoring.charted_kpi import Event
from experiments.pilot import ExcludedDepartment
from governance.access import LOCAL_OPERATOR
from governance.checklist import CHECKLIST, ChecklistItem
from governance.checklist.history import Evidence
from kpis.kpi import Kpi
from storage.people import Holder
from storage.workspace import Workspace
from tests.evaluated_hospital import COMPARISON, plan
from tests.screens import sample, sample_quality
from workflows.department import DepartmentView
from workflows.governance.incidents import Happening, report
from workflows.governance.sign import Change, change_item
from workflows.governance.versions import add_version
from workflows.overview import PilotView
from workflows.own_kpis import draft_of, save
from workflows.people import grant
from workflows.plan import add_text
from workflows.quality.data_quality import DataQuality

DAY = date(2026, 1, 5)
KPI = "note_time_enc"
LONGEST_VERSION = 60
AT_ONCE = 4
"""How many of the texts stand on the screen of one pilot, one department or one KPI."""
ITEMS = CHECKLIST[:AT_ONCE]
WORDS = re.compile(r'^(nl|en|owner|source|definition|smallest_change_source) = ".*"$', re.MULTILINE)


def together(texts: Sequence[str], at: int) -> tuple[str, ...]:
    """The text at a place, and the others that the same screen holds beside it."""
    first = at - at % AT_ONCE
    group = tuple(texts[first : first + AT_ONCE])
    return group[at - first :] + group[: at - first]


def pilots(texts: Sequence[str]) -> tuple[PilotView, ...]:
    """A pilot for each text, with it and the others beside it as names of everything that has one."""
    every = sample.pilots()
    return tuple(_named(every[at % len(every)], f"p{at}", together(texts, at)) for at in range(len(texts)))


def department(texts: Sequence[str], name: str) -> DepartmentView:
    """A department of that name, with KPIs and events with the other texts as well."""
    found, words = sample.department(name), together(texts, texts.index(name))
    cards = zip(found.cards, cycle(words))
    return replace(
        found,
        cards=tuple(replace(card, kpi=_worded(card.kpi, (text,))) for card, text in cards),
        events=tuple(Event(day=date(2026, 8, 10), word=Text("{what}", {"what": one})) for one in words),
    )


def quality(texts: Sequence[str]) -> DataQuality:
    """Rows of departments with these names."""
    found = sample_quality.data_quality()
    row, late, drifted = found.measured[0], found.late.rows[0], found.drifted[0]
    subjects = (replace(drifted.subject, department=text) for text in texts)
    return replace(
        found,
        measured=tuple(replace(row, department=text, kpi=_worded(row.kpi, (text,))) for text in texts),
        late=replace(found.late, rows=tuple(replace(late, department=text) for text in texts)),
        drifted=tuple(replace(drifted, subject=subject) for subject in subjects),
    )


def kept(folder: Path, texts: Sequence[str]) -> None:
    """A workspace with a plan and a KPI for each text; who signed and what happened stands with the first."""
    folder.mkdir(parents=True)
    (folder / "meetlat.toml").write_text(f"hospital = {json.dumps(texts[0])}\n", "utf-8")
    workspace = Workspace.open(folder)
    for at, text in enumerate(texts):
        words = together(texts, at)
        _registered(workspace, f"p{at}", words)
        _defined(workspace, f"own_{at}", words)
        holder = Holder(kind="person", name=f"person{at}@example.test")
        grant(LOCAL_OPERATOR, workspace, holder, "auditor", name=text)
        if at % AT_ONCE == 0:
            for item, one in zip(ITEMS, words, strict=False):
                _recorded(workspace, f"p{at}", item, one)
    workspace.engine.dispose()


def _named(view: PilotView, id_: str, words: Sequence[str]) -> PilotView:
    old, name = view.pilot.pilot, words[0]
    plan = replace(
        old, id=id_, name_nl=name, name_en=name, vendor=words[-1],
        comparison=tuple(f"{one} 2" for one in words),
        starts=dict.fromkeys(words, next(iter(old.starts.values()))),
        excluded=tuple(ExcludedDepartment(department=f"{one} 3", reason=one) for one in words),
    )  # fmt: skip
    kpis = zip(view.kpis.items(), cycle(words))
    return replace(
        view,
        pilot=replace(view.pilot, pilot=plan),
        evaluation=replace(view.evaluation, pilot=id_),
        kpis={id_: _worded(kpi, (text,)) for (id_, kpi), text in kpis},
    )


def _worded(kpi: Kpi, words: Sequence[str]) -> Kpi:
    word = {"nl": words[0], "en": words[0]}
    return replace(kpi, label=word, question=word, unit=word, owner=words[0])


def _registered(workspace: Workspace, id_: str, words: Sequence[str]) -> None:
    named = [json.dumps(one) for one in words]
    written = plan(id_, tuple(named)).replace(", ".join(f'"{one}"' for one in COMPARISON), '"c1", "c2"')
    for old, new in zip((f'"Pilot {id_}"', '"V"', '"x"', '"y"'), cycle(named)):
        written = written.replace(old, new)
    add_text(LOCAL_OPERATOR, workspace, written, f"{id_}.toml")


def _recorded(workspace: Workspace, id_: str, item: ChecklistItem, text: str) -> None:
    evidence, function = Evidence(name=text), item.signers[0]
    signed = Change(status="signed", function=function, signer=text, why=text, evidence=evidence)
    change_item(LOCAL_OPERATOR, workspace, id_, item.id, signed)
    harm = Happening(
        day=DAY, department=text, category="wrong_text", severity="severe",
        happened=text, action=text, tool=text,
    )  # fmt: skip
    report(LOCAL_OPERATOR, workspace, id_, harm)
    version = text if len(text) <= LONGEST_VERSION else "2"
    add_version(LOCAL_OPERATOR, workspace, id_, part="model", version=version, day=DAY, tool=text, note=text)


def _defined(workspace: Workspace, id_: str, words: Sequence[str]) -> None:
    """A definition of the hospital's own in which every text is one of these."""
    draft = draft_of(LOCAL_OPERATOR, workspace, KPI, id_).text
    following = cycle(json.dumps(one) for one in words)
    written = WORDS.sub(lambda found: f"{found[1]} = {next(following)}", draft)
    save(LOCAL_OPERATOR, workspace, written, f"{id_}.toml")
