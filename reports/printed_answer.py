"""The first page of a report: the verdict, its reasons and what would change it."""

from core.language import N_, percent
from experiments.decision import Criterion, Decision
from experiments.estimate import Estimate, NotEstimable
from experiments.evaluation import PublishedResult
from governance.checklist import Gate
from reports.drawing_bars import effect_bar, margin_bar, standing, use_bar
from reports.figures import matters_label
from reports.palette import LIGHT
from reports.printed import (
    NOT_SHOWN,
    STATE_TONES,
    VERDICT_TONES,
    Answer,
    Badge,
    Card,
    Chapter,
    Drawn,
    Row,
    Tone,
    Way,
    say,
)
from reports.report import PilotReport, published_result
from reports.wording import (
    better_sign,
    criterion_measured,
    criterion_name,
    criterion_state,
    criterion_text,
    criterion_threshold,
    effect_text,
    headline,
    interval_text,
    item_names,
    label,
    midsentence,
    question_text,
    smallest_change_text,
    verdict_word,
    ways_to_change,
)
from reports.words_criteria import CRITERIA, QUESTIONS, Question, says_something

EFFECT_WIDTH, USE_WIDTH, MARGIN_WIDTH = 300.0, 130.0, 76.0
ITEMS_SHOWN = 8
NOTE = N_("This is Meetlat's verdict; the decision is for the steering group.")
TITLES: dict[Question, str] = {
    "works": N_("Effectiveness"),
    "safe": N_("Safety"),
    "used": N_("Use and value"),
    "believable": N_("Evidence"),
    "allowed": N_("Governance"),
}


def answer(view: PilotReport, lang: str) -> Answer:
    """The first page of a pilot's report."""
    decision = view.decision.value
    return Answer(
        verdict=verdict_badge(view, lang),
        headline=headline(view, lang),
        note="" if decision is None else say(NOTE, lang),
        cards=(_effect_card(view, lang), _use_card(view, lang)),
        columns=tuple(
            say(word, lang)
            for word in (N_("Criterion"), N_("Measured"), N_("Threshold"), N_("green: fine"), N_("State"))
        ),
        chapters=() if decision is None else _chapters(decision, view, lang),
        ways_title=say(N_("What would change the verdict"), lang),
        ways=tuple(
            Way(
                verdict=Badge(word=verdict_word(verdict, lang), shape=verdict, tone=VERDICT_TONES[verdict]),
                text=text,
            )
            for verdict, text in ways_to_change(view, lang)
        ),
        open_items=_open_items(view, lang),
    )


def verdict_badge(view: PilotReport, lang: str) -> Badge:
    """The verdict, or that it is not shown."""
    decision = view.decision.value
    if decision is None:
        word = say(N_("Not shown ({mark} persons)"), lang, mark=view.decision.mark)
        return Badge(word=word, shape="cannot_tell", tone="gray")
    return Badge(
        word=verdict_word(decision.verdict, lang),
        shape=decision.verdict,
        tone=VERDICT_TONES[decision.verdict],
    )


def _effect_card(view: PilotReport, lang: str) -> Card:
    published = view.evaluation.primary
    kpi = view.kpis[published.kpi]
    plan = view.pilot.pilot.primary
    matters = smallest_change_text(plan.smallest_change, kpi, plan.scale, lang)
    title = say(N_("Effect on {kpi}"), lang, kpi=midsentence(label(kpi, lang)))
    under = say(N_("Counts from {threshold}, locked before the start"), lang, threshold=matters)
    found = published.result.value
    if found is None:
        mark = published.result.mark
        return Card(title=title, number=mark, beside=say(NOT_SHOWN, lang, mark=mark), bar=None, under=under)
    if not isinstance(found.result, Estimate):
        words = say(N_("Cannot be estimated"), lang)
        return Card(title=title, number=words, beside=_reasons(found.result, lang), bar=None, under=under)
    result = found.result
    effect = effect_text(result.effect, kpi, plan.scale, lang)
    interval = interval_text(result.interval, kpi, plan.scale, lang, level=result.level)
    decision = view.decision.value
    tone = "gray" if decision is None else VERDICT_TONES[decision.verdict]
    stands = standing(result.effect, result.interval, plan.smallest_change, better_sign(kpi) or 1)
    counts = matters_label(plan.smallest_change, kpi, plan.scale, lang)
    bar = effect_bar(stands, getattr(LIGHT, tone), counts, lang, width=EFFECT_WIDTH)
    alt = say(
        N_("Effect {effect} ({interval}); it counts from {threshold}."),
        lang,
        effect=effect,
        interval=interval,
        threshold=matters,
    )
    return Card(title=title, number=effect, beside=interval, bar=Drawn(svg=bar, alt=alt), under=under)


def _reasons(result: NotEstimable | None, lang: str) -> str:
    if result is None:
        return ""
    return " ".join(f"{each.message.render(lang)} {each.remedy.render(lang)}" for each in result.reasons)


def _use_card(view: PilotReport, lang: str) -> Card:
    title = say(N_("Use of the tool"), lang)
    use = view.pilot.pilot.use
    published = next(iter(view.evaluation.by_role("use")), None)
    if use is None or published is None:
        words = say(N_("not in the plan"), lang)
        return Card(title=title, number="–", beside=words, bar=None, under="")
    needed = percent(use.break_even, 0, lang)
    under = say(
        N_("Pays for itself from {needed}; target {target}"),
        lang,
        needed=needed,
        target=percent(use.target, 0, lang),
    )
    found = published.result.value
    if found is None:
        mark = published.result.mark
        return Card(title=title, number=mark, beside=say(NOT_SHOWN, lang, mark=mark), bar=None, under=under)
    if found.use_value is None:
        return Card(title=title, number="–", beside=say(N_("no data"), lang), bar=None, under=under)
    share = percent(found.use_value, 0, lang)
    bar = use_bar(found.use_value, use.break_even, width=USE_WIDTH)
    alt = say(N_("Use is {share}; {needed} is needed."), lang, share=share, needed=needed)
    return Card(title=title, number=share, beside="", bar=Drawn(svg=bar, alt=alt), under=under)


def _chapters(decision: Decision, view: PilotReport, lang: str) -> tuple[Chapter, ...]:
    chapters = []
    for question in QUESTIONS:
        rows = tuple(
            _row(criterion, view, lang)
            for criterion in decision.criteria
            if CRITERIA[criterion.code].question == question and says_something(criterion)
        )
        if rows:
            title, asked = say(TITLES[question], lang), question_text(question, lang)
            chapters.append(Chapter(title=title, question=asked, rows=rows))
    return tuple(chapters)


def _row(criterion: Criterion, view: PilotReport, lang: str) -> Row:
    tone: Tone = STATE_TONES[criterion.state]
    shape: str = criterion.state
    if criterion.code == "effect_excludes_smallest_change":
        tone, shape = "red", "not_met"
    return Row(
        name=criterion_name(criterion, view, lang),
        measured=_measured(criterion, view, lang),
        threshold=criterion_threshold(criterion, view, lang),
        bar=_margin_bar(criterion, view, lang),
        state=Badge(word=criterion_state(criterion, lang), shape=shape, tone=tone),
    )


def _measured(criterion: Criterion, view: PilotReport, lang: str) -> str:
    if CRITERIA[criterion.code].measure == "items" and criterion.value:
        template = N_("{count} on red") if criterion.code == "governance_red" else N_("{count} open")
        return say(template, lang, count=round(criterion.value))
    return criterion_measured(criterion, view, lang)


def _margin_bar(criterion: Criterion, view: PilotReport, lang: str) -> Drawn | None:
    result = published_result(view, criterion.about)
    if criterion.code != "guardrail" or result is None or not result.threshold:
        return None
    if criterion.value is None or criterion.interval is None:
        return None
    sign = better_sign(view.kpis[result.kpi]) or 1
    stands = standing(criterion.value, criterion.interval, _size(result), sign)
    tone = STATE_TONES[criterion.state]
    svg = margin_bar(stands, getattr(LIGHT, tone), width=MARGIN_WIDTH)
    return Drawn(svg=svg, alt=criterion_text(criterion, view, lang))


def _size(result: PublishedResult) -> float:
    return abs(result.threshold or 1.0)


def _open_items(view: PilotReport, lang: str) -> str:
    gates_now = view.safety.gates
    lines = []
    red = gates_now.red
    if red:
        lines.append(say(N_("On red: {items}."), lang, items=_some(red, lang)))
    gates: tuple[tuple[Gate, str], ...] = (
        ("start", N_("Not signed, needed before the start: {items}.")),
        ("scale", N_("Not signed, needed before scaling: {items}.")),
    )
    for gate, template in gates:
        missing = tuple(item for item in gates_now.open(gate) if item not in red)
        if missing:
            lines.append(say(template, lang, items=_some(missing, lang)))
    return " ".join(lines)


def _some(ids: tuple[str, ...], lang: str) -> str:
    names = item_names(",".join(ids[:ITEMS_SHOWN]), lang)
    more = len(ids) - ITEMS_SHOWN
    return names if more <= 0 else say(N_("{names} and {more} more"), lang, names=names, more=more)
