"""What stands beside a payload on the command line, so that a command comes as far as looking at it."""

PILOT, KPI, UNIT = "good", "note_time_enc", "north"
REASON = "agreed by the board on its meeting of January"
ROWS, RESULT, WRITTEN = "rows.csv", "result.json", "out.csv"

THERE: dict[str, str] = {
    "pilot": PILOT, "kpi": KPI, "kpis": KPI, "unit": UNIT, "item": "g07", "department": UNIT, "objects": UNIT,
    "period": "2026-W03", "holder": "someone@example.test", "role": "manager", "mapping": "standard_form",
    "reason": REASON, "happened": REASON, "version": "2", "function": "board", "name": "A. de Vries",
    "evidence": "a letter", "by": "CMIO", "outcome": "minutes", "arm": "arm", "control": "usual",
    "time": "week", "first_treated": "first", "weights": "minutes", "value": "minutes", "output": WRITTEN,
    "out": WRITTEN, "standardise": "segment", "results": RESULT,
}  # fmt: skip
"""A parameter and what is there of it."""

HERE: dict[str, str] = {"estimate unit": "ward", "sources template name": "NoteSession"}
"""The same where a command means something else by a name."""

BESIDE: dict[str, tuple[str, ...]] = {
    "chart value": ("series",), "chart denominator": ("series", "value"), "chart order": ("series", "value"),
    "chart unit": ("kpi",), "chart kpi": ("unit",), "chart rebase": ("series", "value"),
    "chart exclude": ("series", "value"), "measure unit": ("kpis",), "measure purpose": ("kpis", "unit"),
    "measure reference": ("kpis", "standardise"), "measure pilot": ("kpis", "unit", "out"),
    "estimate strata": ("first_treated", "weights"), "estimate treated": (), "estimate": ("first_treated",),
    "governance sign": ("evidence",), "governance change": ("reason",), "people grant": ("objects",),
    "people withdraw objects": ("role",),
}  # fmt: skip
"""Parameters that a command, or one of its parameters, needs though they need not be given."""

TAKES_ANY = frozenset({
    "governance change reason", "governance change evidence", "governance phase reason",
    "governance sign name", "governance sign evidence", "governance sign reason", "incidents add happened",
    "incidents add action", "incidents add tool", "incidents change reason", "incidents change action",
    "kpis certify by", "measure purpose", "people grant holder", "people grant objects", "people grant name",
    "rebase add reason", "versions add version", "versions add tool", "versions add note",
})  # fmt: skip
"""Where any text may be written: it is stored as text, or refused for its length."""

GIVES_AN_ID = frozenset({"kpis copy new_id"})
"""Where a text that can be an id of a definition is one, as any other."""

SAYS_NONE = frozenset({"sessions revoke person"})
"""Where the answer to a name that is not there is that there were none."""
