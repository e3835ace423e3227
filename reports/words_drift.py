"""A change of the ruler in words: what changed, since when, and what to do about it."""

from datetime import date

from core.language.text import N_, Text, Value
from kpis.quality.drift.finding import DetectorName, Finding, Reason, Status, Subject

DETECTORS: dict[DetectorName, str] = {
    "definition": N_("Definition"),
    "template": N_("Template"),
    "tool_version": N_("Tool version"),
    "case_mix": N_("Case mix"),
    "clock": N_("Hour of the day"),
    "full_hour": N_("Full hours"),
    "daylight_saving": N_("Summer time"),
    "unit": N_("Unit"),
    "volume": N_("Rows per day"),
    "gap": N_("Weeks without rows"),
}

STATES: dict[Status, str] = {
    "changed": N_("changed"),
    "steady": N_("the same"),
    "unknown": N_("not known"),
}

REASONS: dict[Reason, str] = {
    "too_few_weeks": N_("too few weeks with enough rows"),
    "never_filled": N_("the column is never filled"),
}

_SHARE = N_("since {since} the share of '{value}' is {after:%0} instead of {before:%0}")
_CHANGED: dict[DetectorName, str] = {
    "definition": _SHARE,
    "template": _SHARE,
    "tool_version": _SHARE,
    "case_mix": _SHARE,
    "clock": N_("since {since} the average time is {after:.1} h instead of {before:.1} h"),
    "full_hour": N_("since {since} {after:%0} of the times are full hours instead of {before:%0}"),
    "daylight_saving": N_("in summer the average time is {after:.1} h, in winter {before:.1} h"),
    "unit": N_("since {since} the median is {after:.2} instead of {before:.2}, about {value} times"),
    "volume": N_("since {since} there are {after:.1} rows per working day instead of {before:.1}"),
    "gap": N_("weeks with hardly any rows: {value}, the first from {since}"),
}
_HIDDEN = N_("changed since {since}; how much is not shown, too few persons stand behind it")
_HIDDEN_ALWAYS = N_("changed; how much is not shown, too few persons stand behind it")

REMEDIES: dict[DetectorName, str] = {
    "definition": N_("Ask the source what it counts now; periods before and after are not comparable."),
    "template": N_("Ask whether the template changes what is measured; note the day in the plan."),
    "tool_version": N_("Ask the vendor what changed; an effect may differ per version."),
    "case_mix": N_("Compare the standardised value (measure --standardise segment)."),
    "clock": N_("Ask the source whether its clock or time zone was changed."),
    "full_hour": N_("Ask whether times are typed in by hand now; durations then mean little."),
    "daylight_saving": N_("Set the time zone in the mapping: the source seems to write local time."),
    "unit": N_("Correct the unit in the mapping and load the files anew."),
    "volume": N_("Ask whether the department, the clinic hours or the extraction changed."),
    "gap": N_("Ask for the missing weeks and load them."),
}


def detector_name(detector: DetectorName, lang: str) -> str:
    """What a detector looks at."""
    return Text(DETECTORS[detector]).render(lang)


def status_word(status: Status, lang: str) -> str:
    """Such as "changed"."""
    return Text(STATES[status]).render(lang)


def reason_text(reason: Reason, lang: str) -> str:
    """Why nothing can be said."""
    return Text(REASONS[reason]).render(lang)


def finding_sentence(found: Finding, lang: str) -> str:
    """Such as "since 02-03-2026 the share of 'B' is 80% instead of 0%"; for changes only."""
    values: dict[str, Value] = {
        "since": found.since,
        "value": found.value or Text(N_("(empty)")),
        "before": found.before,
        "after": found.after,
    }
    return Text(_CHANGED[found.subject.detector], values).render(lang)


def hidden_sentence(since: date | None, lang: str) -> str:
    """The same where its numbers may not be shown."""
    return Text(_HIDDEN_ALWAYS if since is None else _HIDDEN, {"since": since}).render(lang)


def remedy_text(detector: DetectorName, lang: str) -> str:
    """What to do about a change."""
    return Text(REMEDIES[detector]).render(lang)


def subject_text(subject: Subject) -> str:
    """Such as "cardiologie · NoteSession.template"."""
    column = f".{subject.column}" if subject.column else ""
    return f"{subject.department} · {subject.table}{column}"


def drift_answer(changed: int, looked: int, lang: str) -> str:
    """The answer above the table of changes."""
    values: dict[str, Value] = {"changed": changed, "looked": looked}
    if not looked:
        return Text(N_("There are too few weeks of data to see whether the ruler changed.")).render(lang)
    if not changed:
        return Text(N_("The ruler did not change: {looked} series were looked at."), values).render(lang)
    return Text(N_("{changed} of {looked} series changed."), values).render(lang)
