"""The content of an application on a dashboard page, and its reviews side by side."""

from datetime import datetime
from itertools import pairwise

from django.contrib import messages
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import countries, wording
from applications.applying.models import Application
from applications.questions import form as call_form
from applications.reviewing import others_seen
from applications.reviewing.models import Review, ReviewQuerySet, ReviewVersion, Score
from applications.reviewing.sight import Sight


def content_of(application: Application, without: frozenset[str] = frozenset()) -> tuple[list, str, str]:
    """The latest version by section, the address of its first file, and which version it is, in words; as somebody sees it
    to whom these questions are closed."""
    version = application.submissions.order_by("-number").first()
    sections = call_form.read(version.content, without=without) if version else []
    listed = version.content.get("files", []) if version else []
    files = [one for one in listed if one["question"] not in without]
    deck_url = reverse("applying:application_file", args=[files[0]["id"]]) if files else ""
    submitted = (
        _("Version %(number)s, received %(moment)s")
        % {
            "number": version.number,
            "moment": wording.moment(version.received_at, application.call.programme),
        }
        if version
        else ""
    )
    return sections, deck_url, submitted


def facts_of(application: Application) -> list[tuple[str, object]]:
    """Label and value of what identifies the startup; what is unknown is left out."""
    startup = application.startup
    team = [] if application.emptied_at else startup.team
    facts: list[tuple[str, object]] = [
        (_("Country"), countries.name(startup.country) if startup.country else ""),
        (_("Founded"), startup.founded_year or ""),
        (_("Team"), wording.list_of(str(member.user) for member in team)),
        (_("Website"), startup.website),
    ]
    return [(label, value) for label, value in facts if value]


def asked_of_team(application: Application, now: datetime) -> dict:
    """What its team was asked and answered, for the page beside it."""
    questions = list(application.questions_back.select_related("by", "answered_by", "taken_back_by"))
    waits = any(question.is_unanswered for question in questions)
    can_ask = application.is_sealed and not (waits or application.call.is_released or application.emptied_at)
    return {"questions": questions, "can_ask": can_ask, "now": now}


def side_by_side(reviews: ReviewQuerySet) -> list[dict]:
    """These reviews of one application, with their marks in the order of the rubric: those given before the others' were
    seen and, where a review was changed after that, the latest beside them."""
    in_order = Prefetch("scores", Score.objects.select_related("criterion").order_by("criterion__position"))
    reviews = reviews.select_related("assignment__reviewer__user", "assignment__reviewer__partner")
    return [_columns(given) for given in reviews.prefetch_related(in_order, "versions").order_by("pk")]


def _columns(given: Review) -> dict:
    versions = list(given.versions.all())
    later = versions[-1] if versions else None
    return {
        "reviewer": given.assignment.reviewer,
        "organisation": given.assignment.reviewer.partner or "",
        "total": given.total,
        "later_total": later.total if later and later.total != given.total else None,
        "marks": [(score.criterion, score.value, _if_other(later, score)) for score in given.scores.all()],
        "for_panel": given.comment_for_panel,
        "for_applicant": given.comment_for_applicant,
        "submitted_at": given.submitted_at,
        "changes": list(pairwise(versions)),
        "unasked": f"{len(given.scores.all())}:",  # the criteria that came after it are the last ones
    }


def _if_other(later: ReviewVersion | None, score: Score) -> int | None:
    """The latest mark where it is another one."""
    mark = later.marks.get(score.criterion.key) if later else None
    return None if mark == score.value else mark


def others_shown(request, sight: Sight, application: Application | None = None) -> None:
    """Every page calls this that shows a manager what reviewers gave, to one application or in a whole call. Where they
    review as well, and have seen it now for the first time, the page says what that means for their own marks."""
    if application is None:
        count = others_seen.note_all(sight, now=request.now)
    else:
        count = others_seen.note(request.user, {application.pk} - sight.unseen, now=request.now)
    if count and not sight.call.is_released:
        messages.info(
            request,
            ngettext(
                "You have now seen what others gave to %(count)s application that you reviewed. From now on a change of "
                "your marks there needs a reason.",
                "You have now seen what others gave to %(count)s applications that you reviewed. From now on a change of "
                "your marks there needs a reason.",
                count,
            )
            % {"count": count},
        )
