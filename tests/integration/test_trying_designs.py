"""Every design on a pilot, tried once and kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.errors import NotPermitted
from experiments import router
from experiments.estimate import Estimate
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from governance.disclosure_control import Persons, Policy, release
from storage.workspace import Workspace
from tests.evaluated_hospital import (
    build,
)
from workflows.overview import pilot_view
from workflows.routes import known_routes, try_routes


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = build(tmp_path_factory.mktemp("small"))
    yield opened
    opened.engine.dispose()


def test_designs_are_tried_once_and_kept_and_not_where_the_effect_is_hidden(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = ("difference-in-differences", "before-after", "stepped-wedge")
    monkeypatch.setattr(router, "ORDER", some)
    view = pilot_view(LOCAL_OPERATOR, workspace, "good")
    assert known_routes(LOCAL_OPERATOR, workspace, view) is None
    tried = try_routes(LOCAL_OPERATOR, workspace, view)
    assert sorted(route.design for route in tried) == sorted(some)
    assert known_routes(LOCAL_OPERATOR, workspace, view) == tried
    first = next(route.result for route in tried if route.first)
    shown = view.evaluation.primary.result.value
    assert shown is not None
    assert isinstance(first, Estimate)
    assert isinstance(shown.result, Estimate)
    main = (shown.result.effect, *shown.result.interval)
    assert (first.effect, *first.interval) == pytest.approx(main, rel=1e-12)  # the order of sums may differ
    few = release(shown, Persons(patients=2, staff=1), Policy())
    hidden = replace(view.evaluation.primary, result=few)
    closed = replace(view, evaluation=replace(view.evaluation, results=(hidden,)))
    assert known_routes(LOCAL_OPERATOR, workspace, closed) is None
    assert try_routes(LOCAL_OPERATOR, workspace, closed) == ()
    with pytest.raises(NotPermitted):
        known_routes(ANONYMOUS, workspace, view)
