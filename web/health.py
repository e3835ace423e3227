"""`/healthz`: whether the app is ready, and nothing else about it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit import runtime

READY = asyncio.Event()


async def health(_request: Request) -> Response:
    """200 once the app has run, 503 before."""
    return PlainTextResponse("ok") if READY.is_set() else PlainTextResponse("starting", status_code=503)


@asynccontextmanager
async def warmed(_app: st.App) -> AsyncIterator[None]:
    """Let the app run once before anybody comes.

    The first visitor of a cold process would wait for imports, and be told that a deep link does not exist.
    """
    warming = asyncio.create_task(_run_once())
    try:
        yield
    finally:
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming


async def _run_once() -> None:
    try:
        await runtime.get_instance().does_script_run_without_error()
    finally:
        READY.set()
