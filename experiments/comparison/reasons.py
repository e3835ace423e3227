"""Why two arms cannot be compared: one function per code, each with its sentence and its remedy."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def one_arm(control: str) -> Reason:
    """Nothing beside the control."""
    return _reason(
        "one_arm",
        N_("There is only one arm with values ({control}), so there is nothing to compare it with."),
        N_("Name the column that says who was drawn to which arm."),
        control=control,
    )


def too_few_rows(arm: str, found: int, needed: int) -> Reason:
    """An arm too small to tell its spread."""
    return _reason(
        "too_few_rows",
        N_("Arm {arm} has {found} rows with a value; at least {needed} are needed."),
        N_("Wait for more rows."),
        arm=arm,
        found=found,
        needed=needed,
    )


def too_few_clusters(arm: str, found: int) -> Reason:
    """One cluster cannot tell its own noise from an effect."""
    return _reason(
        "too_few_clusters",
        N_("Arm {arm} has {found} clusters; at least 2 are needed to tell an effect from chance."),
        N_("Add clusters, such as departments or clinicians, to this arm."),
        arm=arm,
        found=found,
    )


def no_variation() -> Reason:
    """All values are the same."""
    return _reason(
        "no_variation",
        N_("The values within the arms do not vary, so chance cannot be judged."),
        N_("Check the column, or take a finer measure."),
    )


def no_variation_of_median() -> Reason:
    """So many equal values around both medians that their order statistics coincide."""
    return _reason(
        "no_variation",
        N_("The values around both medians are all the same, so chance cannot be judged."),
        N_("Compare means (--type mean) or order (--type ordinal)."),
    )


def no_events(upper: Text) -> Reason:
    """Nothing happened in either arm; how often it may happen all the same is a planning figure."""
    return _reason(
        "no_events",
        N_("No event was seen in either arm, so there is no effect to estimate. {upper}"),
        N_("Wait for more rows, or take a more frequent outcome."),
        upper=upper,
    )


def all_events() -> Reason:
    """Every row has the event in both arms."""
    return _reason(
        "all_events",
        N_("Every row of both arms has the event, so there is no effect to estimate."),
        N_("Wait for more rows, or take an outcome that differs between rows."),
    )


def no_events_in_control(upper: Text, *, of_rates: bool) -> Reason:
    """A ratio to zero."""
    return _reason(
        "no_events_in_control",
        N_("The control has no event, so nothing can be expressed relative to it. {upper}"),
        N_(
            "Compare the difference of the rates: --type ratio."
            if of_rates
            else "Compare on the absolute scale: leave out --relative."
        ),
        upper=upper,
    )


def baseline_covers_zero(control: str) -> Reason:
    """A relative effect needs something to be relative to."""
    return _reason(
        "baseline_covers_zero",
        N_(
            "The interval of the control's own value ({control}) does not lie above zero, so an effect "
            "relative to it has no meaning."
        ),
        N_("Compare on the absolute scale: leave out --relative."),
        control=control,
    )


def non_positive_values() -> Reason:
    """Logarithms do not exist for zero or less."""
    return _reason(
        "non_positive_values",
        N_("A relative difference of medians needs values above zero in every row."),
        N_("Compare on the absolute scale: leave out --relative."),
    )


def not_binary(value: float) -> Reason:
    """A share is of 0 and 1."""
    return _reason(
        "not_binary",
        N_("A share needs 0 or 1 in every row; there is a value {value}."),
        N_("Recode the outcome, or compare means (--type mean)."),
        value=f"{value:g}",
    )


def not_counts(value: float) -> Reason:
    """Events are whole and not negative."""
    return _reason(
        "not_counts",
        N_("A rate needs whole numbers of events of zero or more; there is a value {value}."),
        N_("Compare ratios of sums (--type ratio)."),
        value=f"{value:g}",
    )


def denominator_not_positive(arm: str) -> Reason:
    """Nothing to divide by."""
    return _reason(
        "denominator_not_positive",
        N_("The denominators of arm {arm} are not above zero."),
        N_("Correct the denominators, or leave these rows out."),
        arm=arm,
    )


def no_overlap() -> Reason:
    """Every value of one arm lies above every value of the other."""
    return _reason(
        "no_overlap",
        N_(
            "The arms do not overlap at all, or hold one value each: the error of an order cannot be "
            "estimated."
        ),
        N_("Compare means (--type mean) or medians (--type median)."),
    )


def not_read(setting: str, kind: str) -> Reason:
    """A setting that this kind of outcome would ignore."""
    return _reason(
        "setting_not_available",
        N_("A comparison of type '{kind}' does not read --{setting}."),
        N_("Leave out --{setting}, or choose another --type."),
        setting=setting,
        kind=kind,
    )


def not_together(first: str, second: str) -> Reason:
    """Two settings that exclude each other."""
    return _reason(
        "setting_not_available",
        N_("--{first} and --{second} cannot be used together."),
        N_("Leave out one of them."),
        first=first,
        second=second,
    )


def needed(setting: str, kind: str) -> Reason:
    """A setting without which this kind of outcome has no meaning."""
    return _reason(
        "setting_missing",
        N_("A comparison of type '{kind}' needs --{setting}."),
        N_("Add --{setting} COLUMN."),
        setting=setting,
        kind=kind,
    )


def rows_needed(kind: str) -> Reason:
    """Sums do not hold an order."""
    return _reason(
        "rows_needed",
        N_("A comparison of type '{kind}' needs the rows themselves; sums are not enough."),
        N_("Give a file with one row per person or contact."),
        kind=kind,
    )


def covariate_constant() -> Reason:
    """Nothing to adjust for."""
    return _reason(
        "covariate_constant",
        N_("The covariate does not vary within the arms, so it cannot adjust anything."),
        N_("Leave out --covariate, or name a column that was measured before the start."),
    )


def stratum_too_small(stratum: str, arm: str, found: int, needed: int) -> Reason:
    """A stratum in which the arms cannot be compared."""
    return _reason(
        "stratum_too_small",
        N_("Stratum '{stratum}' has {found} rows with a value in arm '{arm}'; at least {needed} are needed."),
        N_("Put small strata together before the comparison, without looking at the outcome."),
        stratum=stratum,
        arm=arm,
        found=found,
        needed=needed,
    )


def nothing_left_to_vary() -> Reason:
    """The covariate is the outcome itself, or the outcome does not vary."""
    return _reason(
        "no_variation",
        N_("Once adjusted for the covariate the values do not vary, so chance cannot be judged."),
        N_("Name a column that was measured before the start, not the outcome itself."),
    )


def margin_too_wide() -> Reason:
    """Worse than the margin is not possible, so anything would pass."""
    return _reason(
        "margin_too_wide",
        N_("With this margin no outcome could ever be too bad."),
        N_("Give a margin between 0 and 1, as a fraction."),
    )
