"""What is stored of an evaluation comes back as it was, sentences included."""

from dataclasses import replace
from datetime import date

from core.language.text import Text
from experiments.estimate import CheckResult
from tests.evaluations import estimate, evaluation
from workflows.evaluate import from_json, to_json


def test_a_date_in_a_sentence_stays_a_date() -> None:
    """A name that looks like a date stays a name."""
    sentence = Text(
        "Start of {department}: {start}.",
        {"department": "2026-02-09", "start": date(2026, 2, 9), "n": 3, "share": 0.5, "yes": True},
    )
    nested = Text("{sentence}", {"sentence": sentence})
    made = replace(estimate(-0.1, 0.03), checks=(CheckResult(name="selection", passed=None, message=nested),))
    back = from_json(to_json(evaluation(result=made)))
    message = back.primary.result.checks[0].message  # type: ignore[union-attr]
    assert message == nested
    assert message.render("nl").endswith("2026-02-09: 09-02-2026.")
