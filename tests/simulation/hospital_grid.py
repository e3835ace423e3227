"""Which hospitals are simulated: sixty cells one factor at a time, a hundred by Latin hypercube, and beyond.

Beyond are the regimes of which the literature on few treated departments says nothing.
"""

from dataclasses import replace

from scipy.stats import qmc

from tests.simulation.hospitals import Hospital

BASE = Hospital()

VARIED: tuple[dict[str, object], ...] = (
    {},
    *({"treated": count} for count in (1, 2, 4, 5, 6, 7, 8)),
    *({"controls": count} for count in (2, 3, 4, 5, 6, 10, 12, 16, 20)),
    *({"before": b, "after": a} for b, a in ((13, 13), (26, 26), (52, 26), (26, 52), (78, 26), (52, 12))),
    *({"memory": memory} for memory in (0.0, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8)),
    *({"drift": drift} for drift in (0.02, 0.05, 0.1, 0.2)),
    *({"pilot_noise": ratio} for ratio in (0.5, 0.7, 1.5, 2.0, 3.0)),
    *({"spread": spread} for spread in (0.25, 0.5, 1.0)),
    *({"volumes": ratio} for ratio in (3.0, 10.0, 30.0)),
    *({"kind": kind} for kind in ("heavy", "count", "share", "duration")),
    *({"season": amplitude} for amplitude in (0.5, 1.0, 2.0)),
    *({"starts": count} for count in (2, 3)),
    {"contaminated": 1},
    {"treated": 1, "pilot_noise": 2.0},
    {"treated": 1, "pilot_noise": 0.5},
    {"treated": 1, "controls": 5},
    {"treated": 2, "controls": 6, "memory": 0.8},
    {"treated": 6, "controls": 6},
)

BEYOND: tuple[dict[str, object], ...] = (
    *({"pilot_memory": memory} for memory in (0.0, 0.8)),
    *({"pilot_drift": drift} for drift in (0.05, 0.1)),
    *({"missing": weeks} for weeks in (5, 15, 30)),
    {"quiet": True},
    {"quiet": True, "spread": 0.5},
    {"starts": 3, "pilot_noise": 2.0},
    {"starts": 3, "spread": 0.5},
    {"starts": 3, "memory": 0.8},
    {"treated": 2, "starts": 2},
    {"treated": 6, "starts": 3, "controls": 6},
)

KINDS = ("gaussian", "heavy", "count", "share", "duration")
LENGTHS = ((13, 13), (26, 26), (52, 52))
RATIOS = (1.0, 0.5, 2.0)


def one_at_a_time() -> dict[str, Hospital]:
    """The sixty cells by name."""
    return {_named(change): replace(BASE, **change) for change in VARIED}  # type: ignore[arg-type]


def beyond() -> dict[str, Hospital]:
    """Pilots that differ from the others in memory or drift, weeks lost, pilots chosen, staggered dates."""
    return {_named(change): replace(BASE, **change) for change in BEYOND}  # type: ignore[arg-type]


def hypercube(cells: int = 100, seed: int = 2026) -> dict[str, Hospital]:
    """Cells that vary everything at once; the same for the same seed."""
    drawn = qmc.LatinHypercube(d=11, rng=seed).random(cells)
    return {f"cube {number:03d}": _at(point.tolist()) for number, point in enumerate(drawn)}


def _at(point: list[float]) -> Hospital:
    before, after = LENGTHS[_pick(point[2], len(LENGTHS))]
    treated = 1 + _pick(point[0], 8)
    staggered = point[9] > 0.75 and treated > 1
    return Hospital(
        treated=treated,
        controls=2 + _pick(point[1], 19),
        before=before,
        after=after,
        memory=0.8 * point[3],
        drift=0.05 * max(0.0, 2 * point[4] - 1),
        pilot_noise=RATIOS[_pick(point[5], len(RATIOS))],
        spread=0.5 * max(0.0, 2 * point[6] - 1),
        volumes=1 + 9 * max(0.0, 2 * point[7] - 1),
        kind=KINDS[_pick(point[8], len(KINDS))],  # type: ignore[arg-type]
        starts=min(treated, 3) if staggered else 1,
        season=2 * max(0.0, 2 * point[10] - 1),
    )


def _pick(share: float, count: int) -> int:
    return min(int(share * count), count - 1)


def _named(change: dict[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in change.items()) or "base"
