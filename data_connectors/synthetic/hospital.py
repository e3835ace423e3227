"""Run the demo hospital once: with the pilots, or as it would have been without them."""

from dataclasses import dataclass

import numpy as np

from data_connectors.synthetic.clinics import encounters, sessions
from data_connectors.synthetic.ledger import costs, department_weeks, usage
from data_connectors.synthetic.letters import letters
from data_connectors.synthetic.messages import messages
from data_connectors.synthetic.notes import notes
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.quality import audits, surveys
from data_connectors.synthetic.world import Columns, World, build


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """A run: the world it was drawn in and its rows, by the name of their standard table."""

    world: World
    tables: dict[str, Columns]

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(len(columns["department"]) for columns in self.tables.values())


def simulate(parameters: Parameters, seed: int, *, effects: bool = True) -> Hospital:
    """One run. The same seed gives the same draws whether or not the pilots have effects."""
    world = build(parameters, seed, effects=effects)
    clinics = sessions(world)
    visits = encounters(world, clinics)
    due, received, written = letters(world), messages(world), notes(world, visits)
    return Hospital(
        world=world,
        tables={
            "Session": clinics,
            "Encounter": visits | {"note_signed_at": _signed(visits, written)},
            "NoteSession": written,
            "Letter": due,
            "Message": received,
            "UsageEvent": usage(visits, due, received),
            "CodeAudit": audits(world),
            "SurveyResponse": surveys(world),
            "CostLine": costs(world),
            "DepartmentWeek": department_weeks(world),
        },
    )


def _signed(visits: Columns, written: Columns) -> np.ndarray:
    """When the note of every visit was signed; NaT where it was not, or where there is none."""
    signed = np.full(len(visits["completed"]), np.datetime64("NaT", "s"))
    signed[visits["completed"]] = written["signed_at"]
    return signed
