"""What every KPI of the catalogue says about itself."""

import re
from collections import Counter

import pytest

from core.language.catalogue import LANGUAGES
from kpis.catalogue import load
from kpis.kpi import Kpi
from reports.words_definition import OWNERS

LONGEST_QUESTION = 130
LONGEST_LABEL = 45
AVERAGED = ("duration", "mean", "ordinal")
SOURCE = re.compile(r"ours: \S|.*(19|20)\d\d|HASP|NHS|UMC|Olson|vendor log|NVZ")

CATALOGUE = load()
each_kpi = pytest.mark.parametrize("kpi", CATALOGUE.values(), ids=lambda kpi: kpi.id)


@each_kpi
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_question_is_one_sentence(kpi: Kpi, language: str) -> None:
    question = kpi.question[language]
    assert re.fullmatch(r"[A-Z][^?!]*[^?!. ]\?", question), question
    assert len(question) <= LONGEST_QUESTION
    assert len(kpi.label[language]) <= LONGEST_LABEL


@each_kpi
def test_both_languages_say_something_of_their_own(kpi: Kpi) -> None:
    assert kpi.question["nl"] != kpi.question["en"]


@each_kpi
def test_it_has_an_owner_a_source_and_a_theme(kpi: Kpi) -> None:
    assert kpi.owner in OWNERS
    assert SOURCE.match(kpi.source), kpi.source
    assert kpi.theme != "other"


@each_kpi
def test_the_smallest_change_says_where_it_comes_from(kpi: Kpi) -> None:
    assert kpi.smallest_change > 0
    assert re.match(r"ours: \S", kpi.smallest_change_source) or re.search(
        r"(19|20)\d\d", kpi.smallest_change_source
    )


@each_kpi
def test_a_value_of_a_row_has_a_plausible_range(kpi: Kpi) -> None:
    if kpi.statistic in AVERAGED:
        assert kpi.plausible is not None or any(one.where.operator == ">=" for one in kpi.exclusions)


@each_kpi
def test_time_in_the_ehr_says_whether_it_counts_the_tool(kpi: Kpi) -> None:
    if kpi.theme == "ehr_time" and kpi.display_scale == 1:
        assert kpi.counts_tool_time is not None


@each_kpi
def test_a_survey_knows_who_was_asked(kpi: Kpi) -> None:
    if kpi.denominator.table == "SurveyResponse" and kpi.theme == "people":
        assert kpi.expected is not None
        assert kpi.expected.where == kpi.denominator.where[:1]


def test_definitions_of_one_family_differ() -> None:
    seen = Counter((kpi.family, kpi.definition) for kpi in CATALOGUE.values() if kpi.family)
    assert [pair for pair, times in seen.items() if times > 1] == []
