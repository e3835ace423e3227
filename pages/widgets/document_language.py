"""Tell the browser, and so the screen reader, in which language the page is written."""

from functools import cache
from typing import Any

import streamlit as st

SCRIPT = """
export default function ({ data }) {
  document.documentElement.lang = data.language
}
"""


def set_document_language(language: str) -> None:
    """Set the lang attribute of the document; Streamlit writes "en" whatever the app says."""
    _component()(data={"language": language}, key="document_language", height=1)


@cache
def _component() -> Any:
    return st.components.v2.component("meetlat_document_language", js=SCRIPT)
