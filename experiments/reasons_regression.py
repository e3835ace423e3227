"""Why a regression of counts, shares or a line over time cannot be fitted: one function per code."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def not_a_count(unit: str, period: str) -> Reason:
    """Poisson needs whole numbers from zero on."""
    return _reason(
        "not_a_count",
        N_("A count model needs whole numbers of zero or more; {unit} has another value in {period}."),
        N_("Name the column with the counts as outcome, or use the family gaussian."),
        unit=unit,
        period=period,
    )


def not_a_share(unit: str, period: str) -> Reason:
    """Binomial needs shares from 0 to 1."""
    return _reason(
        "not_a_share",
        N_("A model of shares needs values from 0 to 1; {unit} has another value in {period}."),
        N_("Name the column with the share as outcome, or use the family gaussian."),
        unit=unit,
        period=period,
    )


def exposure_missing() -> Reason:
    """A share without what it is out of."""
    return _reason(
        "exposure_missing",
        N_("A model of shares needs to know how many cases each share is out of."),
        N_("Name the column with the number of cases as exposure."),
    )


def exposure_without_family() -> Reason:
    """The Gaussian family takes no account of an exposure."""
    return _reason(
        "exposure_without_family",
        N_("An exposure was named, but the family gaussian takes no account of it."),
        N_("Ask for the family poisson or binomial, or leave the exposure out."),
    )


def no_settling() -> Reason:
    """Iteratively reweighted least squares runs away."""
    return _reason(
        "model_does_not_settle",
        N_("The model finds no answer: some part of the data has no events, or only events."),
        N_("Take longer periods, or leave out the departments without events."),
    )


def collinear_columns() -> Reason:
    """Terms that cannot be told apart."""
    return _reason(
        "collinear_terms",
        N_("The trend, the season and the change at the start cannot be told apart."),
        N_("Use more periods, or leave the season out."),
    )


def too_few_periods_for_terms(periods: int, terms: int, needed: int) -> Reason:
    """Three periods for each term of the line."""
    return _reason(
        "too_few_periods",
        N_("A line with {terms} terms needs {needed} complete periods; there are {periods}."),
        N_("Wait for more periods, or ask for fewer terms of season."),
        terms=terms,
        needed=needed,
        periods=periods,
    )


def season_without_calendar() -> Reason:
    """Whole-number periods have no place in the year."""
    return _reason(
        "season_without_calendar",
        N_("A season needs days, weeks or months; these periods are plain numbers."),
        N_("Write the periods as dates, weeks or months, or leave the season out."),
    )


def season_too_long(years: float, needed: float) -> Reason:
    """The panel does not show the year often enough."""
    return _reason(
        "season_too_long",
        N_("The data span {years:.1} years; this season needs {needed:.1}, or it is mistaken for a change."),
        N_("Load a longer period before the start, or leave the season out."),
        years=years,
        needed=needed,
    )


def unknown_season(season: str) -> Reason:
    """A season that is neither none, month nor fourier:K."""
    return _reason(
        "unknown_season",
        N_("'{season}' is not a season that can be fitted."),
        N_("Use none, month or fourier:K with K from 1 to 6."),
        season=season,
    )


def one_start_for_counts() -> Reason:
    """Counts against a comparison are fitted in one model, around one start."""
    return _reason(
        "several_starts",
        N_("The departments start at different times; counts against a comparison need one start."),
        N_("Evaluate each start apart, or use the family gaussian on rates."),
    )


def not_by_cell(inference: str) -> Reason:
    """Weights by encounters and groups of departments need a regression on all cells."""
    return _reason(
        "inference_not_available",
        N_("The inference '{inference}' counts each department once; it knows no weights and no groups."),
        N_("Ask for cr2 or cr3, or weigh departments equally and leave out the groups."),
        inference=inference,
    )


def carried_by_one_cell() -> Reason:
    """A cell that fits itself says nothing of its noise."""
    return _reason(
        "carried_by_one_cell",
        N_("The effect hangs on one department in one period, which leaves nothing to tell its noise from."),
        N_("Wait for more periods, or ask for another inference."),
    )


def endless_interval(inference: str) -> Reason:
    """The inference excludes nothing on a side."""
    return _reason(
        "endless_interval",
        N_("With so few departments '{inference}' excludes no effect at all on one side."),
        N_("Add departments, or choose another inference."),
        inference=inference,
    )


def one_pilot_to_rank() -> Reason:
    """A rank among pretended pilots is that of one department."""
    return _reason(
        "one_pilot_to_rank",
        N_("A rank among pretended pilots is for one pilot department; there are several."),
        N_("Ask for randomisation: it ranks the pilot departments together among all choices of as many."),
    )


def too_few_to_rank(rank: int, of: int, smallest: float) -> Reason:
    """Even the largest change of all would not reach the level."""
    return _reason(
        "too_few_to_rank",
        N_(
            "The change of the pilot department is number {rank} of {of} in size. With so few departments "
            "the smallest possible p-value is {smallest:.3}, so a rank can show nothing."
        ),
        N_("Add comparison departments, or leave the choice of inference to Meetlat (auto)."),
        rank=rank,
        of=of,
        smallest=smallest,
    )


def no_events(departments: str) -> Reason:
    """Without an event there is no ratio."""
    return _reason(
        "no_events",
        N_("These pilot departments have no events, or only events, so they have no ratio: {departments}."),
        N_("Take longer periods, use the family gaussian on rates, or leave these departments out."),
        departments=departments,
    )


def separation() -> Reason:
    """One of the four group-by-side totals holds no events: the ratio is zero or infinite."""
    return _reason(
        "separation",
        N_("One group has no events, or only events, on one side of the start, so there is no ratio."),
        N_("Take a longer window, or use the family gaussian on rates."),
    )


def trends_of_counts() -> Reason:
    """Differing trends are worked out for averages only."""
    return _reason(
        "setting_not_available",
        N_("How far an effect holds when trends differ is not worked out for models of counts or shares."),
        N_("Leave it out, or use the family gaussian on rates."),
    )
