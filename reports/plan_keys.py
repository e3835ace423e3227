"""What every key of a plan is for, by the path of its table."""

TITLES = {
    "": "The top of the file",
    "name": "`[name]`: what people call it",
    "primary": "`[primary]`: the KPI that carries the verdict",
    "guardrails[]": "`[[guardrails]]`: what may not get worse",
    "use": "`[use]`: the use of the tool",
    "extension": "`[extension]`: what a longer pilot may cost",
    "excluded[]": "`[[excluded]]`: departments kept out of the comparison",
    "costs": "`[costs]`: in euros",
    "governance{}": "`[governance]`: the checklist, g01 to g28",
}
MEANINGS = {
    ("", "id"): "The handle of the pilot everywhere: lower-case letters, digits and hyphens.",
    ("", "name"): "What people call it.",
    ("", "use_case"): "What the tool is for, such as `ambient_transcription`.",
    ("", "vendor"): "Who makes it.",
    ("", "starts"): "The pilot departments as the data name them, each with the day it starts.",
    ("", "comparison"): (
        "Departments without the tool. Without any only before and after can be compared, which never leads "
        "to scaling."
    ),
    ("", "primary"): "The KPI that carries the verdict.",
    ("", "guardrails"): "KPIs that may not get worse by more than a margin.",
    ("", "secondary"): "Ids of KPIs that are measured as well and decide nothing.",
    ("", "use"): "The use of the tool.",
    ("", "window"): "The first and the last day that count.",
    ("", "run_in_weeks"): "Weeks after a start that are shown and left out of the effect.",
    ("", "weighting"): "What counts alike: every department, or every encounter.",
    ("", "inference"): "How uncertainty is worked out; `auto` leaves it to Meetlat.",
    ("", "level"): "Of the intervals.",
    (
        "",
        "completeness_floor",
    ): "The share of department-weeks that must hold data before there is a verdict.",
    ("", "extension"): "What a longer pilot may cost; without it nothing is extended.",
    ("", "excluded"): "Departments kept out of the comparison.",
    ("", "costs"): "Of the tool.",
    ("", "governance"): "Where the checklist stands; scaling needs the items of its gate signed.",
    ("", "seed"): "Of what is drawn at random.",
    ("", "selection"): (
        "How the pilot departments were chosen: drawn by lot, volunteered, for doing worst or best, or for "
        "steady figures (`quiet`). Drawn lifts the evidence to A at best; `worst` and `best` lower it."
    ),
    ("", "negative_control"): (
        "Id of a KPI that the tool cannot change. Where it changes all the same something else is going on: "
        "the check fails and the evidence is lowered."
    ),
    ("", "unannounced"): (
        "Id of a KPI that the tool should change and that nobody was told is watched. Where it shows nothing "
        "being watched may explain the effect. For information."
    ),
    ("", "minimum_grade"): (
        "The least strength of evidence that a verdict to scale may stand on, see "
        "[its decision](../decisions/0013-evidence-grade.md). Without it weak evidence (C, D) is a proviso."
    ),
    ("name", "nl"): "In Dutch.",
    ("name", "en"): "In English.",
    ("primary", "kpi"): "Its id, see [KPIs](../kpis/README.md).",
    ("primary", "smallest_change"): (
        "The smallest change that matters, as a positive size: in the unit of the KPI, or a fraction where "
        "relative. Without it that of the KPI."
    ),
    ("primary", "scale"): "What that size is counted in; belongs with it.",
    ("guardrails[]", "kpi"): "Its id.",
    ("guardrails[]", "margin"): "By how much it may get worse at most, as a positive size.",
    ("guardrails[]", "scale"): "What the margin is counted in.",
    ("use", "kpi"): "Id of a KPI of use, a share.",
    ("use", "break_even"): "The share at which the tool pays for itself; below it nothing is scaled.",
    ("use", "target"): "The share that is aimed at.",
    ("extension", "weeks"): "Weeks that can be added.",
    ("extension", "departments"): "Departments that can be added.",
    ("excluded[]", "department"): "Its name in the data.",
    ("excluded[]", "reason"): "Why; it stands in the report.",
    ("costs", "monthly"): "What the tool costs a month.",
    ("governance{}", "state"): "How the item stands.",
    ("governance{}", "signer"): "The role of who signed.",
    ("governance{}", "evidence"): "On what.",
    ("governance{}", "signed_on"): "When.",
    ("governance{}", "expires_on"): "From when the signature no longer holds.",
}
