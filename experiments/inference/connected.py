"""Whether unit and period effects can be compared with each other: do the cells hang together?"""

import numpy as np
from numpy.typing import NDArray


def connected(present: NDArray[np.bool_]) -> bool:
    """Whether the units and periods with any cell form one piece, a cell joining its unit and its period.

    present (U, T). Abowd, Creecy and Kramarz 2002: only effects within one piece can be compared. Without any
    cell there is no piece, so False.
    """
    cells = present[np.ix_(present.any(axis=1), present.any(axis=0))]
    if not cells.size:
        return False
    reached = cells[:1].any(axis=0)
    for _ in range(cells.shape[1]):
        wider = cells[(cells & reached).any(axis=1)].any(axis=0)
        if (wider == reached).all():
            break
        reached = wider
    return bool(reached.all())
