"""A manager's page of the ranking: calibrated scores with how sure they are, and what to look at beside each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import readings, wording
from accelerator.dashboard.frame import dashboard, page
from accelerator.models import Reading
from applications.calls.managed import managed_call
from applications.reviewing import protocol
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.sight import About, Sight
from applications.selecting.dashboard_views.questions import how_many_questions
from applications.selecting.models import Decision

if TYPE_CHECKING:  # with numpy; loaded with the first page that shows numbers
    from applications.scoring.ranking import Standing
    from applications.selecting import findings

ROWS = 50  # of a ranking on a page
TIED_NAMED = 12  # where more cannot be told apart, their rows say so

SORTS = {
    "place": lambda line: (line.place is None, line.place or 0),
    "mean": lambda line: -(line.mean or 0),
    "spread": lambda line: -(line.spread or 0),
    "reviews": lambda line: (line.reviews, -(line.score or 0)),
}


@dashboard("GET")
def ranking(request, call_id: int) -> HttpResponse:
    """Calibrated scores with how sure they are, the raw mean beside them, and what to look at before deciding."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    found = sight.found = findings.of(call, without=sight.unseen)
    readings.note(request, Reading.What.RANKING, call)
    others_shown(request, sight)
    sort = request.GET.get("sort")
    return page(
        request,
        "applications/selecting/ranking",
        _("Ranking"),
        call=call,
        rows=ranked(request, found, sight, sort=sort),
        sort=sort if sort in SORTS or sort == "name" else "place",
        quorum=found.quorum,
        incomplete=found.incomplete,
        ties=found.ties,
        cut_score=found.cut_score,
        boundary=_boundary(found, sight.names([*(found.edge or ()), *found.tied])),
        questions=how_many_questions(found),
        amended=protocol.amended(call),
        has_reviews=len(found.marks) > 0,
        sight=sight,
    )


def ranked(request, found: findings.Findings, sight: Sight, *, sort: str | None = None) -> Page[Any]:
    """One page of the ranking for one manager: without what they have a conflict with; what they still have to score
    stands last, by name, so that its place tells nothing of its marks."""
    order: Sequence[Standing | int]
    if sort == "name":
        by_name = sight.applications.order_by("startup__name", "pk").values_list("pk", flat=True)
        order = [
            pk if pk in sight.hidden else found.standing[pk] for pk in by_name if _is_shown(pk, found, sight)
        ]
    else:
        placed = sorted(found.standings, key=SORTS[sort]) if sort in SORTS else found.standings
        order = [*placed, *_by_name(sight)]
    shown: Page[Any] = Paginator(order, ROWS).get_page(request.GET.get("page"))
    shown.object_list = _rows(sight, found, list(shown))
    return shown


def _is_shown(application: int, found: findings.Findings, sight: Sight) -> bool:
    return application in found.standing or application in sight.hidden


def _by_name(sight: Sight) -> list[int]:
    """What this manager still has to score; mostly nothing, and then nothing is queried."""
    if not sight.hidden:
        return []
    mine = sight.applications.filter(pk__in=sight.hidden)
    return list(mine.order_by("startup__name", "pk").values_list("pk", flat=True))


def _rows(sight: Sight, found: findings.Findings, lines: Sequence[Standing | int]) -> list[dict]:
    about = sight.about(line if isinstance(line, int) else line.application for line in lines)
    low, high = found.calibration.interval()
    rows = []
    for line in lines:
        if isinstance(line, int):
            rows.append(_said(sight, about[line]) | {"is_hidden": True})
            continue
        at = found.row.get(line.application)
        rows.append(
            _said(sight, about[line.application])
            | {
                "place": line.place,
                "tied": line.tied,
                "mean": line.mean,
                "spread": line.spread,
                "said": {name: two_digits(getattr(line, name)) for name in ("score", "mean", "spread")},
                "reviews": line.reviews,
                "missing_reviews": line.missing_reviews,
                "missing_organisations": line.missing_organisations,
                "score": line.score,
                "low": None if at is None else float(low[at]),
                "high": None if at is None else float(high[at]),
                "totals": found.totals.get(line.application, ()),
                "chance": chance_of_seat(found, line.application) if line.is_complete else "–",
                "remarks": _remarks(found, line.application),
            }
        )
    return rows


def _said(sight: Sight, about: About) -> dict:
    """What a line says beside its figures."""
    return {
        "public_id": about.public_id,
        "name": about.name,
        "outcome": Decision.Outcome(about.outcome) if about.outcome else None,
        "is_left_out": about.outcome == Decision.Outcome.NOT_SELECTED,
        "url": reverse("reviewing:panel_application", args=[sight.call.pk, about.public_id]),
        "score_url": reverse("selecting:score", args=[sight.call.pk, about.public_id]),
    }


def two_digits(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"


def chance_of_seat(found: findings.Findings, application: int) -> str:
    """The chance of a seat in words. It comes from draws, so it is never said to be nothing or all."""
    chance = found.chance(application) or 0.0
    return wording.chance(min(max(chance, 1e-4), 1 - 1e-4))


def _remarks(found: findings.Findings, application: int) -> list[str]:
    """What stands beside a line because a person should look at it."""
    remarks = []
    if application in found.tied_ones:
        remarks.append(_("tied at the cut"))
    if count := found.unusual_reviews[application]:
        sentence = ngettext("%(count)s unusual review", "%(count)s unusual reviews", count)
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
