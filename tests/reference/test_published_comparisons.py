"""Published tables and textbook examples of comparisons and of pooling, typed in.

Numbers are held to their last printed digit.
"""

import numpy as np
import pytest

from experiments.comparison.arm import Experiment, arm_of_rows
from experiments.comparison.comparing import compare
from experiments.comparison.result import Compared, ComparisonOptions
from experiments.inference.random_effects import hartung_knapp, paule_mandel, random_effects
from experiments.inference.survival import curve, log_rank


def compared(control, ours, given=(), **options) -> Compared:
    """control, ours: the columns of an arm by name."""
    arms = tuple(
        arm_of_rows(name, np.array(values, dtype=float), **columns)
        for name, (values, columns) in (("usual", control), ("tool", ours))
    )
    (found,) = compare(Experiment(arms=arms, given=frozenset(given)), ComparisonOptions(**options)).results
    assert isinstance(found, Compared), found
    return found


def binary(events, rows):
    return [1] * events + [0] * (rows - events), {}


# Fagerland, Lydersen and Laake 2017, "Statistical Analysis of Contingency Tables", chapter 4: high against
# standard doses of epinephrine (Perondi et al. 2004); a genotype and exfoliation (Ritland et al. 2007).
PERONDI, RITLAND = ((7, 34), (1, 34)), ((0, 16), (15, 72))


def test_shares_are_those_of_the_book_on_contingency_tables():
    found = compared(binary(*PERONDI[1]), binary(*PERONDI[0]), type="proportion")
    assert found.main.effect == pytest.approx(0.1765, abs=5.1e-5)
    assert found.also[0].interval == pytest.approx((0.0189, 0.3404), abs=5.1e-5)  # Newcombe's hybrid score
    ratio = compared(binary(*PERONDI[1]), binary(*PERONDI[0]), type="proportion", relative=True)
    assert ratio.main.effect == pytest.approx(7.0, abs=5.1e-5)
    assert ratio.main.interval == pytest.approx((1.2086, 43.0330), abs=5.1e-5)  # Miettinen and Nurminen


def test_no_event_in_one_arm_as_in_the_book():
    found = compared(binary(*RITLAND[1]), binary(*RITLAND[0]), type="proportion")
    assert found.main.effect == pytest.approx(-0.2083, abs=5.1e-5)
    assert found.main.interval == pytest.approx((-0.3164, -0.0056), abs=5.1e-5)


# Breast cancers and years of women with and without many X-rays of the chest: Rothman and Greenland 1998.
RADIATED, OTHERS = (41, 28010), (15, 19017)


def test_a_rate_ratio_of_one_row_an_arm_is_that_of_the_textbook():
    """R's `poisson.test` prints 1.855759 (1.005684 to 3.609300)."""
    rows = [
        ([events], {"denominator": np.array([years], dtype=float)}) for events, years in (OTHERS, RADIATED)
    ]
    found = compared(*rows, given=["denominator"], type="rate")
    assert found.main.effect == pytest.approx(1.855759, abs=5.1e-7)
    assert found.main.interval == pytest.approx((1.005684, 3.609300), abs=5.1e-7)
    assert [one.inference for one in found.also] == ["score"]  # nothing that needs a spread of rows
    assert "Each arm is one row" in found.warnings[0].render("en")
    assert "Elke groep is één rij" in found.warnings[0].render("nl")


def test_more_rows_of_the_same_events_give_the_same_rate_ratio():
    parts = [
        ([8, 7], {"denominator": np.array([9000.0, 10017.0])}),
        ([20, 0, 21], {"denominator": np.array([14000.0, 10.0, 14000.0])}),
    ]
    found = compared(*parts, given=["denominator"], type="rate")
    assert found.main.interval == pytest.approx((1.005684, 3.609300), abs=5.1e-7)
    assert not any("one row" in text.render("en") for text in found.warnings)


# Hours of sleep gained with two drugs by ten patients: Student 1908, table on p. 20.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_sleep_data_apart_and_paired():
    """As R's `t.test` prints them: Welch's t on 17.776 degrees, and a paired one on 9."""
    apart = compared((SECOND, {}), (FIRST, {}), type="mean").main
    assert apart.effect / apart.standard_error == pytest.approx(-1.8608, abs=5.1e-5)
    assert apart.degrees_of_freedom == pytest.approx(17.776, abs=5.1e-4)
    assert apart.p_value == pytest.approx(0.07939, abs=5.1e-6)
    assert apart.interval == pytest.approx((-3.3654832, 0.2054832), abs=5.1e-8)
    patient = {"cluster": [f"patient {number}" for number in range(10)]}
    paired = compared((SECOND, patient), (FIRST, patient), given=["cluster"], type="mean").main
    assert paired.effect / paired.standard_error == pytest.approx(-4.0621, abs=5.1e-5)
    assert (paired.degrees_of_freedom, paired.p_value) == pytest.approx((9, 0.002833), abs=5.1e-7)


def test_the_log_rank_of_freireichs_remissions():
    """Weeks without leukaemia (Freireich et al. 1963): 16.79, 9 against 19.25 expected (R's `survdiff`)."""
    placebo = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23.0])
    drug = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35.0])
    relapsed = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0.0])
    found = log_rank(curve(drug, relapsed), curve(placebo, np.ones(21)), 0.95)
    assert (found.effect / found.standard_error) ** 2 == pytest.approx(16.79, abs=5.1e-3)
    # The logarithm of the ratio of hazards is (O - E) / V with error 1 / sqrt(V).
    assert 9 - found.effect / found.standard_error**2 == pytest.approx(19.25, abs=5.1e-3)


CLASP = (  # Low-dose aspirin and pre-eclampsia, six trials: events and women, with aspirin and without
    np.array([5, 5, 12, 69, 9, 313.0]),
    np.array([156, 303, 565, 1570, 103, 4659.0]),
    np.array([8, 17, 9, 94, 11, 352.0]),
    np.array([74, 303, 477, 1565, 105, 4650.0]),
)


def test_aspirin_trials_are_those_of_dersimonian_and_kacker():
    """2007, tables 3 and 4: tau and average by restricted likelihood and by Paule and Mandel."""
    a, n, c, m = CLASP
    y, v = np.log(a * (m - c) / c / (n - a)), 1 / a + 1 / (n - a) + 1 / c + 1 / (m - c)
    found = random_effects(y, v, 0.95)
    # 1e-4: their REML stopped one unit of the last digit early.
    assert (np.sqrt(found.tau2), found.average.effect) == pytest.approx((0.1843, -0.2980), abs=1e-4)
    tau2 = paule_mandel(y, v)
    assert np.sqrt(tau2) == pytest.approx(0.3681, abs=5.1e-5)
    assert hartung_knapp(y, v, tau2, 0.95, floor=0.0).effect == pytest.approx(-0.3811, abs=5.1e-5)
    assert 1 / np.sqrt(np.sum(1 / (v + tau2))) == pytest.approx(0.2060, abs=5.1e-5)


# Teachers' expectancy, 19 studies: effect and its standard error.
# fmt: off
EXPECTANCY = np.array([
    (0.03, 0.125), (0.12, 0.147), (-0.14, 0.167), (1.18, 0.373), (0.26, 0.369), (-0.06, 0.103),
    (-0.02, 0.103), (-0.32, 0.22), (0.27, 0.164), (0.8, 0.251), (0.54, 0.302), (0.18, 0.223),
    (-0.02, 0.289), (0.23, 0.29), (-0.18, 0.159), (-0.06, 0.167), (0.3, 0.139), (0.07, 0.094),
    (-0.07, 0.174),
])
# fmt: on


def test_teachers_expectancy_is_that_of_raudenbush():
    """2009, pp. 83 to 86 and figure 2: spread, average, Q and each study drawn to the average."""
    found = random_effects(EXPECTANCY[:, 0], EXPECTANCY[:, 1] ** 2, 0.95)
    assert found.tau2 == pytest.approx(0.019, abs=5.1e-4)
    assert found.average.effect == pytest.approx(0.084, abs=5.1e-4)
    assert found.q == pytest.approx(35.83, abs=5.1e-3)
    drawn = [
        0.0543,
        0.1006,
        -0.0064,
        0.2144,
        0.1051,
        -0.0082,
        0.0174,
        -0.0293,
        0.1604,
        0.2485,
        0.1618,
        0.1102,
    ]
    drawn += [0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248]
    # 1e-4: tau2 as printed there stopped at 0.0188.
    assert found.shrunk == pytest.approx(drawn, abs=1e-4)
