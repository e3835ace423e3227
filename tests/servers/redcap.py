"""A small server that speaks REDCap's documented API: a POST with a form, answers in JSON."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.servers.json_posts import answering

TOKEN = "0123456789ABCDEF0123456789ABCDEF"


@dataclass
class Project:
    """Fields (the first is the record id), records, and when each record changed (server's local time)."""

    fields: list[str]
    records: list[dict[str, str]]
    changed: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if form.get("token") != TOKEN:
            return 403, {"error": "You do not have permissions to use the API"}
        if form.get("content") == "metadata":
            return 200, [
                {"field_name": name, "form_name": "survey", "field_type": "text"} for name in self.fields
            ]
        if form.get("content") != "record" or form.get("type") != "flat" or form.get("format") != "json":
            return 400, {"error": "The value of the parameter content is not valid"}
        return 200, [self._row(one, form) for one in self.records if self._wanted(one, form)]

    def _wanted(self, record: dict[str, str], form: dict[str, str]) -> bool:
        key = record[self.fields[0]]
        asked = [value for name, value in form.items() if name.startswith("records[")]
        since = form.get("dateRangeBegin", "")
        return (not asked or key in asked) and (not since or self.changed.get(key, "9999") > since)

    def _row(self, record: dict[str, str], form: dict[str, str]) -> dict[str, str]:
        fields = [value for name, value in form.items() if name.startswith("fields[")]
        own = {name: value for name, value in record.items() if name.startswith("redcap_")}
        bases = {name: name.partition("___")[0] for name in record}
        return {name: record[name] for name in record if bases[name] in fields} | own


@contextmanager
def serving(project: Project) -> Iterator[str]:
    """The address of its API."""

    def answer(path: str, body: str) -> tuple[int, Any]:
        return project.answer(
            {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        )

    with answering(answer) as address:
        yield f"{address}/api/"
