"""How much of what could have been measured was measured."""

from dataclasses import dataclass
from typing import Literal

from kpis.kpi import Kpi
from kpis.measurements import Measurement

SURVEYS = "SurveyInvitation"
"""Where this table says what was expected, the share is a response rate."""

CoverageStatus = Literal["enough", "withheld", "warned", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The measured share of one measurement, beside the floor of its KPI (both from 0 to 1).

    share: None where nobody registered what was expected in that department and period; missing is not 0.
    status: withheld (below the floor, the period is not drawn), warned (below, drawn with a warning), enough,
    or unknown. is_response: the share is a response rate of a questionnaire.
    """

    share: float | None
    at_least: float
    status: CoverageStatus
    is_response: bool


def coverage(kpi: Kpi, measurement: Measurement) -> Coverage | None:
    """The coverage of a measurement; None where the KPI does not say what was expected.

    The share may pass 1: answers of a period can belong to invitations of the one before.
    """
    expected, share = kpi.expected, measurement.measured_share
    if expected is None:
        return None
    status: CoverageStatus = "unknown"
    if share is not None:
        below: CoverageStatus = "withheld" if expected.below == "withhold" else "warned"
        status = below if share < expected.at_least else "enough"
    return Coverage(
        share=share,
        at_least=expected.at_least,
        status=status,
        is_response=expected.table == SURVEYS,
    )
