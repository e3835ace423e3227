"""Questionnaires as data: their items, the range of an answer, and how answers become a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Unanswered: TypeAlias = Literal["refuse", "centre", "leave_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A scale of which the id is stored with each score; score = factor * sum of (answer - origin).

    low, high: range of an answer; `whole` if it is a whole number. reverse: items that count from the other
    end of the range. mean: the sum is divided by the number of answered items. cut: from this score on,
    someone counts (as burned out). unanswered: what an empty item does: the score is refused, or the item
    counts as the middle of the range, or it is left out of the mean. For the latter two at least half of the
    items must be answered, which is our own rule: the manuals give no limit.
    """

    id: str
    items: tuple[str, ...]
    low: float
    high: float
    source: str
    origin: float = 0.0
    factor: float = 1.0
    mean: bool = False
    whole: bool = True
    reverse: frozenset[str] = frozenset()
    unanswered: Unanswered = "refuse"
    cut: float | None = None


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}_{i}" for i in range(1, count + 1))


_TLX = ("mental", "physical", "temporal", "performance", "effort", "frustration")
_TASK_LOAD = ("mental", "physical", "temporal", "effort")
_EXHAUSTION = _numbered("exhaustion", 4)
_BURNOUT = (*_EXHAUSTION, *_numbered("disengagement", 6))
_PDQI = (
    "up_to_date",
    "accurate",
    "thorough",
    "useful",
    "organised",
    "comprehensible",
    "succinct",
    "synthesised",
    "consistent",
)
_HARRY = "Harry et al. 2021, Jt. Comm. J. Qual. Patient Saf. 47:76-85"
_TROCKEL = "Trockel et al. 2018, Acad. Psychiatry 42:11-24"

_ALL = (
    Scale(
        id="sus",
        items=_numbered("sus", 10),
        low=1,
        high=5,
        # Brooke: who cannot answer an item marks the centre point.
        source="Brooke 1996, in Jordan et al., Usability Evaluation in Industry",
        origin=1,
        factor=2.5,
        reverse=frozenset(f"sus_{i}" for i in range(2, 11, 2)),
        unanswered="centre",
    ),
    Scale(
        id="nasa_tlx_raw",
        items=_TLX,
        low=0,
        high=100,
        source="Hart and Staveland 1988; Hart 2006",
        mean=True,
        whole=False,
    ),
    Scale(
        id="ptl_0_400",
        items=_TASK_LOAD,
        low=0,
        high=100,
        source=_HARRY,
        whole=False,
    ),
    Scale(
        id="ptl_0_100",
        items=_TASK_LOAD,
        low=0,
        high=100,
        # The mean of the same four items, as later studies report it.
        source=_HARRY,
        mean=True,
        whole=False,
    ),
    Scale(
        id="mini_z_2_total",
        items=_numbered("mini_z", 10),
        low=1,
        high=5,
        # Version 2.0 codes every answer so that 5 is best.
        source="Linzer et al. 2022, J. Gen. Intern. Med. 37:2872-2878",
    ),
    Scale(
        id="mini_z_burnout",
        items=("burnout",),
        low=1,
        high=5,
        # From 1, no symptoms, to 5, wholly burned out: the reverse of the same item in the total.
        source="Rohland et al. 2004, Stress and Health 20:75-79",
        cut=3,
    ),
    Scale(id="pfi_exhaustion_0_4", items=_EXHAUSTION, low=0, high=4, source=_TROCKEL, mean=True),
    Scale(id="pfi_exhaustion_0_10", items=_EXHAUSTION, low=0, high=4, source=_TROCKEL, mean=True, factor=2.5),
    Scale(id="pfi_burnout_0_4", items=_BURNOUT, low=0, high=4, source=_TROCKEL, mean=True, cut=1.33),
    Scale(
        id="pfi_burnout_0_10",
        items=_BURNOUT,
        low=0,
        high=4,
        source=_TROCKEL,
        mean=True,
        factor=2.5,
        cut=3.33,
    ),
    Scale(
        id="pdqi_9",
        items=_PDQI,
        low=1,
        high=5,
        source="Stetson et al. 2012, Appl. Clin. Inform. 3:164-174",
    ),
)

SCALES: Mapping[str, Scale] = MappingProxyType({scale.id: scale for scale in _ALL})
"""Every scale by its id."""


def pem(items: tuple[str, ...]) -> Scale:
    """The mean of the items of a patient experience monitor from 1 to 10, which differ per version.

    An item that does not apply to a patient is left out of the mean.
    """
    return Scale(
        id="pem_mean",
        items=items,
        low=1,
        high=10,
        source="Patientervaringsmonitor, NVZ",
        mean=True,
        unanswered="leave_out",
    )
