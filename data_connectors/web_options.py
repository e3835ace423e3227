"""What every source that is reached over the web may be told, and the client that follows from it."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from core.errors import ConfigurationError
from core.language.text import N_
from data_connectors.pulling import SourceOptions
from data_connectors.safe_http.client import Client, Limits, trusted
from data_connectors.safe_http.places import allowed


class WebOptions(SourceOptions):
    """url: where it begins. also: further places that its pages may lead to.

    internal: they stand in the hospital's own network. ca_file: certificates that the hospital signs itself.
    request_seconds: for one answer, all of it. token, user and password are names of secrets.
    gone_at_most: as for a database, where everything is asked again.
    """

    url: str = ""
    also: tuple[str, ...] = ()
    internal: bool = False
    ca_file: str = ""
    request_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    largest_answer_mb: Annotated[float, Field(gt=0, le=2000)] = 64.0
    tries: Annotated[int, Field(ge=1, le=20)] = 5
    token: str = ""
    user: str = ""
    password: str = ""
    gone_at_most: Annotated[float, Field(ge=0, le=1)] = 0.5

    def client(self, deadline: float) -> Client:
        """A client that goes to the listed places only and stops at the deadline."""
        return Client(
            allowed=allowed((self.url, *self.also), internal=self.internal),
            limits=Limits(
                deadline=deadline,
                seconds=self.request_seconds,
                largest=int(self.largest_answer_mb * 1e6),
                tries=self.tries,
            ),
            trust=trusted(self._certificates()),
        )

    def credentials(self, secrets: Callable[[str], str]) -> dict[str, str]:
        """The header that lets us in, if any."""
        if self.token:
            return {"Authorization": f"Bearer {secret(self.token, secrets)}"}
        if self.user and self.password:
            pair = f"{secret(self.user, secrets)}:{secret(self.password, secrets)}"
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return {}

    def _certificates(self) -> str | None:
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ConfigurationError(
                N_("There is no file '{file}'."), remedy=N_("Check ca_file in [options]."), file=self.ca_file
            )
        return self.ca_file or None


def secret(name: str, secrets: Callable[[str], str]) -> str:
    """A secret that can stand in a header; raises ConfigurationError for one that cannot."""
    value = secrets(name).strip()
    if not value or not value.isascii() or not value.isprintable():
        raise ConfigurationError(
            N_("The secret '{name}' is empty or has a character that no header can hold."),
            remedy=N_("Set it again, without quotes or line breaks."),
            name=name,
        )
    return value
