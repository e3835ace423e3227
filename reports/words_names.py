"""Names of verdicts, states, methods, checks, roles and reasons in plain words, method name after it."""

from typing import Literal

from core.language import N_, Text
from experiments.decision import State, Verdict
from experiments.estimate import CheckResult
from experiments.evaluation import KpiRole
from governance.access import LOCAL_OPERATOR
from governance.checklist import CHECKLIST

VERDICTS: dict[Verdict, str] = {
    "scale": N_("Scale"),
    "extend": N_("Extend"),
    "stop": N_("Stop"),
    "cannot_tell": N_("Cannot tell yet"),
}
STATES: dict[State, str] = {
    "met": N_("met"),
    "not_met": N_("not met"),
    "undecided": N_("not shown yet"),
    "not_assessed": N_("not assessed"),
}
CHECK_STATES: dict[bool | None, str] = {
    True: N_("in order"),
    False: N_("needs attention"),
    None: N_("for information"),
}
ROLES: dict[KpiRole, str] = {
    "primary": N_("carries the verdict"),
    "guardrail": N_("guardrail"),
    "secondary": N_("also measured"),
    "use": N_("use of the tool"),
}
DESIGNS: dict[str, str] = {
    "auto": N_("chosen by Meetlat"),
    "before-after": N_("Before and after, without comparison"),
    "difference-in-differences": N_("Pilot against comparison, before and after (difference-in-differences)"),
    "event-study": N_("Difference per four weeks (event study)"),
    "staggered": N_("Each department's own start against departments without the tool (staggered starts)"),
    "interrupted-time-series": N_("A line through the weeks, broken at the start (interrupted time series)"),
    "comparative-its": N_("A broken line against that of the comparison (comparative interrupted series)"),
    "callaway-santanna": N_("Every group of starters in every period (Callaway and Sant'Anna)"),
    "sun-abraham": N_("Event study for staggered starts (Sun and Abraham)"),
    "imputation": N_("What would have been, filled in from untreated weeks (imputation)"),
    "two-stage": N_("Effects of departments and weeks first, the tool second (two-stage)"),
    "etwfe": N_("A regression with every group of starters in every period (ETWFE)"),
    "synthetic-control": N_("Against a weighted mix of other departments (synthetic control)"),
    "synthetic-did": N_("Change against a weighted mix of departments and weeks (synthetic DiD)"),
    "stepped-wedge": N_("Departments start in a drawn order (stepped wedge)"),
    "cluster-randomised": N_("Whole departments drawn by lot (cluster randomised)"),
    "dose-response": N_("Effect of use, by the start of the department (dose-response)"),
    "volunteers": N_("All clinicians of departments where some chose to use the tool (volunteers)"),
    "rare-events": N_("Few events, counted before and after, pilot against comparison (exact test)"),
    "bacon": N_("The comparisons inside two-way fixed effects (Goodman-Bacon)"),
}
INFERENCES: dict[str, str] = {
    "auto": N_("chosen by Meetlat"),
    "scaled-ewc-t": N_("Scaled t over the weeks"),
    "iid": N_("As if every week were independent"),
    "hac": N_("Corrected for related weeks (HAC)"),
    "blocks-t": N_("Blocks of weeks (t)"),
    "waves-t": N_("Slow waves of the weeks (t)"),
    "arima": N_("Related weeks as an autoregression (ARIMA errors)"),
    "structural": N_("A level that wanders (structural model)"),
    "cr1": N_("Departments as clusters (CR1)"),
    "cr2": N_("Departments as clusters, few of them (CR2)"),
    "randomisation": N_("Swapping departments"),
    "randomisation-t": N_("Swapping departments (t)"),
    "collapse-t": N_("One change per department (t)"),
    "jackknife-t": N_("Leaving out one department at a time (t)"),
    "kenward-roger-t": N_("Mixed model, corrected for its estimated variances (Kenward-Roger t)"),
    "between-within-t": N_("Mixed model, degrees of freedom from the number of departments (t)"),
    "exact-conditional": N_("Exact, given how many events there were"),
    "mid-p-conditional": N_("Close to exact, given how many events there were (mid-p)"),
    "hc1": N_("Weeks of unequal noise (HC1)"),
    "hc2": N_("Weeks of unequal noise (HC2)"),
    "hc3": N_("Weeks of unequal noise (HC3)"),
    "cr3": N_("Departments as clusters, each left out once (CR3)"),
    "wild-bootstrap": N_("Turning signs of departments (wild cluster bootstrap)"),
    "pre-scaled-t": N_("One change per department, weighed by its own noise (t)"),
    "placebo-rank": N_("Rank among pretended pilots (placebo in space)"),
    "placebo-t": N_("Spread among pretended pilots (placebo variance, t)"),
    "analytic": N_("Large-sample error by department"),
    "multiplier-bootstrap": N_("Large-sample bootstrap by department"),
}
CHECKS: dict[str, str] = {
    "completeness": N_("Data complete"),
    "leave_one_department_out": N_("One department left out"),
    "leave_one_comparison_out": N_("One comparison department left out"),
    "placebo_rank": N_("Rank among pretended pilots"),
    "noise_ratio": N_("Noise of a like size"),
    "noise_shape": N_("Noise of a like kind"),
    "parallel_trends": N_("Moving together before the start"),
    "placebo_start": N_("Pretended start"),
    "trend_violation": N_("Trend difference that would undo the effect"),
    "anticipation": N_("Changed in advance"),
    "contamination": N_("Comparison departments changed too"),
    "gaps": N_("Missing periods"),
    "holiday_start": N_("Start in a holiday or vacation"),
    "joint_leads": N_("All differences before the start together"),
    "largest_pre_gap": N_("Largest difference before the start"),
    "novelty": N_("Effect that wears off"),
    "placebo_space": N_("Comparison departments as pretended pilot"),
    "regression_to_the_mean": N_("Dip or peak before the start"),
    "season_overlap": N_("Same months before and after"),
    "specification_curve": N_("Every way to compute it"),
    "volume_change": N_("Number of cases"),
    "measurement_change": N_("Same way of measuring"),
    "co_intervention": N_("Nothing else happened"),
    "composition": N_("Same kinds of cases"),
    "fixed_clinicians": N_("Same clinicians"),
    "negative_control": N_("KPI that the tool cannot change"),
    "hawthorne": N_("KPI that nobody was told of"),
    "selection": N_("How departments were chosen"),
}
EXCLUSIONS: dict[str, str] = {
    "above_scale": N_("answer above the scale"),
    "below_scale": N_("answer below the scale"),
    "cancelled": N_("cancelled"),
    "deceased": N_("deceased"),
    "form_left_open": N_("form left open"),
    "immature": N_("outcome not known yet"),
    "implausible": N_("implausible value"),
    "incomplete": N_("too few rows together"),
    "internal_transfer": N_("internal transfer"),
    "missing_value": N_("value missing"),
    "not_1_or_0": N_("neither 1 nor 0"),
    "other_definition": N_("counted by another definition"),
    "planned": N_("still to come"),
    "remote": N_("by phone, video or e-mail"),
    "unsigned": N_("not signed"),
}


def person_name(name: str, lang: str) -> str:
    """Somebody by name; who works on the machine itself has none."""
    return Text(N_("local operator")).render(lang) if name == LOCAL_OPERATOR.name else name


def verdict_word(verdict: Verdict, lang: str) -> str:
    """The word for a verdict: "Opschalen", "Verlengen", "Stoppen" or "Nog niet te zeggen"."""
    return Text(VERDICTS[verdict]).render(lang)


def state_word(state: State, lang: str, *, about: Literal["guardrail", ""] = "") -> str:
    """The state of a criterion; a guardrail that is not met is "crossed"."""
    if about == "guardrail" and state == "not_met":
        return Text(N_("crossed")).render(lang)
    return Text(STATES[state]).render(lang)


def check_state_word(check: CheckResult, lang: str) -> str:
    """The outcome of a check: "in orde", "aandacht" or "ter info"."""
    return Text(CHECK_STATES[check.passed]).render(lang)


def role_name(role: KpiRole, lang: str) -> str:
    """What a KPI does in the plan."""
    return Text(ROLES[role]).render(lang)


def design_name(design: str, lang: str) -> str:
    """The design in plain words."""
    return _named(DESIGNS, design, lang)


def inference_name(inference: str, lang: str) -> str:
    """The inference in plain words, the method's name after it."""
    return _named(INFERENCES, inference, lang)


def check_name(name: str, lang: str) -> str:
    """What a check looked at."""
    return _named(CHECKS, name, lang)


def exclusion_name(reason: str, lang: str) -> str:
    """Why rows were left out; a hospital's own reason code is shown as it stands."""
    return _named(EXCLUSIONS, reason, lang)


def item_names(ids: str, lang: str) -> str:
    """Names of checklist items from "g07,g09"; an unknown id is shown as it stands."""
    names = {item.id: item.title[lang] for item in CHECKLIST}
    found = [part.strip() for part in ids.replace(";", ",").replace(" ", ",").split(",") if part.strip()]
    return ", ".join(names.get(id_, id_.replace("_", " ")) for id_ in found)


def _named(names: dict[str, str], key: str, lang: str) -> str:
    return Text(names[key]).render(lang) if key in names else key.replace("_", " ")
