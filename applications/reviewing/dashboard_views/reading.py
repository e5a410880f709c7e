"""An application as it is read in the dashboard, and the reviews of it side by side."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import countries, wording
from applications.questions import form as call_form
from applications.reviewing.models import Score


def as_read(application) -> tuple[list, str, str]:
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


def facts_of(application) -> list[tuple[str, object]]:
    startup = application.startup
    found = [
        (_("Country"), countries.name(startup.country) if startup.country else ""),
        (_("Founded"), startup.founded_year or ""),
        (_("Team"), wording.list_of(str(member.user) for member in startup.team)),
        (_("Website"), startup.website),
    ]
    return [(label, value) for label, value in found if value]


def side_by_side(seen) -> list[dict]:
    """These reviews of one application, with their marks in the order of the rubric."""
    in_order = Prefetch("scores", Score.objects.select_related("criterion").order_by("criterion__position"))
    reviews = seen.select_related("assignment__reviewer__user", "assignment__reviewer__partner").order_by(
        "pk"
    )
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
        for given in reviews.prefetch_related(in_order)
    ]
