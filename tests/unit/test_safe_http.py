"""The only way out: which addresses it refuses, and what it makes of what comes back."""

import gzip
import json
import time
from collections.abc import Callable
from threading import Event

import pytest

from core.errors import ConfigurationError, UserError
from data_connectors.safe_http.addresses import permitted
from data_connectors.safe_http.client import Client, Limits, Request
from data_connectors.safe_http.places import Place, allowed, target
from tests.servers.bad_http import GOOD, WHOLE, Send, bundle, head, serving

JSON = ("application/fhir+json", "application/json")


def client(base: str, *, seconds: float = 5, internal: bool = True, **more: object) -> Client:
    limits = Limits(deadline=time.monotonic() + seconds, seconds=seconds, largest=1_000_000)
    return Client(
        allowed=allowed([base], internal=internal),
        limits=limits,
        jitter=lambda: 0.0,
        **more,  # type: ignore[arg-type]
    )


def fetched(url: str, asking: Client) -> bytes:
    return asking.fetch(Request(url=url, accept=JSON))


@pytest.mark.parametrize(
    "url",
    [
        "https://user@fhir.example/r4",
        "https://user:word@fhir.example/r4",
        "https://fhir.example@elsewhere.example/",
        "https://fhir.example\\@elsewhere.example/",
        "https://fhir.example#@elsewhere.example/ ",
        "https://elsewhere.example/?https://fhir.example",
        "https://fhir.example.elsewhere.example/",
        "https://fhir.example:8443/",
        "http://fhir.example/",
        "ftp://fhir.example/",
        "file:///etc/passwd",
        "//fhir.example/",
        "https:fhir.example",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fe80::1%25eth0]/",
        "https://169.254.169.254/latest/meta-data",
        "https://fhir。example/",
        "https://ｆhir.example/",
        "https://fhir.example\t.elsewhere.example/",
        "https://fhir.example\r\nHost: elsewhere.example/",
        "https://fhir.example%2eelsewhere.example/",
        "https://fhir.example:0/",
        "https://fhir.example:99999/",
        "https://fhir.example..elsewhere.example",
        "https://",
        "",
    ],
)
def test_what_is_not_exactly_on_the_list_is_refused(url: str) -> None:
    listed = allowed(["https://fhir.example/r4"], internal=False)
    with pytest.raises(UserError):
        listed.target(url)


@pytest.mark.parametrize(
    "url", ["https://FHIR.Example/r4", "https://fhir.example./r4", "https://fhir.example:443/r4?x=1"]
)
def test_other_spellings_of_the_same_place_go_to_the_place_on_the_list(url: str) -> None:
    listed = allowed(["https://fhir.example/r4"], internal=False)
    assert listed.target(url).place == Place(scheme="https", host="fhir.example", port=443)


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("172.16.0.1", False, True),
        ("192.168.1.1", False, True),
        ("100.64.0.1", False, False),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("64:ff9b::7f00:1", False, True),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
    ],
)
def test_which_addresses_may_be_connected_to(address: str, outside: bool, inside: bool) -> None:
    assert permitted(address, internal=False) is outside
    assert permitted(address, internal=True) is inside


@pytest.mark.parametrize("name", ["2130706433", "0x7f000001", "localhost", "127.1"])
def test_a_listed_host_that_leads_inside_is_refused_unless_internal(name: str) -> None:
    asking = client(f"https://{name}:9/", internal=False)
    with pytest.raises(UserError, match="inside a network"):
        fetched(f"https://{name}:9/", asking)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    asking = client("https://fhir.example", internal=False, resolver=lambda *_: ("93.184.216.34", "10.0.0.1"))
    with pytest.raises(UserError, match=r"10\.0\.0\.1"):
        fetched("https://fhir.example/", asking)


def test_a_name_that_changes_its_address_is_looked_up_once() -> None:
    answers = iter([("127.0.0.1",), ("169.254.169.254",)])
    with serving(lambda send, _over, _base: send(head(WHOLE) + WHOLE)) as base:
        port = base.rpartition(":")[2]
        url = f"http://fhir.example:{port}/"
        asking = client(url, resolver=lambda *_: next(answers))
        assert fetched(url, asking) == fetched(url, asking) == WHOLE


def test_the_server_is_named_as_it_is_although_the_connection_goes_to_an_address() -> None:
    heard: list[str] = []
    with serving(answering(head(WHOLE) + WHOLE), heard) as base:
        url = f"http://FHIR.example.:{base.rpartition(':')[2]}/r4?a=1"
        fetched(url, client(url, resolver=lambda *_: ("127.0.0.1",)))
    assert heard[0].startswith("GET /r4?a=1 HTTP/1.1\r\n")
    assert f"Host: fhir.example:{base.rpartition(':')[2]}\r\n" in heard[0]


def test_plain_http_is_for_the_own_network() -> None:
    with pytest.raises(ConfigurationError, match="without encryption"):
        allowed(["http://fhir.example"], internal=False)


def test_a_slow_resolver_does_not_outlive_the_deadline() -> None:
    def slow(_host: str, _port: int) -> tuple[str, ...]:
        time.sleep(3)
        return ("127.0.0.1",)

    asking = client("http://fhir.example", seconds=0.3, resolver=slow)
    began = time.monotonic()
    with pytest.raises(UserError, match="leads to no address"):
        fetched("http://fhir.example/", asking)
    assert time.monotonic() - began < 1


def answering(*answers: bytes) -> Callable[[Send, Event, str], None]:
    left = list(answers)

    def mode(send: Send, _over: Event, base: str) -> None:
        send((left.pop(0) if len(left) > 1 else left[0]).replace(b"BASE", base.encode()))

    return mode


def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(WHOLE)
    with serving(answering(head(packed, Content_Encoding="gzip") + packed)) as base:
        assert json.loads(fetched(base, client(base)))["entry"][0]["resource"] == GOOD


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_asked_again(status: int) -> None:
    waits: list[float] = []
    fault = head(b"", status=f"{status} No")
    with serving(answering(fault, b"", head(WHOLE) + WHOLE)) as base:
        assert fetched(base, client(base, sleep=waits.append)) == WHOLE
    assert waits == [0.25, 0.5]


@pytest.mark.parametrize(("asked", "waited"), [("2", 2.0), ("soon", 0.25), ("-5", 0.25), ("", 0.25)])
def test_the_server_may_say_how_long_to_wait(asked: str, waited: float) -> None:
    waits: list[float] = []
    with serving(answering(head(b"", status="429 Slow", Retry_After=asked), head(WHOLE) + WHOLE)) as base:
        assert fetched(base, client(base, sleep=waits.append)) == WHOLE
    assert waits == [waited]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    with serving(answering(head(b"", status="503 Later", Retry_After="100000"))) as base:
        began = time.monotonic()
        with pytest.raises(UserError, match="status 503"):
            fetched(base, client(base))
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 201, 204])
def test_another_status_is_refused_at_once(status: int) -> None:
    fault = head(b"", status=f"{status} No")
    with serving(answering(fault, head(WHOLE) + WHOLE)) as base, pytest.raises(UserError, match=str(status)):
        fetched(base, client(base))


def test_a_redirect_to_the_list_is_followed_and_any_other_refused() -> None:
    moved = head(b"", status="302 Found", Location="BASE/there").replace(b"Content-Length: 0", b"X: y")
    with serving(answering(moved, head(WHOLE) + WHOLE)) as base:
        assert fetched(base, client(base)) == WHOLE
    for elsewhere in ("http://127.0.0.1:1/", "https://elsewhere.example/", "//169.254.169.254/", "file:///x"):
        moved = head(b"", status="302 Found", Location=elsewhere)
        with serving(answering(moved, head(WHOLE) + WHOLE)) as base, pytest.raises(UserError):
            fetched(base, client(base))


def test_secrets_stay_with_the_place_they_belong_to() -> None:
    first: list[str] = []
    second: list[str] = []
    with serving(answering(head(WHOLE) + WHOLE), second) as other:
        moved = head(b"", status="307 There", Location=f"{other}/there")
        with serving(answering(moved), first) as base:
            places = allowed([base, other], internal=True)
            asking = Client(allowed=places, limits=Limits(deadline=time.monotonic() + 5))
            asking.fetch(Request(url=base, accept=JSON, headers={"Authorization": "Bearer x"}))
    assert "Authorization: Bearer x" in first[0]
    assert "Bearer" not in second[0]


def test_an_answer_that_is_too_large_is_refused() -> None:
    body = bundle(*[GOOD] * 10_000)
    with serving(answering(head(body) + body)) as base, pytest.raises(UserError, match="larger than 1 MB"):
        fetched(base, client(base))


def test_what_people_see_of_an_address_leaves_its_query_out() -> None:
    assert target("https://fhir.example/r4?ticket=secret").shown == "https://fhir.example:443/r4"
