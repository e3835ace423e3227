"""Which tests look after which module, the quickest first; who survives one round meets the next.

A round is what pytest is told.
"""

GATE = "governance.disclosure_control"
RULES = "tests/unit/test_disclosure_rules.py"
DOMINANCE = "tests/unit/test_dominance.py"
AMOUNTS = ("tests/properties/test_person_amounts.py", DOMINANCE)
HISTORIES = "tests/properties/test_what_is_shown_of_all_periods.py"
PRINTED = ("tests/architecture/test_documentation.py", "-k", "rights")
LOG = "tests/integration/test_audit_log.py"
READING = "tests/integration/test_audit_log_reading.py"
ANCHORS = "tests/integration/test_audit_anchors.py"
GUARDS = "tests/integration/test_audit_guards.py"
PEOPLE = ("tests/integration/test_people.py", "tests/integration/test_people_kept.py")
LEAVERS = "tests/integration/test_leavers.py"
TYPED = "tests/integration/test_people_command.py"
ASKED = "tests/integration/test_asked_on_both_databases.py"
KEPT = "tests/integration/test_sessions_kept.py"
SIGNED_IN = "tests/integration/test_sign_in_written.py"
WRITTEN = "tests/integration/test_events_written.py"
HANDED_OUT = ("tests/integration/test_log_handed_out.py", "tests/integration/test_log_verified.py")
ON_SQLITE = (LOG, "-k", "not postgres")
ON_BOTH = (LOG, "tests/integration/test_auditing.py")
EVALUATED = (
    "tests/unit/test_published_evaluation.py",
    "tests/unit/test_own_thresholds.py",
    "tests/unit/test_rows_left_out.py",
)
SHOWN = ("tests/integration/test_persons_of_pieces.py", "tests/integration/test_disclosure_audit.py")
PUT_DOWN = "tests/integration/test_working_folder.py"

TESTS: dict[str, tuple[tuple[str, ...], ...]] = {
    f"{GATE}.gate": ((RULES, DOMINANCE, "tests/unit/test_governance.py"),),
    f"{GATE}.policy": ((RULES, DOMINANCE, "tests/unit/test_governance.py"),),
    f"{GATE}.periods": ((RULES,), ("tests/unit/test_pieces_of_weeks.py",), (HISTORIES,)),
    f"{GATE}.groups": (("tests/unit/test_disclosure_groups.py",),),
    f"{GATE}.margins": (("tests/unit/test_disclosure_margins.py",), (HISTORIES,)),
    f"{GATE}.answers": ((RULES,),),
    f"{GATE}.rounding": ((RULES,),),
    f"{GATE}.auditor": (("tests/unit/test_disclosure_auditor.py",),),
    "kpis.person_amounts": (AMOUNTS, ("tests/integration/test_push_down.py", "-k", "not postgres")),
    "governance.access": (("tests/unit/test_rights.py",), ("tests/integration/test_row_security.py",)),
    "governance.policy": (("tests/unit/test_rights.py",), PRINTED),
    "governance.audit": (("tests/unit/test_audit.py",), ON_SQLITE, ON_BOTH),
    "governance.audit_anchor": (("tests/unit/test_audit.py",), ON_SQLITE, ON_BOTH),
    "storage.audit_log": ((READING,), (GUARDS,), ON_SQLITE, ON_BOTH),
    "storage.audit_log_groups": (ON_SQLITE, ON_BOTH),
    "storage.audit_anchors": ((ANCHORS,), ON_SQLITE, ON_BOTH),
    "storage.audit_triggers": ((GUARDS,), ON_SQLITE, ON_BOTH),
    "storage.row_security": (("tests/integration/test_row_security.py",), (READING,)),
    "workflows.people": ((*PEOPLE, LEAVERS), (TYPED,), (ASKED,)),
    "storage.people": ((*PEOPLE, LEAVERS),),
    "storage.sessions": ((KEPT, SIGNED_IN),),
    "governance.sessions": (("tests/unit/test_sessions.py",),),
    "workflows.auditing": ((WRITTEN,), (ASKED,)),
    "governance.audit_events": (("tests/unit/test_audit_events.py",),),
    "workflows.sign_in": ((SIGNED_IN, "tests/integration/test_sign_in.py"),),
    "workflows.audit_log": ((*HANDED_OUT, "-k", "not postgres"), HANDED_OUT),
    "storage.late_changes": (("tests/integration/test_late_changes.py",),),
    "web.claims": (("tests/unit/test_web_claims.py",),),
    "web.downloads": (("tests/unit/test_downloads.py",),),
    "web.sessions": (("tests/integration/test_session_layer.py",),),
    "workflows.as_known": (("tests/integration/test_known_on.py",),),
    "workflows.releasable": (
        ("tests/integration/test_releasable.py",),
        ("tests/integration/test_dominated_weeks.py",),
        SHOWN,
    ),
    "workflows.disclosing": ((*EVALUATED,),),
    "core.stopping": (("tests/unit/test_stopping.py",),),
    "storage.working_folder": ((PUT_DOWN, "-k", "not process and not an_intake"), (PUT_DOWN,)),
    "data_connectors.time_layout": (("tests/unit/test_time_layout.py",),),
    "data_connectors.plain_times": (("tests/unit/test_times_of_a_column.py",),),
    "data_connectors.clock_hours": (("tests/unit/test_clock_hours.py",),),
    "data_connectors.text_buffers": (("tests/unit/test_text_buffers.py",),),
    "data_connectors.known_texts": (("tests/unit/test_known_texts.py",),),
    "data_connectors.plain_rows": (("tests/unit/test_rows_told_apart.py",),),
    "data_connectors.plain_columns": (("tests/unit/test_plain_columns.py",),),
    "data_connectors.filling": (("tests/unit/test_filling.py",),),
    "governance.pseudonym_columns": (("tests/unit/test_pseudonym_columns.py",),),
}
