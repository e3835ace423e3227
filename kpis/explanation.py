"""Everything that stands behind one number: its definition, what was counted, and whence the rows came."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.period import Period
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.statement_text import Database

Status = Literal["value", "incomplete", "no_data", "suppressed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionVersion:
    """A version of a definition, when numbers were first made with it (ISO time) and who certified it."""

    kpi: Kpi
    recorded_at: str
    certified_by: str | None
    certified_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """A file that was taken in: the number of its batch in the ledger, its name, and when (ISO time)."""

    batch: int
    file: str
    loaded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A number and all that it rests on.

    measurement: None where no row of the KPI stands in the period. statements: the SQL that counts it, per
    database. files: those with rows of this department and period. last_refresh: the newest file with rows of
    the KPI's tables, whatever their department; None before the first. related: definitions by id, among
    which those of the KPI's family are named.
    """

    version: DefinitionVersion
    unit: str
    period: Period
    measurement: Disclosed[Measurement] | None
    statements: Mapping[Database, tuple[str, ...]]
    files: tuple[LoadedFile, ...]
    last_refresh: LoadedFile | None
    cube_version: str
    related: Mapping[str, Kpi]

    @property
    def kpi(self) -> Kpi:
        """The definition that made the number."""
        return self.version.kpi

    @property
    def shown(self) -> Measurement | None:
        """What may be shown; None where it is suppressed or there is nothing."""
        return self.measurement.value if self.measurement is not None else None

    @property
    def status(self) -> Status:
        """Whether there is a number, and if not why."""
        if self.measurement is not None and self.measurement.suppressed:
            return "suppressed"
        found = self.shown
        if found is None or found.value is None:
            return "no_data"
        return "value" if found.complete else "incomplete"
