"""A number in large type that was put into words already, with a line under it."""

from collections.abc import Sequence

import streamlit as st

from pages.widgets.words import small


def large_number(label: str, value: str, under: str | Sequence[str]) -> None:
    """The number under its name."""
    with st.container(gap="xxsmall"):
        st.metric(label, value)
        small(under if isinstance(under, str) else " · ".join(part for part in under if part))
