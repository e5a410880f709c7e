"""A manager's pages of the numbers: the ranking, how one score comes about, how far reviewers agree, the dossier."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.dashboard.frame import dashboard, page
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.models import Reviewer
from applications.reviewing.sight import Sight
from applications.selecting.models import Decision

if TYPE_CHECKING:  # with numpy; loaded with the first page that shows numbers
    from applications.scoring import flags
    from applications.scoring.ranking import Standing
    from applications.selecting import findings

ROWS = 50  # of a ranking on a page
NEIGHBOURS = 3  # on each side of the cut, in the comparison with one application
TIED_NAMED = 12  # where more cannot be told apart, their rows say so


# --- The ranking ----------------------------------------------------------------------------------------
SORTS = {
    "place": lambda line: (line.place is None, line.place or 0),
    "mean": lambda line: -(line.mean or 0),
    "spread": lambda line: -(line.spread or 0),
    "reviews": lambda line: (line.readings, -(line.score or 0)),
}


@dashboard("GET")
def ranking(request, call_id):
    """Calibrated scores with how sure they are, the raw mean beside them, and what to look at before deciding."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    found = findings.of(call)
    sight = Sight(request, call, found)
    sort = request.GET.get("sort")
    return page(
        request,
        "applications/selecting/ranking",
        _("Ranking"),
        call=call,
        rows=ranked(request, call, found, sight=sight, sort=sort),
        sort=sort if sort in SORTS or sort == "name" else "place",
        quorum=found.quorum,
        incomplete=found.incomplete,
        ties=found.ties,
        cut_score=found.cut_score,
        boundary=_boundary(found, sight.names([*(found.edge or ()), *found.tied])),
        questions=_how_many_questions(found, sight),
        has_readings=len(found.readings) > 0,
    )


def ranked(
    request, call: Call, found: findings.Findings, *, sight: Sight | None = None, sort: str | None = None
) -> Page:
    """One page of the ranking for one manager: without what they are kept away from, and with no figures of what
    they still have to score."""
    sight = sight or Sight(request, call, found)
    if sort == "name":
        order = sight.applications.order_by("startup__name", "pk").values_list("pk", flat=True)
        in_order = [found.standing[pk] for pk in order if pk in found.standing]
    else:
        in_order = sorted(found.standings, key=SORTS[sort]) if sort in SORTS else found.standings
    kept_away = sight.recused  # mostly nothing, and then 2,000 lines need no look each
    lines = [line for line in in_order if line.application not in kept_away] if kept_away else in_order
    shown = Paginator(lines, ROWS).get_page(request.GET.get("page"))
    shown.object_list = _rows(sight, found, shown.object_list)
    return shown


def _rows(sight: Sight, found: findings.Findings, lines: Sequence[Standing]) -> list[dict]:
    about = sight.about(line.application for line in lines)
    low, high = found.calibration.interval()
    rows = []
    for line in lines:
        public_id, name, outcome = about[line.application]
        at = found.row.get(line.application)
        rows.append(
            {
                "public_id": public_id,
                "name": name,
                "outcome": Decision.Outcome(outcome) if outcome else None,
                "is_left_out": outcome == Decision.Outcome.NOT_SELECTED,
                "is_hidden": line.application in sight.hidden,
                "place": line.place,
                "tied": line.tied,
                "mean": line.mean,
                "spread": line.spread,
                "said": {name: two_digits(getattr(line, name)) for name in ("score", "mean", "spread")},
                "url": reverse("reviewing:panel_application", args=[sight.call.pk, public_id]),
                "score_url": reverse("selecting:score", args=[sight.call.pk, public_id]),
                "readings": line.readings,
                "missing_readings": line.missing_readings,
                "missing_organisations": line.missing_organisations,
                "score": line.score,
                "low": None if at is None else float(low[at]),
                "high": None if at is None else float(high[at]),
                "totals": found.totals.get(line.application, ()),
                "chance": _drawn(found, line.application) if line.is_complete else "–",
                "remarks": _remarks(found, line.application),
            }
        )
    return rows


def two_digits(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"


def _drawn(found: findings.Findings, application: int) -> str:
    """The chance of a seat in words. It comes from draws, so it is never said to be nothing or all."""
    return wording.chance(min(max(found.chance(application), 1e-4), 1 - 1e-4))


def _remarks(found: findings.Findings, application: int) -> list[str]:
    """What stands beside a line because a person should look at it."""
    remarks = []
    if application in found.tied_ones:
        remarks.append(_("tied at the cut"))
    if count := found.unusual_readings[application]:
        sentence = ngettext("%(count)s unusual reading", "%(count)s unusual readings", count)
        remarks.append(sentence % {"count": count})
    if application in found.hanging:
        remarks.append(_("hangs on one reviewer"))
    return remarks


def _boundary(found: findings.Findings, names: dict[int, dict]) -> dict | None:
    """Where the seats end: how sure the last inside is to be above the first outside, and who cannot be told apart."""
    if not found.edge or any(application not in names for application in found.edge):
        return None  # all have a seat; or this manager must not see one of the two
    last, first = found.edge
    tied = [names[application] for application in found.tied if application in names]
    return {
        "last": names[last],
        "first": names[first],
        "sure": wording.chance(found.above(last, first)),
        "tied": tied[:TIED_NAMED],
        "more_tied": len(tied[TIED_NAMED:]),
    }


# --- Questions before deciding --------------------------------------------------------------------------
def _how_many_questions(found: findings.Findings, sight: Sight) -> int:
    """As many as `_questions` puts into words."""
    unseen = sight.recused | sight.hidden
    return (
        sum(ceiling.is_high for ceiling in found.ceilings)
        + len({one.would_leave for one in found.decisive})
        + sum(one.application not in unseen for one in found.unusual)
        + len(found.favours)
    )


def _questions(call: Call, found: findings.Findings, sight: Sight) -> list[dict]:
    """What a person should look at before the result is used. A question, never a verdict: text, and where to look."""
    names = sight.names(found.hanging.union(found.unusual_readings))
    people = dict(Reviewer.objects.filter(call=call).values_list("pk", "user__name"))
    partners = dict(call.programme.partners.values_list("pk", "name"))
    return [
        *_about_criteria(call, found),
        *_about_decisive(found.decisive, names, people),
        *(_about_unusual(one, names, people) for one in found.unusual if one.application in names),
        *(_about_favour(one, partners) for one in found.favours),
    ]


def _about_criteria(call: Call, found: findings.Findings):
    criteria = [str(criterion) for criterion in call.criteria.all()]
    for ceiling in found.ceilings:
        if ceiling.is_high:
            yield {
                "text": _(
                    "%(share)s of the marks for “%(criterion)s” are 10: there is no room left above the best."
                )
                % {"share": wording.chance(ceiling.share), "criterion": criteria[ceiling.criterion]}
            }


def _about_decisive(decisive: Sequence[flags.Decisive], names: dict, people: dict):
    """For each group that would lose its seats: without whom, and to whom."""
    groups: dict[tuple[int, ...], list[flags.Decisive]] = {}
    for one in decisive:
        groups.setdefault(one.would_leave, []).append(one)
    for leaving, group in groups.items():
        entering = dict.fromkeys(a for one in group for a in one.would_enter)
        out = wording.list_of(names[a]["name"] for a in leaving if a in names) or _("another")
        into = [names[a]["name"] for a in entering if a in names] or [_("another")]
        readers = [people.get(one.reviewer, "") for one in group]
        sentence = ngettext(
            "%(out)s would lose its seat to %(into)s without the readings of %(readers)s.",
            "%(out)s would lose its seat to %(into)s without the readings of any one of %(count)s reviewers: %(readers)s.",
            len(group),
        )
        yield {
            "text": sentence
            % {
                "out": out,
                "into": _(" or ").join(into),
                "count": len(group),
                "readers": wording.list_of(readers),
            },
            "url": next((names[a]["url"] for a in (*leaving, *entering) if a in names), ""),
        }


def _about_unusual(one: flags.UnusualReading, names: dict, people: dict) -> dict:
    kinder = _("%(reviewer)s gave %(startup)s %(points)s points more than the other readings explain.")
    harsher = _("%(reviewer)s gave %(startup)s %(points)s points less than the other readings explain.")
    return {
        "text": (kinder if one.residual > 0 else harsher)
        % {
            "reviewer": people.get(one.reviewer, ""),
            "startup": names[one.application]["name"],
            "points": f"{abs(one.residual):.1f}",
        },
        "url": names[one.application]["url"],
    }


def _about_favour(one: flags.Reciprocity, partners: dict) -> dict:
    first, second = (partners.get(pk, "") for pk in one.organisations)
    return {
        "text": _(
            "Reviewers of %(first)s and of %(second)s are kinder to each other’s startups than others are: "
            "by %(one)s and %(other)s points."
        )
        % {
            "first": first,
            "second": second,
            "one": f"{one.kindness[0]:.1f}",
            "other": f"{one.kindness[1]:.1f}",
        }
    }


# --- How one score comes about --------------------------------------------------------------------------
@dashboard("GET")
def score(request, call_id, public_id):
    """From the marks to the calibrated score, step by step, in amounts that add up."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    found = findings.of(call)
    sight = Sight(request, call, found)
    application = get_object_or_404(
        sight.applications.select_related("startup", "decision"), public_id=public_id
    )
    is_hidden = application.pk in sight.hidden
    line = found.standing[application.pk]
    known = {} if is_hidden or line.mean is None else _explained(sight, found, line)
    return page(
        request,
        "applications/selecting/score",
        str(application),
        call=call,
        application=application,
        line=line,
        is_hidden=is_hidden,
        ranked=sum(one.is_complete for one in found.standings),
        **known,
    )


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
    unusual = {one.reviewer: one for one in found.unusual if one.application == line.application}
    return {
        "can_compare": found.can_compare,
        "low": float(low[at]),
        "high": float(high[at]),
        "chance": _drawn(found, line.application),
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
    order = [one.application for one in found.standings if one.is_complete]
    near = order[max(0, found.seats - NEIGHBOURS) : found.seats + NEIGHBOURS]
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


# --- Agreement ------------------------------------------------------------------------------------------
@dashboard("GET")
def agreement(request, call_id):
    """How far reviewers agree, who is lenient or harsh, and whether the same ones are chosen when little things change."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    found = findings.of(call)
    sight = Sight(request, call, found)
    criteria = list(call.criteria.all())
    calibration = found.calibration
    usual = [int(n) for n in found.readings.per_application] or [0]
    return page(
        request,
        "applications/selecting/agreement",
        _("Agreement"),
        call=call,
        has_readings=len(found.readings) > 0,
        can_compare=found.can_compare,
        reviews=len(found.readings),
        whole=found.agreement if len(found.readings) else None,
        one=wording.chance(calibration.reliability_of_one_reading),
        together=wording.chance(calibration.shrinkage.mean()) if len(calibration.shrinkage) else "",
        each=max(set(usual), key=usual.count),
        criteria=[
            {"name": str(criterion), "weight": criterion.weight, "figures": figures, "ceiling": ceiling}
            for criterion, figures, ceiling in zip(
                criteria, found.agreement_per_criterion, found.ceilings, strict=True
            )
        ]
        if len(found.readings)
        else [],
        reviewers=_reviewers(call, found),
        widest=_widest(found),
        widest_down=-_widest(found),
        comparability=found.comparability,
        variants=len(found.stress.variants) if len(found.readings) else 0,
        shares=_shares(sight, found),
        questions=_questions(call, found, sight),
    )


def _widest(found: findings.Findings) -> int:
    """To how many whole points on either side leniencies are drawn."""
    leniency, error = found.calibration.leniency, found.calibration.leniency_error
    return max(1, math.ceil(float((abs(leniency) + 1.96 * error).max()))) if len(leniency) else 1


def _reviewers(call: Call, found: findings.Findings) -> list[dict]:
    """One line for each reader, the most lenient first."""
    people = {
        pk: (name, organisation or "")
        for pk, name, organisation in Reviewer.objects.filter(call=call).values_list(
            "pk", "user__name", "partner__name"
        )
    }
    readings, calibration = found.readings, found.calibration
    means = readings.reviewer_means(readings.totals) if len(readings) else []
    unusual = Counter(one.reviewer for one in found.unusual)
    decisive = {one.reviewer for one in found.decisive}
    rows = [
        {
            "name": people[int(pk)][0],
            "organisation": people[int(pk)][1],
            "url": reverse("reviewing:reviewer_progress", args=[call.pk, int(pk)]),
            "readings": int(readings.per_reviewer[at]),
            "mean": float(means[at]),
            "leniency": float(calibration.leniency[at]),
            "low": float(calibration.leniency[at] - 1.96 * calibration.leniency_error[at]),
            "high": float(calibration.leniency[at] + 1.96 * calibration.leniency_error[at]),
            "width": float(1 / found.spread.factor[at]),
            "unusual": unusual[int(pk)],
            "is_decisive": int(pk) in decisive,
        }
        for at, pk in enumerate(readings.reviewers)
    ]
    return sorted(rows, key=lambda row: -row["leniency"])


def _shares(sight: Sight, found: findings.Findings) -> list[dict]:
    """Who is chosen in which share of the variants, most often first, with whether the ranking chooses them."""
    if not len(found.readings):
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


# --- The dossier ----------------------------------------------------------------------------------------
@dashboard("GET")
def dossier(request, call_id):
    """The selection as a file without names, which anybody can recompute."""
    from applications.selecting import dossiers

    call = managed_call(request, call_id)
    try:
        text = dossiers.export(call)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("selecting:ranking", call.pk)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"{call.programme.slug}-{call.slug}-selection{'' if call.is_released else '-draft'}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
