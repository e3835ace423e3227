"""From text to a value of a standard column: SQL expressions and the reasons why a value is refused.

Every column passes the same steps, each a layer of sub-query: text (null marks, translations, defaults),
value (cast, unit, pseudonym), checks. One `Parsed` per column says what each layer computes.
"""

from core.quoting import identifier, literal
from data_connectors.cells import EXACT
from data_connectors.connector import source_column, typed_column
from data_connectors.mapping import ColumnMapping
from data_connectors.parsed import Check, Parsed, Reading, either, missing, sql_list, text_name
from data_connectors.parsing_numbers import parse_number
from data_connectors.parsing_times import parse_date, parse_time
from governance.pseudonymise import PSEUDONYM_CHARACTERS
from kpis.tables import Column

PADS = ("inner_pad", "outer_pad")
"""Variables of a connection, each with the number of a secret after it."""
JOINT = chr(30)
"""Between the texts of several columns that make one."""
MIDNIGHT = r"[^ T]+[ T]0?0:00(:00([.,]0+)?)?"
LONG_AGO = r"([^ T]*\b(0001|1[6-8]\d\d|19[0-8]\d)\b[^ T]*[ T]|(2000-01-01|01[-/]01[-/]2000)[ T])?[^ T]+"
"""How databases and spreadsheets write a day, and a time of day: that of some day long ago, if any. Of two
columns that say more than that, one could contradict the other."""
UNREADABLE = chr(26)
"""Stands for a piece of a text that cannot be read: no text may hold it."""
CONTROL = r"[\x00-\x08\x0e-\x1d\x1f\x7f]"
"""Control characters but for white space, and for JOINT."""
SPACES = (32, 9, 10, 13, 160)
"""Characters that go off both ends of a text."""
LONGEST_WORD = 300
"""A text that is longer is prose, such as what somebody wrote of a patient; a name or a code never is."""
YES = ("1", "true", "ja", "j", "yes", "y", "waar", "x")
NO = ("0", "false", "nee", "n", "no", "onwaar")
FLOATING = r"(?i)[+-]?(\d+\.\d+(e[+-]?\d+)?|\d+e[+-]\d+|nan|inf(inity)?)"
"""What is written of a number that is not kept as a whole one."""
SCIENTIFIC = r"[+-]?\d+([.,]\d+)?[eE]\+\d+"
"""What a spreadsheet makes of a long number: its last digits are lost."""


def text_of(part: ColumnMapping, reading: Reading, moment: bool = False, key: bool = False) -> str:
    """The text of a column: trimmed, NULL where the source is empty and no default is given.

    moment: of two columns the first holds the day and the second the time of day. key: it becomes
    a pseudonym.
    """
    if part.value is not None:
        return literal(part.value)
    pieces = [_cleaned(source, reading, key) for source in part.source]
    text = pieces[0] if len(pieces) == 1 else _joined(pieces, moment)
    if part.values:
        cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in part.values.items())
        text = f"CASE {text} {cases} ELSE {text} END"
    if part.filled is not None:
        text = f"CASE WHEN {text} IS NOT NULL THEN {literal(part.filled)} END"
    return f"coalesce({text}, {literal(part.default)})" if part.default is not None else text


def parse(column: Column, part: ColumnMapping, reading: Reading, pseudonym: bool) -> Parsed:
    """The expressions of one column."""
    if column.type == "time":
        return parse_time(column, part, reading)
    if column.type == "date":
        return parse_date(column, part, reading)
    if column.type == "flag":
        return _flag(column, part, reading)
    if column.type == "text":
        return _text(column, part, pseudonym, reading.links)
    return parse_number(column, part, reading)


def pseudonym_sql(kind: str, text: str, links: int = 1) -> str:
    """The pseudonym: HMAC-SHA256 by RFC 2104, once per secret, over pads that the connection holds."""
    inner_pad, outer_pad = PADS
    for link in range(links):
        message = f"encode({literal(kind)} || chr(31) || {text})"
        inner = f"unhex(sha256(getvariable('{inner_pad}_{link}') || {message}))"
        text = f"left(sha256(getvariable('{outer_pad}_{link}') || {inner}), {PSEUDONYM_CHARACTERS})"
    return text


def _cleaned(source: str, reading: Reading, key: bool) -> str:
    text = _trimmed(source_column(source))
    if key and source in reading.typed:
        text = whole_number(text)
    elif key and source in reading.mixed:
        text = f"CASE WHEN {typed_column(source)} THEN {whole_number(text)} ELSE {text} END"
    for mark in ("", *reading.file.null):
        text = f"nullif({text}, {literal(mark)})"
    return text


def whole_number(text: str) -> str:
    """A key that came as a number, without its decimals: as other sources write it.

    One that has a fraction or is rounded is UNREADABLE.
    """
    plain = rf"regexp_full_match({text}, '[+-]?\d{{1,16}}\.0+') AND abs({text}::DOUBLE) < {EXACT}"
    rest = f"CASE WHEN {plain} THEN split_part({text}, '.', 1) ELSE chr({ord(UNREADABLE)}) END"
    return f"CASE WHEN regexp_full_match({text}, {literal(FLOATING)}) THEN {rest} ELSE {text} END"


def _joined(pieces: list[str], moment: bool) -> str:
    """Several columns as one text; NULL where one of them is. What is no moment is no time either way."""
    if not moment:
        whole = [f"replace({piece}, chr({ord(JOINT)}), chr({ord(UNREADABLE)}))" for piece in pieces]
        return "(" + f" || {literal(JOINT)} || ".join(whole) + ")"
    return _day_and_clock(*pieces)


def _day_and_clock(day: str, clock: str) -> str:
    """A day and a time of day as one text; where they say more than that, and not the same, no time."""
    of_day = f"CASE WHEN contains({day}, ':') THEN regexp_extract({day}, '^[^ T]+') ELSE {day} END"
    of_clock = f"regexp_extract({clock}, '[^ T]+$')"
    day_alone = f"NOT contains({day}, ':') OR regexp_full_match({day}, {literal(MIDNIGHT)})"
    clock_alone = f"regexp_full_match({clock}, {literal(LONG_AGO)})"
    own, other = (f"regexp_replace({one}, '[.,]0+$', '')" for one in (day, of_clock))
    same_clock, same_day = f"ends_with({own}, {other})", f"starts_with({clock}, {of_day})"
    agreed = f"({day_alone} OR {same_clock}) AND ({clock_alone} OR {same_day})"
    return (
        f"CASE WHEN {agreed} THEN {of_day} || ' ' || {of_clock} ELSE {day} || {literal(JOINT)} || {clock} END"
    )


def _trimmed(text: str) -> str:
    """White space goes off both ends; most values have none, and to see that is cheaper than to trim."""
    ends = (f"ord({text})", f"ord(right({text}, 1))")
    clean = " AND ".join(f"{end} > 32 AND {end} <> 160" for end in ends)
    spaces = " || ".join(f"chr({code})" for code in SPACES)
    return f"CASE WHEN {clean} THEN {text} ELSE trim({text}, {spaces}) END"


def _text(column: Column, part: ColumnMapping, pseudonym: bool, links: int) -> Parsed:
    text = text_name(column.name)
    needed = (*missing(column), *_control(text, joined=len(part.source) > 1))
    if not pseudonym:
        prose = f"strlen({text}) > {LONGEST_WORD} AND length({text}) > {LONGEST_WORD}"
        known = column.words or (tuple(dict.fromkeys(part.values.values())) if part.only else ())
        unknown = f"{text} NOT IN ({', '.join(map(literal, known))})"
        other = unknown if known else prose  # the first half counts bytes, which is quick
        return Parsed(name=column.name, value={column.name: text}, checks=(*needed, (other, "unparseable")))
    return Parsed(
        name=column.name,
        value={column.name: pseudonym_sql(column.name, text, links)},
        checks=(
            *needed,
            (f"contains({text}, '+') AND regexp_full_match({text}, {literal(SCIENTIFIC)})", "unparseable"),
        ),
    )


def _control(text: str, joined: bool) -> tuple[Check, ...]:
    """The checks of characters that nobody can see and that no text is written with."""
    found = f"regexp_matches({text}, {literal(CONTROL)})"
    if not joined:
        found = f"({found} OR contains({text}, chr({ord(JOINT)})))"
    return (f"contains({text}, chr(0))", "nul_byte"), (found, "unparseable")


def _flag(column: Column, part: ColumnMapping, reading: Reading) -> Parsed:
    """Flags with gaps are often written as numbers with a fraction, 1.0 and 0.0."""
    text, name = text_name(column.name), identifier(column.name)
    own = f"lower({text})"
    word = either(column.name, part, reading, f"regexp_replace({own}, '^([01])[.]0+$', '\\1')", own)
    yes, no = (f"list_contains({sql_list(words)}, {word})" for words in (YES, NO))
    return Parsed(
        name=column.name,
        value={column.name: f"(CASE WHEN {yes} THEN 1 WHEN {no} THEN 0 END)::TINYINT"},
        checks=(*missing(column), (f"{text} IS NOT NULL AND {name} IS NULL", "unparseable")),
    )
