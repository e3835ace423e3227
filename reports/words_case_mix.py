"""Why a value could not be standardised, in words."""

from core.language.text import N_, Text
from kpis.statistics.standardisation import NO_REFERENCE, STRATUM_WITHOUT_ROWS, Standardised

_REASONS = {
    STRATUM_WITHOUT_ROWS: N_("not standardised: groups with {weight:%0} of the reference have no rows here"),
    NO_REFERENCE: N_("not standardised: the reference has no rows"),
}


def not_standardised(found: Standardised, lang: str) -> str:
    """Why there is no standardised value; empty where there is one."""
    if found.reason is None:
        return ""
    return Text(_REASONS[found.reason], {"weight": found.missing_weight}).render(lang)
