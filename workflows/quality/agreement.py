"""How far raters of the same texts agree; no rater is ever named."""

from dataclasses import dataclass, replace

from governance.access import Reach, Viewer, require
from governance.disclosure_control import Disclosed, Persons, release
from kpis.quality.rater_agreement import ItemAgreement, rater_agreement
from storage.reviews import review_pairs
from storage.workspace import Workspace
from workflows.disclosing import policy_of
from workflows.quality.scope import Asked, Scope, scope

JUDGED_IN = "TextReview"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAgreement:
    """texts: judged by two raters. raters: how many gave those judgements."""

    texts: int
    raters: int
    items: tuple[ItemAgreement, ...]


def agreement(viewer: Viewer, workspace: Workspace, asked: Asked) -> Disclosed[ReviewAgreement]:
    """The agreement over the days and departments asked together; the KPIs of `asked` do not matter.

    Suppressed where the texts are of too few patients; without texts of two raters there are no items.
    """
    reach = require(viewer, "see_quality")
    found, policy = scope(workspace, reach, replace(asked, kpis=())), policy_of(workspace)
    if found is None or not _reached(reach, found) or JUDGED_IN not in found.published.last_days():
        return release(ReviewAgreement(texts=0, raters=0, items=()), Persons(patients=0, staff=None), policy)
    pairs = review_pairs(workspace, found.departments, found.span)
    items = rater_agreement(pairs.first, pairs.second, pairs.raters) if len(pairs.first) else ()
    shown = ReviewAgreement(texts=len(pairs.first), raters=pairs.raters, items=items)
    return release(shown, pairs.persons, policy)


def _reached(reach: Reach, found: Scope) -> bool:
    return all(reach.covers(departments=(name,), tables=(JUDGED_IN,)) for name in found.departments)
