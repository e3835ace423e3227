"""Put the two pages of a printed report together."""

from core.language import N_, date_text
from reports.printed import Printed, say
from reports.printed_answer import answer
from reports.printed_evidence import evidence
from reports.report import PilotReport, locked_on


def printed(view: PilotReport, lang: str) -> Printed:
    """The report of one pilot in a language, every number as text."""
    pilot = view.pilot.pilot
    day = view.data_until
    subtitle = say(
        N_(
            "{pilots} pilot departments against {others} comparison departments · {vendor} · "
            "plan {version}, locked {locked} · data until {until}"
        ),
        lang,
        pilots=len(pilot.starts),
        others=len(pilot.comparison),
        vendor=pilot.vendor,
        version=view.pilot.version,
        locked=date_text(locked_on(view), lang),
        until=date_text(day, lang),
    )
    footer = say(
        N_("{pilot}, plan {plan}, data {cube}"),
        lang,
        pilot=pilot.id,
        plan=view.evaluation.plan_sha256[:12],
        cube=view.evaluation.cube_version,
    )
    return Printed(
        lang=lang,
        kind=say(N_("Pilot report"), lang),
        title=pilot.name(lang),
        subtitle=subtitle,
        mark=say(N_("Demo data"), lang) if view.is_demo else "",
        day=(day.year, day.month, day.day),
        answer=answer(view, lang),
        evidence=evidence(view, lang),
        footer=footer,
    )
