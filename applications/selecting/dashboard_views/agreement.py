"""A manager's page of agreement: how far reviewers agree, and whether little things would change who is chosen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import readings, wording
from accelerator.dashboard.frame import dashboard, page
from accelerator.models import Reading
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.models import Reviewer
from applications.reviewing.sight import Sight
from applications.selecting.dashboard_views.questions import questions

if TYPE_CHECKING:  # with numpy; loaded with the first page that shows numbers
    from applications.selecting import findings


@dashboard("GET")
def agreement(request, call_id: int) -> HttpResponse:
    """How far reviewers agree, who is lenient or harsh, and whether the same ones are chosen when little things change."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    found = sight.found = findings.of(call, without=sight.unseen)
    readings.note(request, Reading.What.AGREEMENT, call)
    others_shown(request, sight)
    criteria = list(call.criteria.all())
    calibration = found.calibration
    return page(
        request,
        "applications/selecting/agreement",
        _("Agreement"),
        call=call,
        has_reviews=len(found.marks) > 0,
        can_compare=found.can_compare,
        reviews=len(found.marks),
        whole=found.agreement if len(found.marks) else None,
        one=wording.chance(calibration.reliability_of_one_review),
        together=wording.chance(calibration.shrinkage.mean()) if len(calibration.shrinkage) else "",
        each=found.usual_reviews,
        criteria=[
            {"name": str(criterion), "weight": criterion.weight, "figures": figures, "ceiling": ceiling}
            for criterion, figures, ceiling in zip(
                criteria, found.agreement_per_criterion, found.ceilings, strict=True
            )
        ]
        if len(found.marks)
        else [],
        reviewers=_reviewers(call, found),
        widest=found.widest_leniency,
        widest_down=-found.widest_leniency,
        comparability=found.comparability,
        variants=len(found.stress.variants) if len(found.marks) else 0,
        shares=_shares(sight, found),
        changed=len(found.changed),
        questions=questions(call, found, sight),
        sight=sight,
    )


def _reviewers(call: Call, found: findings.Findings) -> list[dict]:
    """One line for each reader, the most lenient first."""
    people = {
        pk: (name, organisation or "")
        for pk, name, organisation in Reviewer.objects.filter(call=call).values_list(
            "pk", "user__name", "partner__name"
        )
    }
    marks, calibration = found.before, found.calibration
    low, high = found.leniency_interval
    means = marks.reviewer_means(marks.totals) if len(marks) else marks.totals
    unusual = Counter(one.reviewer for one in found.unusual)
    decisive = {one.reviewer for one in found.decisive}
    rows = [
        {
            "name": people[int(pk)][0],
            "organisation": people[int(pk)][1],
            "url": reverse("reviewing:reviewer_progress", args=[call.pk, int(pk)]),
            "reviews": int(marks.per_reviewer[at]),
            "mean": float(means[at]),
            "leniency": float(calibration.leniency[at]),
            "low": float(low[at]),
            "high": float(high[at]),
            "width": float(1 / found.spread.factor[at]),
            "unusual": unusual[int(pk)],
            "is_decisive": int(pk) in decisive,
        }
        for at, pk in enumerate(marks.reviewers)
    ]
    return sorted(rows, key=lambda row: -row["leniency"])


def _shares(sight: Sight, found: findings.Findings) -> list[dict]:
    """Who is chosen in which share of the variants, most often first, with whether the ranking chooses them."""
    if not len(found.marks):
        return []
    names = sight.names(found.shares)
    return [
        {
            **names[application],
            "share": 100 * share,
            "said": wording.chance(share),
            "is_inside": application in found.cut.inside,
        }
        for application, share in found.shares.items()
        if application in names
    ]
