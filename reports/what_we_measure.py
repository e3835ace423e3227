"""One page for the works council: what Meetlat measures, what it does not, and what keeps it so."""

from dataclasses import dataclass

from core.language.text import N_, Text
from reports.document import Document, Section

TITLE = N_("What we measure, and what we do not")
SUBTITLE = N_("For the works council, and for everybody whose work is in the numbers")
STATEMENT = N_(
    "Meetlat measures pilots with AI tools, not people. Every number about people is about a group: a "
    "department, or a part of its work, on a day or longer, with at least {staff} members of staff, "
    "{patients} patients and {answers} answers to a questionnaire behind it, as far as it is about them. "
    'Smaller groups are shown as "< {staff}" or "< {patients}".'
)
MEASURED = (
    N_("Time: how long notes, letters and messages take, also in the evening and on days off."),
    N_("Flow: how soon letters and replies are ready, how long visits and admissions take."),
    N_("Quality of texts: errors, omissions and codes that reviewers found in samples."),
    N_("Use: how often the tool is offered, used and corrected, and by which share of a department."),
    N_("Experience: answers to questionnaires of staff and patients, added up by department."),
    N_("Money: licences and other costs of the tool."),
)
NOT_MEASURED = (
    N_("No number about one member of staff or one patient, on any screen, in any file or report."),
    N_("No ranking of people. Departments are compared to judge the tool, not the people in them."),
    N_("No names, staff numbers or patient numbers: they become codes before a row is stored."),
    N_("No texts and no sound: what was written or said is not loaded, only times, counts and scores."),
    N_("No keystrokes, screens, cameras, places or movements."),
    N_("No judgement of how somebody functions: the program has no screen, list or export for it."),
)
KEPT_SO = (
    N_("The smallest groups are set by the hospital and hold for every role and every file alike."),
    N_("Inside, totals per coded member of staff and day are kept, because the certainty of a department's "
       "number depends on how many people it is about. No screen, file or report shows them, save the "
       "answer to a request of your own."),
    N_("A code still belongs to a person: whoever holds the hospital's key and a staff number can find the "
       "rows. So these remain personal data, and the key stands apart from the data and from its backups."),
    N_("You can ask the privacy officer what is held about you, or to have it erased; each is one command."),
    N_("Whoever uses Meetlat stands in its log by name: who looked, exported, signed or was refused, "
       "and when."),
    N_("What is measured changes only by a new version of a definition, which everybody can read."),
)  # fmt: skip
KEEP_FOREVER = N_("The hospital has set no end to how long rows are kept.")
KEEP_DAYS = N_("Rows are kept {days} days at most and then deleted by the program itself.")
HEADINGS = (N_("We measure"), N_("We do not measure"), N_("What keeps it so"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the installation chose. days: the longest that rows of any table are kept; None: without end."""

    patients: int
    staff: int
    answers: int
    days: int | None


def what_we_measure(limits: Limits) -> Document:
    """The page for this installation."""
    keep = Text(KEEP_DAYS, {"days": limits.days}) if limits.days else Text(KEEP_FOREVER)
    parts = (MEASURED, NOT_MEASURED, KEPT_SO)
    sections = tuple(
        Section(
            title=Text(title), points=tuple(map(Text, sentences)) + ((keep,) if sentences is KEPT_SO else ())
        )
        for title, sentences in zip(HEADINGS, parts, strict=True)
    )
    return Document(
        title=Text(TITLE),
        subtitle=Text(SUBTITLE),
        statement=Text(
            STATEMENT, {"staff": limits.staff, "patients": limits.patients, "answers": limits.answers}
        ),
        sections=sections,
    )
