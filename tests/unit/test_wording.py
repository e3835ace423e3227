"""Words about results: every code has a sentence, and the answers read as agreed."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from core.language.text import Text
from experiments.answer import readable
from experiments.checks.leave_one_department_out import MESSAGE as LEFT_OUT
from experiments.checks.leave_one_department_out import UNCHANGED
from experiments.decision import (
    Change,
    ChangeCode,
    Criterion,
    CriterionCode,
    ReasonCode,
    State,
    Verdict,
)
from experiments.estimate import CheckResult
from experiments.options import DesignName, InferenceName
from experiments.rule.criteria import provided
from governance.disclosure_control import Persons, Policy, release
from kpis.catalogue import load
from reports import wording
from reports.wording import check_text
from reports.words_criteria import CRITERIA
from reports.words_decision import CHANGES
from reports.words_headline import FAILED, REASONS
from reports.words_names import DESIGNS, INFERENCES
from tests.pilot_reports import KPIS, View, not_estimable, views

VIEWS = views()
SCALE = VIEWS["scale"]
THIN = "\N{NARROW NO-BREAK SPACE}"


def test_every_code_of_the_rule_has_words() -> None:
    assert set(CRITERIA) == set(get_args(CriterionCode))
    assert set(CHANGES) == set(get_args(ChangeCode))
    assert set(REASONS) == set(get_args(ReasonCode))
    assert {code for code, sentence in REASONS.items() if not sentence} == set(FAILED)
    assert set(get_args(DesignName)) <= set(DESIGNS)
    assert set(get_args(InferenceName)) <= set(INFERENCES)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("code", "state"), list(product(get_args(CriterionCode), get_args(State))))
def test_every_criterion_reads_as_a_sentence(code: CriterionCode, state: State, language: str) -> None:
    about = {"items": "g07 g19", "share": "utilisation", "slope": "utilisation"}.get(
        CRITERIA[code].measure, "icd_accuracy" if code == "guardrail" else "note_time_enc"
    )
    criterion = Criterion(
        code=code, state=state, about=about, value=-0.04, interval=(-0.07, -0.01), threshold=0.03
    )
    if code == "evidence_grade":
        criterion = replace(criterion, value=3.0, interval=None, threshold=4.0)
    sentence = wording.criterion_text(criterion, SCALE, language)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "_" not in sentence
    assert wording.criterion_name(criterion, SCALE, language)
    if language == "nl":
        assert sentence != wording.criterion_text(criterion, SCALE, "en")


@pytest.mark.parametrize("state", get_args(State))
def test_what_a_verdict_to_scale_leans_on_is_named(state: State) -> None:
    """Also where it was looked at and is not shown."""
    made = SCALE.decision.value
    assert made is not None
    criteria = tuple(replace(one, state=state) if one.code == "bias" else one for one in made.criteria)
    decision = release(
        replace(made, criteria=criteria, provided=provided(criteria)),
        Persons(patients=99, staff=99),
        Policy(),
    )
    said = wording.headline(replace(SCALE, decision=decision), "en")
    assert ("equal results for every group" in said) is (state != "met")


@pytest.mark.parametrize("code", get_args(ChangeCode))
def test_every_change_reads_as_a_condition(code: ChangeCode) -> None:
    about = "g07 g19" if code == "sign_items" else "icd_accuracy"
    for value in (0.3, 1.0, 12.0):
        found = wording.change_text(Change(code=code, value=value, about=about), SCALE, "nl")
        assert found.startswith(("als ", "na ", "met "))
        assert "{" not in found


GOLDEN = {
    (
        "scale",
        "nl",
    ): "Verslagtijd per consult: −9,1 %. Dat is voorbij wat telt (−5,0 %). Alles wat wordt bewaakt, "
    "blijft binnen wat mag. Op voorwaarde dat ook dit in orde is: fouten in de teksten, gelijke werking voor "
    "elke groep.",
    (
        "scale",
        "en",
    ): "Note time per visit: −9.1%. That is past what matters (−5.0%). Every guardrail stays within "
    "what is allowed. Provided that this is in order as well: errors in the texts, equal results for every "
    "group.",
    ("no_effect", "nl"): "Verslagtijd per consult: +0,4 %. Een verbetering die telt (−5,0 %) is uitgesloten.",
    (
        "extend",
        "nl",
    ): "Ontslagbrief binnen 24 uur: +7,8 %-punt. Waarschijnlijk beter, maar nog niet zeker genoeg.",
    ("harm", "nl"): "Juiste diagnosecode is meer verslechterd dan mag: −44,0 %-punt (95 %: −45,6 tot −42,4; "
    "grens −3,0 %-punt).",
    (
        "too_uncertain",
        "nl",
    ): "Verslagtijd per consult: −6,0 %. Te onzeker, en een verlenging die u kunt betalen "
    "geeft waarschijnlijk geen uitsluitsel.",
    ("suppressed", "nl"): "Het effect wordt niet getoond: er staan te weinig personen achter.",
}


@pytest.mark.parametrize(("kind", "language"), GOLDEN)
def test_the_answer_of_each_kind_of_verdict(kind: str, language: str) -> None:
    assert wording.headline(VIEWS[kind], language).replace(THIN, " ") == GOLDEN[kind, language]


def test_what_cannot_be_estimated_says_why_and_gives_no_number_of_an_effect() -> None:
    found = wording.headline(VIEWS["not_estimable"], "en")
    assert found.startswith("The effect on Note time per visit cannot be estimated from these data.")
    assert not_estimable().reasons[0].message.render("en") in found
    assert "%" not in found


def test_what_leads_to_scale_is_one_sentence_and_time_is_another() -> None:
    ways = wording.ways_to_change(VIEWS["extend"], "nl")
    assert [verdict for verdict, _ in ways].count("scale") == 2
    last = dict(ways)["scale"]
    assert last.endswith("als het effect zo blijft.")
    assert " en met één extra afdeling" in last


def test_verdicts_are_the_agreed_words() -> None:
    assert [wording.verdict_word(verdict, "nl") for verdict in get_args(Verdict)] == [
        "Opschalen",
        "Verlengen",
        "Stoppen",
        "Nog niet te zeggen",
    ]


def test_numbers_read_as_people_write_them() -> None:
    note, letter = KPIS["note_time_enc"], KPIS["letter_24h"]
    assert wording.effect_text(-2.61, note, "absolute", "nl") == "−2,6 min per consult"
    assert wording.effect_text(-0.091, note, "relative", "nl") == f"−9,1{THIN}%"
    assert wording.effect_text(0.078, letter, "absolute", "nl") == f"+7,8{THIN}%-punt"
    assert wording.effect_text(0.078, letter, "absolute", "en") == "+7.8 percentage points"
    assert wording.interval_text((-3.4, -1.8), note, "absolute", "nl") == f"95{THIN}%: −3,4 tot −1,8"
    assert wording.interval_text((-0.11, -0.07), note, "relative", "en") == "95%: −11.0 to −7.0%"
    assert wording.value_text(0.66, letter, "nl") == f"66,0{THIN}%"
    assert wording.value_text(float("nan"), letter, "nl") == "–"
    assert wording.margin_text(2.0, KPIS["wow8"], "absolute", "nl") == "interval < +2,0"
    assert wording.margin_text(0.03, KPIS["icd_accuracy"], "absolute", "nl") == f"interval > −3,0{THIN}%-punt"


@pytest.mark.parametrize(
    ("p_value", "text"), [(0.0004, "p < 0,001"), (0.042, "p = 0,042"), (0.71, "p = 0,71"), (None, "")]
)
def test_p_values_have_three_decimals_at_most(p_value: float | None, text: str) -> None:
    assert wording.p_text(p_value, "nl") == text


def test_an_interval_without_a_bound_is_not_a_crash() -> None:
    infinite = (-float("inf"), float("inf"))
    assert wording.interval_text(infinite, KPIS["note_time_enc"], "absolute", "en") == "95%: −∞ to +∞"


def test_a_scale_without_guardrails_makes_no_claim_about_them() -> None:
    decision = SCALE.decision.value
    assert decision is not None
    bare = replace(
        decision, criteria=tuple(each for each in decision.criteria if each.code != "guardrail"), provided=()
    )
    view = View(
        pilot=SCALE.pilot,
        evaluation=SCALE.evaluation,
        decision=_released(bare),
        safety=SCALE.safety,
        kpis=SCALE.kpis,
        data_until=SCALE.data_until,
        is_demo=False,
    )
    assert "guardrail" not in wording.headline(view, "en")


def _released(decision):  # type: ignore[no-untyped-def]
    from governance.disclosure_control import Persons, Policy, release

    return release(decision, Persons(patients=400, staff=20), Policy())


def test_a_check_speaks_in_the_unit_of_its_kpi() -> None:
    share = load()["letter_24h"]
    told = {"department": "kno", "conclusion": Text(UNCHANGED)}
    between = {"low": readable(0.0983, "absolute"), "high": readable(0.116, "absolute"), **told}
    check = CheckResult(name="leave_one_department_out", passed=True, message=Text(LEFT_OUT, between))
    assert check_text(check, share, "absolute", "nl") == (
        "Zonder één afdeling ligt het effect tussen +9,83 %-punt en +11,6 %-punt; kno telt het zwaarst. "
        "Of er een effect is, verandert niet."
    )
    relative = {name: readable(0.1, "relative") for name in ("low", "high")} | told
    said = check_text(replace(check, message=Text(LEFT_OUT, relative)), share, "relative", "en")
    assert "+10.0%" in said
