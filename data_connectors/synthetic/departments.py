"""The 24 departments of the demo hospital: what they do on average and which trial they take part in."""

from dataclasses import dataclass
from typing import Literal

Trial = Literal["ambient-a", "ambient-b", "letters", "drafts", "template", "contaminated", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department. note_minutes: mean per visit; size: volume relative to the average department."""

    id: str
    trial: Trial
    note_minutes: float
    size: float


def _of(trial: Trial, *rows: tuple[str, float, float]) -> tuple[Department, ...]:
    return tuple(Department(id=id_, trial=trial, note_minutes=m, size=s) for id_, m, s in rows)


DEPARTMENTS: tuple[Department, ...] = (
    *_of(
        "ambient-a",
        ("interne-geneeskunde", 7.4, 1.25),
        ("longziekten", 6.3, 1.05),
        ("reumatologie", 6.8, 0.95),
    ),
    *_of("ambient-b", ("neurologie", 7.6, 1.10), ("maag-darm-lever", 5.9, 1.05), ("dermatologie", 4.5, 1.15)),
    *_of(
        "letters",
        ("chirurgie", 4.9, 1.15),
        ("orthopedie", 4.7, 1.10),
        ("urologie", 5.1, 1.00),
        ("geriatrie", 9.0, 0.90),
    ),
    *_of(
        "drafts", ("gynaecologie", 5.4, 1.05), ("kindergeneeskunde", 6.1, 1.10), ("oogheelkunde", 4.6, 1.20)
    ),
    *_of("template", ("keel-neus-oorheelkunde", 4.8, 1.00), ("plastische-chirurgie", 5.0, 0.90)),
    *_of("contaminated", ("endocrinologie", 6.6, 0.90)),
    *_of(
        "none",
        ("cardiologie", 5.8, 1.20),
        ("hematologie", 6.9, 0.90),
        ("nefrologie", 6.7, 0.90),
        ("neurochirurgie", 5.6, 0.85),
        ("oncologie", 7.2, 1.05),
        ("psychiatrie", 8.8, 0.85),
        ("revalidatiegeneeskunde", 7.0, 0.85),
        ("vaatchirurgie", 5.2, 0.90),
    ),
)


def positions(trial: Trial) -> tuple[int, ...]:
    """Places in DEPARTMENTS of the departments in a trial."""
    return tuple(i for i, department in enumerate(DEPARTMENTS) if department.trial == trial)
