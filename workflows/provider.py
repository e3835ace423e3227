"""The provider of identities that the settings name, and what is unsafe about how sign-in is set up."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from core.issue import Issue, raise_errors
from core.language.text import N_, Text
from core.settings import LOOPBACK, Settings
from storage.secrets import read_or_make_secret, read_secret
from storage.workspace import Workspace

DISCOVERY = "/.well-known/openid-configuration"
CALLBACK = "/oauth2callback"
SHORTEST_COOKIE_SECRET = 32
FEWEST_CHARACTERS = 10
"""How many different characters 32 of them must have: random ones have more, a word repeated does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where people sign in, and by which client. The secrets appear in no repr."""

    metadata_url: str
    redirect_uri: str
    client_id: str
    prompt: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)


def provider_of(workspace: Workspace) -> Provider:
    """The provider; raises DefinitionError with every unsafe or missing setting, a line each."""
    settings = workspace.settings
    raise_errors(unsafe_sign_in(settings, workspace.origins), N_("Sign-in"))
    cookie_secret = read_or_make_secret(workspace, "cookie_secret")
    raise_errors(weak_secret(cookie_secret), N_("Sign-in"))
    return Provider(
        metadata_url=settings.provider_url.removesuffix("/").removesuffix(DISCOVERY) + DISCOVERY,
        redirect_uri=settings.public_url.rstrip("/") + CALLBACK,
        client_id=settings.client_id,
        prompt=settings.prompt,
        client_secret=read_secret(workspace, "client_secret"),
        cookie_secret=cookie_secret,
    )


def unsafe_sign_in(settings: Settings, origins: dict[str, str]) -> tuple[Issue, ...]:
    """What is missing or unsafe among the settings of sign-in; nothing where it is not asked for."""
    if settings.auth != "required":
        return ()
    return (*_missing(settings, origins), *_unsafe_addresses(settings, origins))


def weak_secret(secret: str) -> tuple[Issue, ...]:
    """Whether somebody could guess the secret that cookies are signed with."""
    if len(secret) >= SHORTEST_COOKIE_SECRET and len(set(secret)) >= FEWEST_CHARACTERS:
        return ()
    message = Text(
        N_("The secret that cookies are signed with must be random and have {length} characters or more."),
        {"length": SHORTEST_COOKIE_SECRET},
    )
    remedy = Text(N_("Delete it from {place}: Meetlat then makes one."), {"place": _place_of_secret()})
    return (Issue(level="error", where="cookie_secret", message=message, remedy=remedy),)


def _place_of_secret() -> str:
    variable = "MEETLAT_SECRET_COOKIE_SECRET"
    return variable if variable in os.environ else "secret/cookie_secret"


def _missing(settings: Settings, origins: dict[str, str]) -> Iterator[Issue]:
    wanted = {
        "public_url": N_("the address that people type, such as {example}"),
        "provider_url": N_("the address of the provider of identities, such as {example}"),
        "client_id": N_("the name under which the provider knows Meetlat, such as {example}"),
    }
    examples = {
        "public_url": "meetlat.hospital.example",
        "provider_url": "login.hospital.example/realms/staff",
        "client_id": "meetlat",
    }
    for name, what in wanted.items():
        if not getattr(settings, name):
            yield Issue(
                level="error",
                where=origins.get("auth", name),
                message=Text(N_("auth = \"required\" needs the setting '{name}'."), {"name": name}),
                remedy=Text(N_("Set it to {what}."), {"what": Text(what, {"example": examples[name]})}),
            )


def _unsafe_addresses(settings: Settings, origins: dict[str, str]) -> Iterator[Issue]:
    for name in ("public_url", "provider_url"):
        text = getattr(settings, name)
        found = urlsplit(text)
        if not text:
            continue
        if not _is_an_address(found) or (name == "public_url" and found.path.strip("/")):
            yield Issue(
                level="error",
                where=origins.get(name, name),
                message=Text(N_("Setting '{name}' cannot be '{value}'."), {"name": name, "value": text}),
                remedy=Text(N_("Write a whole address, without a path behind public_url.")),
            )
        elif found.scheme == "http" and not _on_this_machine(found.hostname or ""):
            yield Issue(
                level="error",
                where=origins.get(name, name),
                message=Text(
                    N_("Setting '{name}' is an address without encryption: sign-in could be read."),
                    {"name": name},
                ),
                remedy=Text(N_("Write https, and put the app behind a proxy that adds TLS.")),
            )


def _is_an_address(found: SplitResult) -> bool:
    plain = not (found.query or found.fragment or found.username or found.password)
    return found.scheme in ("http", "https") and bool(found.hostname) and plain and _has_a_port(found)


def _has_a_port(found: SplitResult) -> bool:
    try:
        return found.port != 0
    except ValueError:
        return False


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK
