"""The content of an application on a dashboard page, and its reviews side by side."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import countries, wording
from applications.applying.models import Application
from applications.questions import form as call_form
from applications.reviewing.models import ReviewQuerySet, Score


def content_of(application: Application) -> tuple[list, str, str]:
    """The latest version by section, the address of its first file, and which version it is, in words."""
    version = application.submissions.order_by("-number").first()
    sections = call_form.read(version.content) if version else []
    files = version.content["files"] if version else []
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
    facts: list[tuple[str, object]] = [
        (_("Country"), countries.name(startup.country) if startup.country else ""),
        (_("Founded"), startup.founded_year or ""),
        (_("Team"), wording.list_of(str(member.user) for member in startup.team)),
        (_("Website"), startup.website),
    ]
    return [(label, value) for label, value in facts if value]


def side_by_side(reviews: ReviewQuerySet) -> list[dict]:
    """These reviews of one application, with their marks in the order of the rubric."""
    in_order = Prefetch("scores", Score.objects.select_related("criterion").order_by("criterion__position"))
    reviews = reviews.select_related("assignment__reviewer__user", "assignment__reviewer__partner")
    return [
        {
            "reviewer": given.assignment.reviewer,
            "organisation": given.assignment.reviewer.partner or "",
            "total": given.total,
            "marks": [(score.criterion, score.value) for score in given.scores.all()],
            "for_panel": given.comment_for_panel,
            "for_applicant": given.comment_for_applicant,
            "submitted_at": given.submitted_at,
        }
        for given in reviews.prefetch_related(in_order).order_by("pk")
    ]
