"""Periods, language, errors, settings, discovery."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import settings
from core.discovery import discover
from core.errors import ConfigurationError, DefinitionError, InputError, UnknownName, UserError, unreadable
from core.issue import Issue, raise_errors
from core.language import N_, Text, date_text, number, percent
from core.period import Every, between, containing, parse

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))
EVERY: list[Every] = ["day", "week", "month"]


@given(DAYS, st.sampled_from(EVERY))
def test_a_period_holds_its_day_and_its_label_reads_back(day: date, every: Every) -> None:
    period = containing(day, every)
    assert period.start <= day <= period.end
    assert parse(period.label) == period
    assert period.next().start == period.end + timedelta(days=1)


def test_iso_weeks_run_over_the_turn_of_the_year() -> None:
    weeks = between(parse("2026-W52"), parse("2027-W01"))
    assert [week.label for week in weeks] == ["2026-W52", "2026-W53", "2027-W01"]


@pytest.mark.parametrize("label", ["", "2026-W54", "2026-13", "yesterday", "2026-02-30", "W12"])
def test_what_is_not_a_period_is_refused_in_one_sentence(label: str) -> None:
    with pytest.raises(InputError, match="is not a period"):
        parse(label)


def test_numbers_are_written_as_people_write_them() -> None:
    assert number(-1234.56, 1, "nl") == "−1.234,6"
    assert number(1234.56, 1, "en", signed=True) == "+1,234.6"
    assert number(-0.04, 1, "nl", signed=True) == "0,0"
    assert percent(0.1234, 1, "nl") == "12,3\N{NARROW NO-BREAK SPACE}%"
    assert percent(0.1234, 1, "en") == "12.3%"
    assert date_text(date(2026, 12, 3), "nl") == "03-12-2026"
    assert date_text(date(2026, 12, 3), "nl", style="short") == "3 dec"


def test_a_text_is_translated_and_its_numbers_localised() -> None:
    text = Text(N_("'{label}' is not a period."), {"label": "x"})
    assert text.render("nl") == "'x' is geen periode."
    nested = Text("{a:+.2}, {b:%1}, {c}", {"a": -1.234, "b": 0.5, "c": text})
    assert nested.render("nl") == "−1,23, 50,0\N{NARROW NO-BREAK SPACE}%, 'x' is geen periode."


def test_an_unknown_name_offers_the_nearest() -> None:
    error = UnknownName("pilot", "ambient_a", ["ambient-a", "letters"])
    assert "ambient-a" in str(error)
    assert error.exit_code == 2
    assert "Er is geen" in error.render("nl")


def test_all_problems_are_listed_at_once() -> None:
    first = Issue(
        level="error", message=Text("Column '{name}' has no unit.", {"name": "duur"}), where="a.toml:3"
    )
    second = Issue(level="error", message=Text("No key."), where="a.toml:9", remedy=Text("Add key."))
    raise_errors([Issue(level="warning", message=Text("Hm."), where="a.toml")], "mapping 'a.toml'")
    with pytest.raises(DefinitionError, match=r"a\.toml:3: Column 'duur' has no unit"):
        raise_errors([first], "mapping 'a.toml'")
    with pytest.raises(DefinitionError, match=r"(?s)2 problems.*duur.*a.toml:9: No key. Add key."):
        raise_errors([first, second], "mapping 'a.toml'")
    with pytest.raises(DefinitionError) as caught:
        raise_errors([first, second], "a.toml")
    assert caught.value.render("nl").splitlines()[0] == "a.toml heeft 2 problemen:"


def test_settings_know_their_origin(tmp_path: Path) -> None:
    (tmp_path / "meetlat.toml").write_text('hospital = "De Linde"\nport = 9000\n', "utf-8")
    chosen, origins = settings.load(tmp_path, {"MEETLAT_PORT": "9001"})
    assert (chosen.hospital, chosen.port, chosen.auth) == ("De Linde", 9001, "single-user")
    assert (origins["hospital"], origins["port"], origins["auth"]) == (
        "meetlat.toml",
        "MEETLAT_PORT",
        "default",
    )


@pytest.mark.parametrize(
    ("text", "environment", "found"),
    [
        ("port = [", {}, "not TOML"),
        ("colour = 1", {}, "no setting 'colour'"),
        ("", {"MEETLAT_PORT": "many"}, "whole number"),
        ("", {"MEETLAT_PORT": "65536"}, "from 1 to 65535"),
        ("", {"MEETLAT_TIMEZONE": "Europe/Linde"}, "no time zone 'Europe/Linde'"),
        ("", {"MEETLAT_AUTH": "none"}, "required"),
        ("", {"MEETLAT_ADDRESS": "0.0.0.0"}, "this machine only"),
    ],
)
def test_bad_settings_are_refused(tmp_path: Path, text: str, environment: dict[str, str], found: str) -> None:
    (tmp_path / "meetlat.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=found):
        settings.load(tmp_path, environment)


def test_a_plug_in_without_its_attribute_is_a_mistake() -> None:
    import governance

    with pytest.raises(TypeError, match="has no PAGE"):
        discover(governance, "PAGE", UserError)


def test_what_the_system_says_of_a_file_is_told_in_dutch_too(tmp_path: Path) -> None:
    for path, english, dutch in (
        (tmp_path / "gone", "No such file or directory", "dit bestand of deze map bestaat niet"),
        (tmp_path, "Is a directory", "het is een map"),
    ):
        with pytest.raises(OSError, match=english) as refused:
            path.read_bytes()
        told = unreadable(path, refused.value)
        assert english in told.render("en")
        assert dutch in told.render("nl")


def test_a_list_of_problems_names_its_subject_in_dutch_too() -> None:
    two = [Issue(level="error", message=Text("x"), where="y")] * 2
    with pytest.raises(DefinitionError) as found:
        raise_errors(two, "Sign-in")
    assert found.value.render("en").startswith("Sign-in has 2 problems:")
    assert found.value.render("nl").startswith("Aanmelden heeft 2 problemen:")
