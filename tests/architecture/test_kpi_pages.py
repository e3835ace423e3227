"""The pages of the KPIs say what the definitions say."""

from kpis.documentation import FOLDER, pages


def test_pages_are_those_of_the_definitions() -> None:
    found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert found == pages(), "type: python -m kpis.documentation"
