"""What is believed of the cookies that Streamlit made of a provider's answer, and what is not."""

import logging
from hashlib import sha256
from typing import Any

import pytest

from tests.provider_cookies import ANNA, CLIENT, SECRET, TOKENS, USER, set_cookies, token
from web.claims import NAMES, claims_in

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


def believed(claims: Any, tokens: Any, secret: str = SECRET) -> Any:
    return claims_in(set_cookies(claims, tokens, secret), SECRET, CLIENT)


def signed_with(algorithm: Any) -> Any:
    return believed(ANNA, {"id_token": token(alg=algorithm)})


@pytest.mark.parametrize("algorithm", [*ASYMMETRIC, "EdDSA", "Ed25519"])
def test_claims_are_believed_that_only_the_provider_can_have_signed(algorithm: str) -> None:
    assert signed_with(algorithm) == ANNA


@pytest.mark.parametrize("algorithm", ["none", "None", "", None, "HS256", "HS512", "RS1", "rs256", "RS255"])
def test_claims_are_not_believed_that_others_could_have_signed(
    algorithm: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert signed_with(algorithm) == {}
    (said,) = caplog.record_tuples
    assert said == (
        "meetlat",
        logging.WARNING,
        "an ID token is unsigned, or its audience is not our client id",
    )


@pytest.mark.parametrize("kid", ["k" * length for length in range(1, 9)])
def test_a_header_of_any_length_is_read(kid: str) -> None:
    assert believed(ANNA, {"id_token": token(kid=kid)}) == ANNA


@pytest.mark.parametrize(
    ("audience", "is_meant"),
    [
        (CLIENT, True),
        ([CLIENT], True),
        (["another", CLIENT], True),
        ("another", False),
        (["another", "a third"], False),
        ([], False),
        ("", False),
        (None, False),
        (f"{CLIENT}-test", False),
    ],
)
def test_claims_are_for_this_client(audience: Any, is_meant: bool) -> None:
    claims = {**ANNA, "aud": audience}
    assert believed(claims, {"id_token": token()}) == (claims if is_meant else {})


@pytest.mark.parametrize("logged_in", [False, None, 1, "true"])
def test_whom_streamlit_did_not_let_in_has_no_claims(
    logged_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert believed({**ANNA, "is_logged_in": logged_in}, {"id_token": token()}) == {}
    assert caplog.records == []


@pytest.mark.parametrize("tokens", [{}, {"id_token": None}, {"id_token": 7}, [token()]])
def test_without_an_id_token_nothing_is_believed(tokens: Any) -> None:
    assert believed(ANNA, tokens) == {}


def test_claims_that_are_no_claims_are_not_believed() -> None:
    assert believed(["is_logged_in", "sub"], {"id_token": token()}) == {}


def test_only_our_own_secret_counts_and_each_cookie_under_its_own_name() -> None:
    tokens = {"id_token": token()}
    assert believed(ANNA, tokens, "another secret of 0123456789 abcd") == {}
    user, kept = set_cookies(ANNA, tokens)
    assert claims_in([user], SECRET, CLIENT) == {}
    assert claims_in([kept], SECRET, CLIENT) == {}
    assert claims_in([], SECRET, CLIENT) == {}
    assert claims_in([kept.replace(TOKENS, USER), kept], SECRET, CLIENT) == {}
    for cookie in (user, kept):
        assert cookie.startswith(NAMES)


def test_claims_too_long_for_one_cookie_are_put_together_again() -> None:
    claims = {**ANNA, "groups": [sha256(bytes([number])).hexdigest() for number in range(200)]}
    cookies = set_cookies(claims, {"id_token": token()})
    assert len(cookies) > 3
    assert claims_in(cookies, SECRET, CLIENT) == claims


def test_a_cookie_that_nobody_can_read_is_passed_over() -> None:
    cookies = ["no,name=1; Path=/", *set_cookies(ANNA, {"id_token": token()})]
    assert claims_in(cookies, SECRET, CLIENT) == ANNA
