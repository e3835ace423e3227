"""What one subject may download, asked by every other: the file by its address, the button by its number."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from tests.faults.page_names import READS, Question, may_open
from tests.faults.page_site import Site, parsed, visit
from tests.faults.rights_matrix import SITUATIONS, SUBJECTS
from tests.screens.server import answered, socket_of

PAGES_WITH_FILES = ("checklist", "effect", "audit-log")
REFUSED = (401, 404)


@dataclass(frozen=True, slots=True)
class Visit:
    """An open visit of a subject to a page, with the numbers of the buttons on it."""

    socket: ClientConnection
    session: str
    buttons: list[str] = field(default_factory=list)

    def press(self, button: str) -> str:
        """The address of the file that a button makes; nothing where it makes none."""
        asked = BackMsg()
        request = asked.backend_operation_request
        request.request_id, request.session_id = "asked", self.session
        request.deferred_file.file_id = button
        self.socket.send(asked.SerializeToString())
        while True:
            content = self.socket.recv(timeout=60)
            assert isinstance(content, bytes)
            answer = ForwardMsg()
            answer.ParseFromString(content)
            if answer.WhichOneof("type") == "backend_operation_response":
                return str(answer.backend_operation_response.deferred_file.url)


@contextmanager
def visiting(site: Site, subject: str, page: str, query: str = "") -> Iterator[Visit | None]:
    """A visit that stays open; None where the socket stays shut."""
    with ExitStack() as stack:
        try:
            socket = stack.enter_context(socket_of(site.address, site.cookies[subject]))
        except InvalidStatus:
            yield None
            return
        sent = answered(socket, visit(page, query_string=query))
        (session,) = {
            one.new_session.initialize.session_id
            for one in parsed(sent)
            if one.WhichOneof("type") == "new_session"
        }
        found = (one.delta.new_element.download_button.deferred_file_id for one in parsed(sent))
        yield Visit(socket, session, [button for button in found if button])


Asked = tuple[Question, str]
"""Who asked for somebody else's file, and what was wrong with the answer, if anything."""


def downloads(
    site: Site,
    pages: tuple[str, ...] = PAGES_WITH_FILES,
    situations: tuple[str, ...] = tuple(SITUATIONS),
    subjects: tuple[str, ...] = tuple(SUBJECTS),
) -> Iterator[Asked]:
    """A file of every owner, in turn of every format, asked by all others. What two subjects both made is no
    stranger's.
    """
    told: dict[str, set[str]] = {subject: set() for subject in subjects}
    with ExitStack() as stack:
        visits = {one: stack.enter_context(visiting(site, one, "")) for one in subjects}
        for page in pages:
            for owner in (one for one in subjects if may_open(one, page)):
                for turn, situation in enumerate(situations if page in READS else situations[:1]):
                    theirs = Question(subject=owner, page=page, situation=situation)
                    yield from _of_owner(site, visits, told, theirs, turn)


def _of_owner(
    site: Site, visits: dict[str, Visit | None], told: dict[str, set[str]], theirs: Question, turn: int
) -> Iterator[Asked]:
    with visiting(site, theirs.subject, theirs.page, theirs.query) as owner:
        assert owner is not None
        button = owner.buttons[turn % len(owner.buttons)]
        file = owner.press(button)
        got = site.status(theirs.subject, file) if file else 0
        yield theirs, "" if got == 200 else f"their own file is not given ({got})"
        told[theirs.subject].add(file)
        for stranger in (one for one in visits if one != theirs.subject):
            asked = Question(subject=stranger, page=theirs.page, situation=theirs.situation)
            if file not in told[stranger]:
                status = site.status(stranger, file)
                yield asked, "" if status in REFUSED else f"file of {theirs.subject} is given ({status})"
            made = visits[stranger]
            given = made.press(button) if made is not None else ""
            yield asked, f"button of {theirs.subject} makes a file" if given else ""
