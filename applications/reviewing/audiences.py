"""Whom the managers of a call can write to while it runs: its teams as they stand, and its reviewers.

Every group is what `Sight` shows of the call to whoever writes: no team and no review of a conflict is in it.
"""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from accelerator.groups import audiences
from accelerator.groups.audiences import Addressee
from accelerator.messages import outbox
from accelerator.models import Startup, TeamMember, User
from applications.applying.models import Application, ApplicationQuerySet
from applications.calls.models import Call
from applications.reviewing.models import Reviewer
from applications.reviewing.notices import queue_url
from applications.reviewing.progress import progress
from applications.reviewing.sight import Sight

ONE_TEAM = "applications.one_team"
OF_TEAM = {
    "startup": _("the name of the startup"),
    "call": _("the name of the call"),
    "deadline": _("until when this team can submit"),
    "link": _("the address of their application"),
}
OF_REVIEWER = {
    "call": _("the name of the call"),
    "left": _("how many reviews are not finished"),
    "due": _("the day by which reviews are due"),
    "link": _("the address of their queue"),
}


def managed(user: User) -> QuerySet[Call]:
    """The calls whose groups this person may write to."""
    return Call.objects.managed_by(user).select_related("programme", "window", "release")


def to_teams(applications: ApplicationQuerySet, only: User | None) -> Iterator[Addressee]:
    """Everybody in the teams of these applications, or only one of them."""
    found = applications.filter(emptied_at=None).select_related("startup", "call__programme", "call__window")
    if only is not None:
        found = found.filter(startup__in=Startup.objects.of(only))
    by_startup = {application.startup_id: application for application in found.order_by("-pk")}
    members = TeamMember.objects.filter(left_at=None, startup__in=list(by_startup)).select_related("user")
    if only is not None:
        members = members.filter(user=only)
    for member in members.order_by("startup__name", "pk"):
        application = by_startup[member.startup_id]
        call = application.call
        yield Addressee(
            member.user,
            application,
            {
                "startup": application.startup.name,
                "call": call.name,
                "deadline": wording.deadline(application.deadline, call.zone),
                "link": outbox.absolute(application.get_absolute_url()),
            },
        )


def _teams(among: Callable[[Sight], ApplicationQuerySet]) -> audiences.People:
    return lambda by, call, only: to_teams(among(Sight(by, call)), only)


def _reviewers(by: User, call: Call, only: User | None) -> Iterator[Addressee]:
    listed = Reviewer.objects.active_for(call).select_related("user").order_by("user__name", "pk")
    yield from to_reviewers(by, call, listed if only is None else listed.filter(user=only))


def _with_reviews_left(by: User, call: Call, only: User | None) -> Iterator[Addressee]:
    return (one for one in _reviewers(by, call, only) if one.values["left"] != "0")


def to_reviewers(by: User, call: Call, reviewers: QuerySet[Reviewer]) -> Iterator[Addressee]:
    """These reviewers, each with what is left of what the writer may know of."""
    left = {one.reviewer: one.left for one in progress(call, without=Sight(by, call).barred)}
    for reviewer in reviewers:
        yield Addressee(
            reviewer.user,
            reviewer,
            {
                "call": call.name,
                "left": str(left.get(reviewer.pk, 0)),
                "due": wording.day(call.reviews_due_on),
                "link": queue_url(),
            },
        )


for name, words, because, among in (
    (
        "drafts",
        _("Teams that have not submitted"),
        _("your team has an application that is not submitted"),
        lambda sight: sight.all.drafts(),
    ),
    (
        "changes_not_in",
        _("Teams with changes that are not submitted"),
        _("your team changed its application after it was submitted"),
        lambda sight: sight.submitted.with_something_not_in().filter(sealed_at=None),
    ),
    (
        "submitted",
        _("Teams that have submitted"),
        _("your team has submitted an application"),
        lambda sight: sight.submitted,
    ),
    (
        "withdrawn",
        _("Teams that withdrew"),
        _("your team withdrew its application"),
        lambda sight: sight.all.filter(status=Application.Status.WITHDRAWN),
    ),
):
    audiences.declare(
        f"applications.{name}",
        words,
        because=because,
        places=managed,
        people=_teams(among),
        placeholders=OF_TEAM,
    )

audiences.declare(
    "applications.teams",
    _("All teams, with a draft or submitted"),
    because=_("your team has an application to this call"),
    places=managed,
    people=_teams(lambda sight: sight.all.exclude(status=Application.Status.WITHDRAWN)),
    placeholders=OF_TEAM,
    read_by=lambda user: (
        Application.objects.of(user).exclude(status=Application.Status.WITHDRAWN).values("call")
    ),
)
audiences.declare(
    "applications.reviewers",
    _("Reviewers"),
    because=_("you review for this call"),
    places=managed,
    people=_reviewers,
    placeholders=OF_REVIEWER,
    read_by=lambda user: Reviewer.objects.active_of(user).values("call"),
)
audiences.declare(
    "applications.reviews_left",
    _("Reviewers with reviews that are not finished"),
    because=_("some of the reviews that you were asked for are not finished"),
    places=managed,
    people=_with_reviews_left,
    placeholders=OF_REVIEWER,
)


def _one_team(by: User, application: Application, only: User | None) -> Iterator[Addressee]:
    return to_teams(Application.objects.managed_by(by).filter(pk=application.pk), only)


def _one_reviewer(by: User, reviewer: Reviewer, only: User | None) -> Iterator[Addressee]:
    this_one = Reviewer.objects.active_for(reviewer.call).filter(pk=reviewer.pk).select_related("user")
    return to_reviewers(by, reviewer.call, this_one if only is None else this_one.filter(user=only))


audiences.declare(
    ONE_TEAM,
    _("The team of %(place)s"),
    because=_("you are in the team of this application"),
    places=lambda user: Application.objects.managed_by(user).select_related("startup", "call__programme"),
    people=_one_team,
    placeholders=OF_TEAM,
    is_listed=False,
)
audiences.declare(
    "applications.one_reviewer",
    _("The reviewer %(place)s"),
    because=_("you review for this call"),
    places=lambda user: Reviewer.objects.filter(call__in=managed(user)).select_related(
        "user", "call__programme", "call__window"
    ),
    people=_one_reviewer,
    placeholders=OF_REVIEWER,
    is_listed=False,
)
