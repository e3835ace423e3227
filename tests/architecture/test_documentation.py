"""Pages that are printed from the code are as the code would print them now; links lead somewhere."""

import re
from pathlib import Path

import pytest

from workflows.documentation import DOCS, evidence_pages, pages

ROOT = DOCS.parent


@pytest.mark.parametrize("path", sorted(pages() | evidence_pages()))
def test_a_printed_page_is_up_to_date(path: str) -> None:
    written = (DOCS / path).read_text("utf-8")
    assert written == (pages() | evidence_pages())[path], "type: python -m workflows.documentation"


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_links_within_the_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_no_page_of_a_kpi_is_left_over() -> None:
    printed = {path for path in pages() if path.startswith("kpis/")}
    assert {f"kpis/{page.name}" for page in (DOCS / "kpis").glob("*.md")} == printed
