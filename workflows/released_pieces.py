"""Before something is published: can anything small be computed from the weeks and months that are shown?

The gate never shows them so; this asks again by linear algebra, which knows nothing of the gate's rules.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from core.errors import UserError
from core.language.text import N_
from governance.disclosure_control import NOBODY, Persons, Policy, too_few
from governance.disclosure_control.auditor import Asked, Auditor, Told
from governance.disclosure_control.periods import Piece, Series, hidden, stretches
from kpis.kpi import Kpi
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.releasable import policies_of, series_of


def refuse_what_tells_of_few(
    workspace: Workspace, published: Cube, kpis: Mapping[str, Kpi], departments: Collection[str]
) -> None:
    """Raise UserError where a small piece of a week could be computed from the weeks and months shown."""
    policies = policies_of(workspace, kpis)
    series = series_of(published, policies, tuple(sorted(departments)), "month")
    for (kpi, department), own in series.items():
        if any(small_pieces(own, dict(policies)[kpi])):
            raise UserError(
                N_(
                    "What is shown of KPI '{kpi}' in department '{department}' would tell of too few persons."
                ),
                remedy=N_("Nothing was written. Report this: disclosure control has a fault."),
                kpi=kpi,
                department=department,
            )


def small_pieces(series: Series, policy: Policy) -> Iterator[Piece]:
    """The pieces with too few persons that follow from the weeks, stretches and months shown together."""
    pieces = sorted(piece for piece, persons in series.pieces.items() if persons.anybody)
    away = hidden([series], "month", policy)
    shown = [
        *({piece for piece in pieces if piece[0] in stretch} for stretch in stretches([series], policy)),
        *({piece for piece in pieces if piece[1] == month} for month in series.months if month not in away),
    ]
    cut = Counter(week for week, _ in pieces)
    persons = {
        (week, month): series.pieces[week, month] if cut[week] > 1 else series.weeks.get(week, NOBODY)
        for week, month in pieces
    }
    yield from told_by(shown, persons, policy)


def told_by(
    shown: Collection[Collection[Piece]], pieces: Mapping[Piece, Persons], policy: Policy
) -> Iterator[Piece]:
    """The small ones among some pieces that follow from the unions that are shown."""
    place = {piece: number for number, piece in enumerate(pieces)}
    told = [
        Told(cells=frozenset(place[piece] for piece in union), kind="count", value=0.0)
        for union in shown
        if union
    ]
    small = [piece for piece, persons in pieces.items() if too_few(persons, policy)]
    asked = [Asked(cells=frozenset([place[piece]]), kind="count") for piece in small]
    for piece, known in zip(small, Auditor(len(place), told).determines(asked), strict=True):
        if known:
            yield piece
