"""A manager's page of one score: how it comes about, step by step."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import readings, wording
from accelerator.dashboard.frame import dashboard, page
from accelerator.models import Reading
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.models import Reviewer, ReviewVersion
from applications.reviewing.sight import Sight
from applications.selecting.dashboard_views.ranking import chance_of_seat

if TYPE_CHECKING:  # with numpy; loaded with the first page that shows numbers
    from applications.scoring.ranking import Standing
    from applications.selecting import findings

NEIGHBOURS = 3  # on each side of the cut, in the comparison with one application


@dashboard("GET")
def score(request, call_id: int, public_id: str) -> HttpResponse:
    """From the marks to the calibrated score, step by step, in amounts that add up."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    found = sight.found = findings.of(call, without=sight.unseen)
    application = get_object_or_404(
        sight.applications.select_related("startup", "decision"), public_id=public_id
    )
    readings.note(request, Reading.What.SCORE, application)
    others_shown(request, sight)  # it is compared with those at the last seat
    is_hidden = application.pk in sight.hidden
    line = found.standing.get(application.pk)
    changes = _changes(sight, application)
    known = {} if line is None or line.mean is None else _explained(sight, found, line)
    return page(
        request,
        "applications/selecting/score",
        str(application),
        call=call,
        application=application,
        line=line,
        is_hidden=is_hidden,
        ranked=found.complete,
        sight=sight,
        changes=[(changed[0][0].review.assignment.reviewer, changed) for changed in changes.values()],
        **known,
    )


def _changes(sight: Sight, application: Application) -> dict[int, list[tuple[ReviewVersion, ReviewVersion]]]:
    """Which reviewers changed their review after seeing the others': each version with the one before it."""
    versions = ReviewVersion.objects.filter(review__in=sight.reviews_of(application).values("pk"))
    by_review: dict[int, list[ReviewVersion]] = {}
    for version in versions.select_related("review__assignment__reviewer__user").order_by("review", "number"):
        by_review.setdefault(version.review_id, []).append(version)
    return {review: list(pairwise(found)) for review, found in by_review.items()}


def _explained(sight: Sight, found: findings.Findings, line: Standing) -> dict:
    at = found.row[line.application]
    low, high = found.calibration.interval()
    waterfall = found.calibration.waterfall(line.application, digits=2)
    people = {
        pk: (name, organisation or "")
        for pk, name, organisation in Reviewer.objects.filter(
            call=sight.call, pk__in=[step.reviewer for step in waterfall.steps]
        ).values_list("pk", "user__name", "partner__name")
    }
    changed = {one.reviewer: one for one in found.changed if one.application == line.application}
    unusual = {one.reviewer: one for one in found.unusual if one.application == line.application}
    return {
        "can_compare": found.can_compare,
        "low": float(low[at]),
        "high": float(high[at]),
        "chance": chance_of_seat(found, line.application),
        "reliability": wording.chance(found.calibration.shrinkage[at]),
        "share": wording.chance(found.shares.get(line.application, 0.0)),
        "variants": len(found.stress.variants),
        "waterfall": waterfall,
        "amounts": [
            (_("Raw mean"), waterfall.raw_mean, False),
            (_("Leniency of its readers"), waterfall.leniency, True),
            (_("Width of their marks"), waterfall.spread, True),
            (_("Towards the middle"), waterfall.shrinkage, True),
            (_("Calibrated score"), waterfall.score, False),
        ],
        "steps": [
            {
                "name": people[step.reviewer][0],
                "organisation": people[step.reviewer][1],
                "total": step.total,
                "changed": changed.get(step.reviewer),
                "leniency": -step.leniency,
                "spread": step.spread,
                "corrected": step.corrected,
                "unusual": unusual.get(step.reviewer),
            }
            for step in waterfall.steps
        ],
        "compared": _compared(sight, found, line),
    }


def _compared(sight: Sight, found: findings.Findings, line: Standing) -> list[dict]:
    """The chance to be truly above those next to the cut."""
    near = found.near_the_cut(NEIGHBOURS)
    names = sight.names(near)
    return [
        {
            **names[other],
            "place": found.standing[other].place,
            "score": found.standing[other].score,
            "above": wording.chance(found.above(line.application, other)),
        }
        for other in near
        if other in names and other != line.application
    ]
