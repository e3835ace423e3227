"""How often each inference on a difference-in-differences finds an effect where there is none.

    python -m tests.simulation.did_size --reps 1000

Regimes of tests.simulation.few_treated_size: A AR(1) 0.5; B AR(1) 0.8 and a random walk; C as A, pilot
departments twice as noisy. Counts: Poisson cells for departments of 20 to 200 cases a week, with AR(1) 0.5
shocks of 15 % of the rate; shares of the same cases. Nominal 5 %.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

import core  # noqa: F401 - one thread for numpy
from experiments import ratio_model, ratio_result
from experiments.contrast import change, contrast
from experiments.fixed_effects import BY_CELL, BY_CLUSTER, in_use
from experiments.inference.cluster_residuals import CarriedByOne
from experiments.inference.two_way import two_way
from experiments.inference.two_way_ratio import two_way_ratio
from experiments.one_start_inference import INFERENCES
from experiments.options import Options
from experiments.panel import NEVER, Panel
from experiments.window import Window, one_start, prepare
from tests.simulated_panels import weeks
from tests.simulation.evidence import FOLDER, stamp
from tests.simulation.few_treated_size import noise

DESIGNS = ((1, 9), (2, 8), (3, 9), (6, 6))
LENGTHS = (26, 104)
ON_CELLS = ("A", "B", "C")
ON_CHANGES = ("cr2", "jackknife-t", "hac", "blocks-t", "pre-scaled-t")
ONE_PILOT = ("iid", "hc1", "hc2", "hc3", "hac", "blocks-t", "pre-scaled-t")
P_VALUE = 0.05


def panel(outcome: np.ndarray, ours: int, exposure: np.ndarray | None = None) -> Panel:
    departments, periods = outcome.shape
    return Panel(
        units=tuple(f"d{number}" for number in range(departments)),
        periods=weeks(periods),
        outcome=outcome,
        weights=np.ones_like(outcome),
        first_treated=np.where(np.arange(departments) < ours, float(periods // 2), NEVER),
        exposure=exposure,
    )


def counted(family: str, ours: int, others: int, length: int, rng: np.random.Generator) -> Panel:
    treated = np.arange(ours + others) < ours
    cases = np.round(np.exp(rng.uniform(np.log(20), np.log(200), (len(treated), 1))) * np.ones(length))
    shocks = 0.15 * noise("A", treated, length, rng) + 0.1 * rng.normal(size=length)
    if family == "poisson":
        return panel(rng.poisson(cases * 0.3 * np.exp(shocks)).astype(float), ours, cases)
    share = 1 / (1 + np.exp(0.8 - shocks))
    return panel(rng.binomial(cases.astype(int), share) / cases, ours, cases)


def p_values(made: Panel) -> dict[str, float]:
    """Of every inference on averages."""
    options = Options()
    fit = two_way(made.outcome, in_use(made), np.ones_like(made.outcome))
    window = prepare(made, options)
    assert isinstance(window, Window)
    data, values = one_start(window), contrast(window, change(window))
    alone = made.treated.sum() == 1
    return {
        name: by(fit, np.arange(len(made.units)), options).p_value
        for name, by in (BY_CELL | BY_CLUSTER).items()
        if name in ONE_PILOT or not alone
    } | {
        name: INFERENCES[name](data, values, options).p_value
        for name in ON_CHANGES
        if name in ONE_PILOT or not alone
    }


def p_values_of_counts(made: Panel, family: str) -> dict[str, float]:
    """Of every inference on counts or shares."""
    model = ratio_model.ratio_model(made, Options(family=family))  # type: ignore[arg-type]
    ratio = two_way_ratio(model.data)
    found = {}
    for name, by in ratio_result.INFERENCES.items():
        try:
            found[name] = by(ratio, model, 0.95).p_value
        except CarriedByOne:
            continue
    return found


def cell(regime: str, length: int, ours: int, others: int, reps: int, seed: int) -> dict[str, Any]:
    """Rejections in per cent."""
    rng = np.random.default_rng([seed, sum(map(ord, regime)), ours, others, length])
    treated = np.arange(ours + others) < ours
    found: Counter[str] = Counter()
    for _ in range(reps):
        if regime in ON_CELLS:
            p = p_values(panel(10 + noise(regime, treated, length, rng), ours))
        else:
            p = p_values_of_counts(counted(regime, ours, others, length, rng), regime)
        found.update({name: int(value < P_VALUE) for name, value in p.items()})
    rates = {name: round(100 * count / reps, 1) for name, count in found.items()}
    return {"regime": regime, "design": f"{ours}/{others}", "periods": length, **rates}


def cells(reps: int, seed: int) -> Iterator[dict[str, Any]]:
    for regime in (*ON_CELLS, "poisson", "binomial"):
        for length in LENGTHS:
            for ours, others in DESIGNS:
                if ours > 1 or regime in ON_CELLS:
                    yield cell(regime, length, ours, others, reps, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = []
    for one in cells(given.reps, given.seed):
        found.append(one)
        print(json.dumps(one), flush=True)
    write(found, given.reps, given.seed)


def write(found: list[dict[str, Any]], reps: int, seed: int) -> None:
    """Averages apart from counts and shares: other inferences are offered for them."""
    report = stamp(
        f"python -m tests.simulation.did_size --reps {reps} --seed {seed}",
        "rejections of no effect at nominal 5 % by a difference-in-differences, in percent; "
        "design: pilot / comparison departments",
    )
    report |= {"reps": reps, "monte_carlo_error_at_5_percent": round(100 * float(np.sqrt(0.0475 / reps)), 2)}
    for name, averages in (("averages", True), ("counts_and_shares", False)):
        rows = [one for one in found if (one["regime"] in ON_CELLS) == averages]
        columns = sorted({column for one in rows for column in one}, key=_place)
        report[name] = [{column: one.get(column) for column in columns} for one in rows]
    (FOLDER / "did_size.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _place(column: str) -> int:
    known = ("regime", "design", "periods", *BY_CELL, *BY_CLUSTER, *ON_CHANGES)
    return known.index(column)


if __name__ == "__main__":
    main()
