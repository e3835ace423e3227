"""The page docs/reference/checklist.md: every item with what it asks, who signs and where it comes from."""

from collections.abc import Iterator

from governance.checklist import ours
from reports.words_governance import signers_text, source_text

HEAD = """# The governance checklist
Printed from `governance/checklist/checklist.toml`. A row says when it was last compared with its sources.
Where it says "verify with your lawyer", a source was not seen itself.
A full checklist is no claim to meet any law."""


def page() -> str:
    """The page, in English."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    checklist = ours()
    yield HEAD
    yield "\n## Phases\n\n| phase | question | what its gate asks |\n|---|---|---|"
    for phase in checklist.phases:
        yield f"| {phase.title['en']} (`{phase.id}`) | {phase.question['en']} | {phase.asks['en']} |"
    for gate, title in (("start", "Before the start"), ("scale", "Before scaling")):
        yield f"\n## {title}"
        for item in checklist.items:
            if item.gate == gate:
                yield f"\n### {item.id} {item.title['en']}\n{item.asks['en']}\n"
                yield f"- Evidence: {item.evidence['en']}"
                yield f"- Signed by: {signers_text(item, checklist, 'en')} ({', '.join(item.signers)})"
                yield f"- Source: {source_text(item, 'en')}"
