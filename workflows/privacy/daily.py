"""What must not stay leaves by itself, also where nothing is loaded any more."""

import logging
from threading import Event, Thread

from core.errors import UserError
from governance.access import LOCAL_OPERATOR
from storage.working_folder import remove_left_over
from storage.workspace import Workspace
from workflows.privacy.expiry import expire

FIRST, DAY, AGAIN = 60.0, 24 * 3600.0, 3600.0
"""Seconds until the first time, until the next, and until it is tried again where something stood by."""


def keep_expiring(workspace: Workspace, stop: Event | None = None, first: float = FIRST) -> Thread:
    """A thread that removes once a day what is older than the settings allow, and what a killed work left."""
    stopped = stop or Event()

    def run() -> None:
        wait = first
        while not stopped.wait(wait):
            wait = DAY if _done(workspace) else AGAIN

    thread = Thread(target=run, name="retention", daemon=True)
    thread.start()
    return thread


def _done(workspace: Workspace) -> bool:
    try:
        remove_left_over(workspace.root)
        expire(LOCAL_OPERATOR, workspace)
    except (OSError, UserError) as error:  # a load that runs removes it just as well
        logging.getLogger("meetlat").warning("what is past its retention was not removed yet: %s", error)
        return False
    return True
