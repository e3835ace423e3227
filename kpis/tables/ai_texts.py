"""Use of the tool, the texts it makes and what checking them found."""

from kpis.tables.table import CLINICIAN, PATIENT, Column, Table, clock, count, flag, key, moment, one_of, text


def _grade(name: str) -> Column:
    return Column(name=name, type="integer", minimum=1, maximum=5)


AI_TEXTS: tuple[Table, ...] = (
    Table(
        name="UsageEvent",
        description="One use of the tool; one row per stage that was reached.",
        columns=(
            key("event"),
            PATIENT,
            CLINICIAN,
            clock("happened_at"),
            one_of("task", "consult", "letter", "message", required=True),
            one_of(
                "outcome",
                *("offered", "opened", "edited", "used", "signed"),
                *("recording_started", "discarded", "failed", "consent_refused"),
                description="offered, opened, edited, used or signed; the other events are no stage of use",
                required=True,
            ),
            text("tool_version"),
        ),
    ),
    Table(
        name="Document",
        description="A text that the tool drafted; of the text itself only scores are kept.",
        columns=(
            key("document"),
            PATIENT,
            CLINICIAN,
            clock("drafted_at"),
            moment("opened_at", not_before="drafted_at"),
            moment("signed_at", not_before="opened_at"),
            text("kind", "note, letter or message"),
            Column(
                name="edit_distance",
                type="number",
                minimum=0,
                maximum=1,
                description="between draft and signed text; 0 is identical",
            ),
            text("edit_method", "how the distance was computed, such as umcu-3gram-draft"),
            flag("feedback", "a thumb or a score was given"),
            text("tool_version"),
        ),
    ),
    Table(
        name="TextReview",
        description="One review of one text by one rater.",
        columns=(
            key("review"),
            text("document"),
            PATIENT,
            key("clinician", "the rater; not one of the persons that the number is about"),
            clock("reviewed_on", "date", "day on which all raters of the text were done"),
            text("author", "ai or human", required=True),
            count("sentences", "sentences that were checked; 0 where they were not", required=True),
            count("unsupported", "of sentences: with content that has no source", at_most="sentences"),
            count("unsupported_major", "of unsupported: that could do harm", at_most="unsupported"),
            count(
                "items_in_reference",
                "clinically relevant items that ought to be in it; 0 where they were not listed",
                required=True,
            ),
            count("omitted", "of items_in_reference: left out", at_most="items_in_reference"),
            count("omitted_major", "of omitted: that could do harm", at_most="omitted"),
            count("major_errors", "errors that could do harm"),
            flag("trusted", "the rater would sign it"),
            _grade("completeness"),
            _grade("correctness"),
            _grade("conciseness"),
        ),
    ),
    Table(
        name="CodeAudit",
        description="A diagnosis code checked by a coder.",
        columns=(
            key("audit"),
            PATIENT,
            CLINICIAN,
            clock("audited_on", "date"),
            flag("correct", required=True),
        ),
    ),
    Table(
        name="Incident",
        description="A reported incident (VIM).",
        columns=(
            key("incident"),
            clock("reported_on", "date"),
            flag("ai_related", "a text of the tool played a part"),
            text("severity"),
        ),
    ),
)
