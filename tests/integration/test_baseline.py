"""Before a pilot starts: how long still, how much there is, and what it is enough for."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from core.errors import UnknownName
from experiments.estimating import fitted
from experiments.inference import detectable
from experiments.options import Options
from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, START, START_WEEK, build, plan
from workflows import baseline as module
from workflows.baseline import Baseline, baseline, in_words
from workflows.cli import main
from workflows.plan import add_text, show


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("hospital"))


def test_weeks_to_go_weeks_held_and_what_they_are_enough_for(workspace):
    found = baseline(LOCAL_OPERATOR, workspace, "good", START - timedelta(weeks=3))
    assert (found.weeks_to_start, found.weeks_held) == (3, START_WEEK)
    assert found.detectable is not None
    assert 0.001 < found.detectable < 0.5
    assert found.enough == (found.detectable <= 0.05)
    words = in_words(found).render("nl")
    assert "over 3 weken" in words
    assert f"{START_WEEK} weken" in words


def test_it_is_the_error_of_a_pretended_start_halfway(workspace, monkeypatch):
    seen = {}

    def remembered(panel, options, design):
        seen["panel"], seen["result"] = panel, fitted(panel, options, design)
        return seen["result"]

    monkeypatch.setattr(module, "fitted", remembered)
    found = baseline(LOCAL_OPERATOR, workspace, "good", START)
    assert len(seen["panel"].periods) == START_WEEK
    assert sorted(set(seen["panel"].first_treated[np.isfinite(seen["panel"].first_treated)])) == [15]
    error = detectable.from_error(
        seen["result"].standard_error, seen["result"].degrees_of_freedom, Options().level
    )
    assert found.detectable == pytest.approx(1 - np.exp(-error))


def test_a_short_time_after_the_start_is_what_it_is_enough_for(workspace, monkeypatch):
    seen = []

    def remembered(panel, options, design):
        seen.append(panel)
        return fitted(panel, options, design)

    monkeypatch.setattr(module, "fitted", remembered)
    registered = show(LOCAL_OPERATOR, workspace, "good")
    run_in = registered.pilot.run_in_weeks
    window = (registered.pilot.window[0], START + timedelta(weeks=run_in + 10) - timedelta(days=1))
    short = replace(registered, pilot=replace(registered.pilot, window=window))
    found, long = (module.of(workspace, each, START) for each in (short, registered))
    treated = np.unique(seen[0].first_treated[np.isfinite(seen[0].first_treated)])
    assert len(seen[0].periods) - treated[0] == 10
    assert found.detectable > long.detectable


@pytest.mark.parametrize(
    ("days", "weeks", "words"),
    [
        (1, 0, "Begint morgen."),
        (3, 0, "Begint over 3 dagen."),
        (8, 1, "Begint over 8 dagen."),
        (15, 2, "Begint over 2 weken."),
        (18, 3, "Begint over 3 weken."),
        (0, 0, "Is begonnen."),
    ],
)
def test_the_time_to_go_is_told_as_it_is(workspace, days, weeks, words):
    found = module.of(workspace, show(LOCAL_OPERATOR, workspace, "good"), START - timedelta(days=days))
    assert (found.days_to_start, found.weeks_to_start) == (days, weeks)
    assert in_words(found).render("nl").startswith(words)


def test_one_week_is_one_week():
    one = Baseline(
        days_to_start=-1, weeks_to_start=0, weeks_held=1, detectable=None, matters=0.1, scale="relative"
    )
    assert "bevat 1 week;" in in_words(one).render("nl")
    assert "holds 1 week;" in in_words(one).render("en")


def test_without_data_there_is_no_number(tmp_path):
    empty = Workspace.open(tmp_path / "empty")
    add_text(LOCAL_OPERATOR, empty, plan("later", PILOT), "later.toml")
    found = baseline(LOCAL_OPERATOR, empty, "later", START + timedelta(weeks=2))
    assert (found.weeks_to_start, found.weeks_held, found.detectable, found.enough) == (-2, 0, None, None)
    assert "too little" in in_words(found).render("en")
    with pytest.raises(UnknownName):
        baseline(LOCAL_OPERATOR, empty, "none")


def test_the_command_tells_it(workspace, capsys):
    place = ["--workspace", str(workspace.root)]
    assert main(["pilots", "show", "good", *place, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["baseline"]
    assert found["weeks_held"] == START_WEEK
    assert found["weeks_to_start"] < 0
    assert main(["pilots", "show", "good", *place, "--lang", "nl"]) == 0
    assert "nulmeting" in capsys.readouterr().out
