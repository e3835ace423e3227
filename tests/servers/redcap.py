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
    """Fields (the first is the record id), records, and when each record changed (server's local time).

    disguised: ids of records are given as a hash, as to a token that may not see who they are.
    """

    fields: list[str]
    records: list[dict[str, str]]
    changed: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    disguised: bool = False

    def answer(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if form.get("token") != TOKEN:
            return 403, {"error": "You do not have permissions to use the API"}
        if form.get("content") == "metadata":
            return 200, [
                {"field_name": name, "form_name": "survey", "field_type": "text"} for name in self.own
            ] + [{"field_name": "question_intro", "form_name": "survey", "field_type": "descriptive"}]
        if form.get("content") != "record" or form.get("type") != "flat" or form.get("format") != "json":
            return 400, {"error": "The value of the parameter content is not valid"}
        wrong = [name for name in _listed(form, "fields") if name not in (*self.own, "survey_complete")]
        if wrong:
            return 400, {"error": f'The following values in the parameter "fields" are not valid: {wrong}'}
        return 200, [self._row(one, form) for one in self.records if self._wanted(one, form)]

    @property
    def own(self) -> list[str]:
        """Fields of the dictionary: REDCap adds the moment of a survey itself."""
        return [name for name in self.fields if not name.endswith("_timestamp")]

    def _wanted(self, record: dict[str, str], form: dict[str, str]) -> bool:
        key = record[self.fields[0]]
        asked, since = _listed(form, "records"), form.get("dateRangeBegin", "")
        asked = [value.replace("'", "").strip() for value in asked]  # as REDCap reads them
        return (not asked or key in asked) and (not since or self.changed.get(key, "9999") > since)

    def _row(self, record: dict[str, str], form: dict[str, str]) -> dict[str, str]:
        fields, added = _listed(form, "fields"), ["redcap_event_name", "redcap_repeat_instance"]
        added += ["redcap_data_access_group"] if form.get("exportDataAccessGroups") == "true" else []
        added += ["survey_timestamp"] if form.get("exportSurveyFields") == "true" and fields[1:] else []
        row = {name: record[name] for name in record if name.partition("___")[0] in (*fields, *added)}
        return row | ({self.fields[0]: f"x{record[self.fields[0]]}"} if self.disguised else {})


def _listed(form: dict[str, str], name: str) -> list[str]:
    return [value for key, value in form.items() if key.startswith(f"{name}[")]


@contextmanager
def serving(project: Project) -> Iterator[str]:
    """The address of its API."""

    def answer(path: str, body: str) -> tuple[int, Any]:
        return project.answer(
            {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        )

    with answering(answer) as address:
        yield f"{address}/api/"
