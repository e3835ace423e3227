"""Every number the demo hospital is made of, with the study it leans on."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Sizes, baselines, spread and true effects. "Ours" marks a choice without a published source.

    Volumes per department and working week at rows = 1,000,000: ours, so that guardrails can be decided.
    note_*: log-normal minutes; the spread between and within clinicians is ours, levels as in UCLA (4.5 min)
        and Sutter (6.2 min). trend: fraction a week, ours.
    shock_*: AR(1) of the department-week on the log (logit for shares) scale, ours; other KPIs have
        `other_shock` times that spread.
    heavy_*, light_*: use per eligible visit and the effect on all of a clinician's notes once learned;
        together 9 % less note time at 65 % use (JAMA 2026: 10 % and concentrated in heavy users;
        UW-Madison: median use 65 %). visits: +1 % (JAMA 2026: +0.5 a week). After-hours work: no effect.
    null_use: vendor B is used (UCLA, second arm: 34 % of visits) but saves nothing.
    letters_*: discharge letters within 24 hours (66 % in a Dutch region), drafts used in 58.5 % (Dutch
        academic hospital, 2026). drafts_*: 58 % used (UMCG), reading longer and writing unchanged (UCSD).
    template_*: ICD coding accuracy from 79 to 35 % (UW-Madison's template change). pem_*: 1 to 10, ours.
    """

    rows: int = 1_000_000
    first_week: date = date(2025, 5, 19)
    weeks: int = 78

    sessions: float = 18.0
    visits: float = 178.0
    letters: float = 60.0
    messages: float = 44.0
    audits: float = 72.0
    surveys: float = 48.0
    patients: int = 2_600

    note_between_sd: float = 0.35
    note_within_sd: float = 0.50
    trend: float = -0.001
    season_amplitude: float = 0.015
    shock_rho: float = 0.5
    shock_sd: float = 0.05
    other_shock: float = 0.6

    outside_minutes: float = 34.0
    outside_sd: float = 0.7
    outside_none: float = 0.12

    learning_weeks: int = 5
    heavy_share: float = 0.55
    heavy_use: float = 0.85
    light_use: float = 0.40
    heavy_effect: float = -0.15
    light_effect: float = -0.01
    visits_effect: float = 0.01
    null_use: float = 0.36
    contaminated_share: float = 0.35

    letter_24h: float = 0.66
    letter_24h_after: float = 0.74
    letter_used: float = 0.585
    letter_spread: float = 1.1

    write_seconds: float = 150.0
    read_seconds: float = 45.0
    message_within_sd: float = 0.55
    message_between_sd: float = 0.25
    draft_offered: float = 0.9
    draft_used: float = 0.58
    read_effect: float = 0.15

    icd_accuracy: float = 0.79
    icd_broken: float = 0.35
    template_use: float = 0.9
    template_effect: float = -0.06
    breach_after_weeks: int = 12

    pem: float = 8.2
    pem_sd: float = 1.3

    outage_week: int = 57
    outage_departments: tuple[str, ...] = (
        "longziekten",
        "maag-darm-lever",
        "orthopedie",
        "oogheelkunde",
        "nefrologie",
        "oncologie",
    )

    @property
    def scale(self) -> float:
        """Volume relative to the full demo."""
        return self.rows / 1_000_000

    @property
    def patient_pool(self) -> int:
        """Patients of a department; a larger hospital has more of them, a smaller demo not fewer."""
        return round(self.patients * max(1.0, self.scale))
