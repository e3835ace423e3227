"""A plan file that breaks rules names every one of them, with its line and a remedy."""

from dataclasses import replace
from datetime import date

import pytest

from core.issue import Issue
from experiments.pilot import Pilot
from experiments.plan import read
from experiments.plan.canonical import canonical, fingerprint, from_canonical
from kpis.catalogue import load

PLAN = """\
id = "ambient"
comparison = ["c1", "c2", "c3", "c4"]
window = [2025-01-06, 2026-06-28]
run_in_weeks = 6

[name]
nl = "Meeluisteren"
en = "Ambient notes"

[starts]
d1 = 2025-09-01
d2 = 2025-09-01

[primary]
kpi = "note_time_enc"
smallest_change = 0.05
scale = "relative"

[[guardrails]]
kpi = "icd_accuracy"
margin = 0.05
scale = "absolute"

[use]
kpi = "utilisation"
break_even = 0.4
target = 0.6

[governance]
g07 = { state = "signed", signer = "FG", evidence = "DPIA", signed_on = 2025-02-01, expires_on = 2027-01-01 }
"""
KPIS = load()
BEFORE_THE_KEYS = "6205ca60683b7b0119ce0700a24e233d085f137a7cadc59279c3ce8f7eb4a096"
DEPARTMENTS = ("c1", "c2", "c3", "c4", "d1", "d2")


def parsed(text: str) -> tuple[Pilot | None, tuple[Issue, ...]]:
    return read(text, "plan.toml", kpis=KPIS, departments=DEPARTMENTS)


def changed(old: str, new: str) -> str:
    assert old in PLAN
    return PLAN.replace(old, new)


def test_a_good_plan_is_read_whole() -> None:
    pilot, issues = parsed(PLAN)
    assert issues == ()
    assert pilot is not None
    assert pilot.starts == {"d1": date(2025, 9, 1), "d2": date(2025, 9, 1)}
    assert (pilot.primary.smallest_change, pilot.primary.scale) == (0.05, "relative")
    assert pilot.governance[0].expires_on == date(2027, 1, 1)
    assert (pilot.level, pilot.completeness_floor, pilot.extension.weeks) == (0.95, 0.9, 0)


def test_the_smallest_change_of_the_kpi_is_the_default() -> None:
    pilot, _ = parsed(changed('smallest_change = 0.05\nscale = "relative"\n', ""))
    assert pilot is not None
    assert pilot.primary.smallest_change == KPIS["note_time_enc"].smallest_change
    assert pilot.primary.scale == KPIS["note_time_enc"].smallest_change_scale


MISTAKES = {
    "two definitions of one family": (
        "run_in_weeks = 6",
        'run_in_weeks = 6\nsecondary = ["note_time8"]',
        "'note_time_enc' and 'note_time8' are two definitions of note_time, which no plan may mix",
    ),
    "not TOML": ("[name]", "[name", "not TOML"),
    "missing key": ('id = "ambient"\n', "", "'id' is missing"),
    "unknown key": ("run_in_weeks = 6", "run_in = 6", "line 4: There is no key 'run_in'"),
    "wrong type": ("run_in_weeks = 6", 'run_in_weeks = "six"', "line 4: 'run_in_weeks' cannot be 'six'"),
    "wrong word": ('scale = "relative"', 'scale = "percent"', "line 17: 'primary.scale' cannot be 'percent'"),
    "bad id": ('"ambient"', '"Ambient A"', "line 1: 'Ambient A' cannot be the id"),
    "unknown KPI": (
        '"note_time_enc"',
        '"note_time_en"',
        "line 15: There is no KPI 'note_time_en'. Known: note_time_enc",
    ),
    "unknown department": ("d2 = ", "d9 = ", "line 12: The data have no department 'd9'"),
    "unknown comparison": ('"c4"', '"c5"', "line 2: The data have no department 'c5'"),
    "no start": ("d1 = 2025-09-01\nd2 = 2025-09-01\n", "", "No department has a start date"),
    "start outside window": (
        "d1 = 2025-09-01",
        "d1 = 2027-09-01",
        "line 11: Department 'd1' starts on 01-09-2027",
    ),
    "start too late": (
        "d1 = 2025-09-01",
        "d1 = 2026-06-01",
        "line 11: The window ends before the run-in of 'd1'",
    ),
    "window backwards": ("2025-01-06, 2026-06-28", "2026-06-28, 2025-01-06", "line 3: The window must be"),
    "window of one day": ("2025-01-06, 2026-06-28", "2025-01-06", "line 3: The window must be"),
    "compared with itself": (
        '"c4"]',
        '"d1"]',
        "line 2: Department 'd1' is in the pilot and in the comparison",
    ),
    "named twice": ('"c4"]', '"c3"]', "line 2: Department 'c3' is named twice"),
    "excluded and there": (
        "[governance]",
        '[[excluded]]\ndepartment = "c1"\nreason = "x"\n\n[governance]',
        "Department 'c1' is excluded and takes part",
    ),
    "too sure with few departments": (
        "run_in_weeks = ",
        'inference = "cr1"\nrun_in_weeks = ',
        "'inference' cannot be 'cr1'",
    ),
    "margin of nothing": ("margin = 0.05", "margin = 0", "line 21: 'margin' must be more than 0, got 0"),
    "negative margin": (
        "margin = 0.05",
        "margin = -0.05",
        "line 21: 'margin' must be more than 0, got -0.05",
    ),
    "size of nothing": (
        "smallest_change = 0.05",
        "smallest_change = 0.0",
        "line 16: 'smallest_change' must be",
    ),
    "percent as number": ("smallest_change = 0.05", "smallest_change = 5", "must be less than 1, got 5"),
    "half a size": ('scale = "relative"\n', "", "line 14: Smallest change and scale belong together"),
    "one KPI in two roles": (
        '"icd_accuracy"',
        '"note_time_enc"',
        "line 20: KPI 'note_time_enc' has two roles",
    ),
    "share over 1": ("break_even = 0.4", "break_even = 40", "'break_even' must be from 0 to 1, got 40"),
    "level as percent": ("run_in_weeks = 6", "level = 95", "'level' must be from 0.5 to 0.999, got 95"),
    "negative run-in": ("run_in_weeks = 6", "run_in_weeks = -1", "'run_in_weeks' cannot be negative"),
    "unknown item": ("g07 =", "g99 =", "line 30: The checklist has no item 'g99'"),
    "expired before": ("expires_on = 2027", "expires_on = 2024", "'g07' expires before it was signed"),
    "chosen in no known way": (
        "run_in_weeks = 6",
        'selection = "handy"\nrun_in_weeks = 6',
        "line 4: 'selection' cannot be 'handy'",
    ),
    "unknown negative control": (
        "run_in_weeks = 6",
        'negative_control = "icd_accurac"\nrun_in_weeks = 6',
        "line 4: There is no KPI 'icd_accurac'. Known: icd_accuracy",
    ),
    "control that is decided on": (
        "run_in_weeks = 6",
        'negative_control = "icd_accuracy"\nrun_in_weeks = 6',
        "line 4: KPI 'icd_accuracy' has two roles",
    ),
    "unannounced and announced": (
        "run_in_weeks = 6",
        'secondary = ["pem"]\nunannounced = "pem"\nrun_in_weeks = 6',
        "line 5: KPI 'pem' has two roles",
    ),
    "unknown grade": (
        "run_in_weeks = 6",
        'minimum_grade = "E"\nrun_in_weeks = 6',
        "line 4: 'minimum_grade' cannot be 'E'",
    ),
    "unknown state": ('state = "signed"', 'state = "done"', "cannot be 'done'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_in_both_languages(name: str) -> None:
    old, new, expected = MISTAKES[name]
    pilot, issues = parsed(changed(old, new))
    errors = [issue for issue in issues if issue.level == "error"]
    assert pilot is None
    assert any(expected in issue.render("en") for issue in errors), [issue.render("en") for issue in errors]
    assert all(issue.where.startswith("plan.toml") for issue in errors)
    for issue in errors:
        assert issue.message.render("nl") != issue.message.render("en")


def test_every_problem_is_listed_at_once() -> None:
    text = PLAN
    for old, new in (("d2 = ", "d9 = "), ("margin = 0.05", "margin = -1"), ("g07", "g77"), ('"c4"', '"c3"')):
        text = text.replace(old, new)
    _, issues = parsed(text)
    assert len([issue for issue in issues if issue.level == "error"]) == 4


def test_a_duration_that_may_or_may_not_count_tool_time_cannot_be_primary() -> None:
    unknown = {**KPIS, "note_time_enc": replace(KPIS["note_time_enc"], counts_tool_time=None)}
    pilot, issues = read(PLAN, "plan.toml", kpis=unknown)
    assert pilot is None
    assert "cannot carry the verdict" in issues[0].render("en")
    guarded = (
        PLAN.replace("note_time_enc", "x").replace("icd_accuracy", "note_time_enc").replace('"x"', '"pem"')
    )
    assert read(guarded, "plan.toml", kpis=unknown)[0] is not None


def test_a_kpi_without_a_better_side_cannot_be_decided_on() -> None:
    neutral = {**KPIS, "icd_accuracy": replace(KPIS["icd_accuracy"], direction="neutral")}
    pilot, issues = read(PLAN, "plan.toml", kpis=neutral)
    assert pilot is None
    assert "line 20: KPI 'icd_accuracy' has no better side" in issues[0].render("en")


WARNINGS = {
    "no guardrail": (
        '[[guardrails]]\nkpi = "icd_accuracy"\nmargin = 0.05\nscale = "absolute"\n',
        "",
        "guards nothing",
    ),
    "few comparisons": ('["c1", "c2", "c3", "c4"]', '["c1"]', "Comparison departments: 1."),
    "short": ("d1 = 2025-09-01", "d1 = 2026-04-06", "'d1' has fewer than 10 weeks"),
    "unsigned signature": ('signer = "FG", evidence = "DPIA", ', "", "signed without a signer and evidence"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_is_allowed_but_unwise_is_a_warning(name: str) -> None:
    old, new, expected = WARNINGS[name]
    pilot, issues = parsed(changed(old, new))
    assert pilot is not None
    assert [issue.level for issue in issues] == ["warning"]
    assert expected in issues[0].render("en")


def test_departments_are_not_checked_before_there_are_data() -> None:
    pilot, issues = read(PLAN, "plan.toml", kpis=KPIS)
    assert pilot is not None
    assert issues == ()


def test_a_grade_that_no_such_pilot_can_reach_is_warned_of() -> None:
    pilot, issues = parsed('minimum_grade = "A"\n' + PLAN)
    assert pilot is not None
    assert [one.level for one in issues] == ["warning"]
    assert "drawn by lot" in issues[0].message.render("en")


def test_keys_that_came_later_enter_the_fingerprint_only_where_they_are_written() -> None:
    """The pinned fingerprint was made before the keys existed."""
    plain, _ = parsed(PLAN)
    keys = 'selection = "drawn"\nnegative_control = "pem"\nunannounced = "wow8"\nminimum_grade = "A"\n'
    whole, issues = parsed(keys + PLAN)
    assert issues == ()
    assert plain is not None
    assert whole is not None
    assert fingerprint(plain) == BEFORE_THE_KEYS
    assert (whole.selection, whole.negative_control, whole.unannounced) == ("drawn", "pem", "wow8")
    assert whole.minimum_grade == "A"
    others = [replace(whole, selection=None), replace(whole, minimum_grade=None), plain]
    assert len({fingerprint(one) for one in (whole, *others)}) == 4
    for one in (plain, whole):
        assert from_canonical(canonical(one)) == one
