"""Where a rehearsal can jump to, and what a newcomer is shown: things worth trying, each ticked when done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accelerator.models import Role, TeamMember, User
from applications.calls import window
from applications.models import Application, Assignment, Call, Offer
from mentoring.models import MentoringSession

LATER_MONTHS = [
    "month_four",
    "month_five",
    "month_six",
    "month_seven",
]  # April to July of a cohort from January


@dataclass(frozen=True)
class Jump:
    """A moment of the season to which the bar can jump."""

    key: str
    label: str | Promise
    at: datetime


def moments(call: Call) -> list[Jump]:
    """The jumps of a call, in order, from the eve of its deadline to the month after its cohort."""
    zone, closes_at = call.zone, call.window.deadline

    def at(day, hour):
        return window.instant(day, time(hour), zone)

    last_day = window.last_day(closes_at, zone)
    reviewing = last_day + (call.reviews_due_on - last_day) / 2
    third_month = call.starts_on + timedelta(days=65)
    return [
        Jump("eve", _("Eve of the deadline"), at(last_day - timedelta(days=1), 18)),
        Jump("sealed", _("Just after sealing"), closes_at + timedelta(minutes=10)),
        Jump("reviewing", _("Reviewing weeks"), at(reviewing, 9)),
        Jump("selection", _("Selection day"), at(call.decision_on, 9)),
        Jump("offers", _("Offers are out"), at(call.decision_on, 18)),
        Jump("kick_off", _("First week"), at(call.starts_on + timedelta(days=2), 9)),
        Jump("month_three", _("Month three"), at(third_month, 9)),
        *(
            Jump(key, capfirst(date_format(day, "F")), at(day, 9))
            for key, day in zip(LATER_MONTHS, _months_after(third_month), strict=True)
            if day <= call.ends_on + timedelta(days=31)
        ),
    ]


def _months_after(day: date) -> list[date]:
    """The third of each of the months to come, by when everybody is back."""
    months = [divmod(day.month + later, 12) for later in range(len(LATER_MONTHS))]
    return [date(day.year + years, month + 1, 3) for years, month in months]


@dataclass(frozen=True)
class Stop:
    """One thing to try. It is ticked by the newcomer's own request: this method to one of these routes."""

    key: str
    title: str | Promise
    text: str | Promise
    persona: str
    where: Callable[[Call], str]
    needs: str  # the moment from which on it can be tried; "" from the opening
    ticked_by: tuple[str, ...]
    method: str = "POST"
    over: str = ""  # the moment from which on it is too late for it


STOPS = [
    Stop(
        "apply",
        _("Apply"),
        _(
            "Open a founder's draft, add what is missing and submit it. Or sign up as yourself and start your own."
        ),
        "founder",
        lambda call: reverse("applying:my_applications"),
        "",
        ("applying:submit_application",),
        over="sealed",
    ),
    Stop(
        "deadline",
        _("See the deadline pass"),
        _("Jump past it, then open an application and try to change something."),
        "founder",
        lambda call: reverse("applying:my_applications"),
        "sealed",
        ("applying:application", "applying:receipt"),
        "GET",
    ),
    Stop(
        "assign",
        _("Screen and assign"),
        _("Decide who is eligible, then plan three readers for each application."),
        "manager",
        lambda call: reverse("reviewing:screening", args=[call.pk]),
        "sealed",
        ("reviewing:screening", "reviewing:screen_application", "reviewing:assignment"),
        over="reviewing",
    ),
    Stop(
        "score",
        _("Score an application"),
        _("Open a reviewer's queue, read, score each criterion, save and go on to the next."),
        "reviewer",
        lambda call: reverse("reviewing:review_queue"),
        "reviewing",
        ("reviewing:review",),
        over="selection",
    ),
    Stop(
        "choose",
        _("Choose the five"),
        _("Look at the ranking, pick five and a reserve, read the letters, release them all at once."),
        "manager",
        lambda call: reverse("selecting:selection", args=[call.pk]),
        "selection",
        ("selecting:selection", "selecting:release"),
        over="offers",
    ),
    Stop(
        "book",
        _("Accept and book"),
        _("Accept a founder's offer, then book a mentor in three clicks."),
        "chosen",
        lambda call: reverse("applying:my_applications"),
        "offers",
        ("cohorts:offer", "mentoring:book_session"),
    ),
    Stop(
        "log",
        _("Log a session"),
        _("Say in under a minute what a session was about and what comes next."),
        "mentor",
        lambda call: reverse("mentoring:sessions"),
        "month_three",
        ("mentoring:log_session", "mentoring:log_unbooked"),
    ),
    Stop(
        "hours",
        _("See who has too little"),
        _("Who has nothing ahead, each with an hour that both sides have. One press asks both."),
        "manager",
        lambda call: reverse("mentoring_dashboard:too_little", args=[call.cohort.public_id]),
        "month_four",
        ("mentoring_dashboard:too_little", "mentoring_dashboard:grid"),
        "GET",
    ),
    Stop(
        "tick",
        _("Tick what is done"),
        _("What a team took on comes back in each session, until somebody ticks it."),
        "chosen",
        lambda call: reverse("mentoring:sessions"),
        "month_five",
        ("mentoring:tick_action_item",),
    ),
    Stop(
        "move",
        _("Move an hour"),
        _("Move a session, or cancel it, and look at what both sides and their calendars are told."),
        "chosen",
        lambda call: reverse("mentoring:sessions"),
        "month_six",
        ("mentoring:move_session", "mentoring:cancel_session"),
        over="month_seven",
    ),
    Stop(
        "look_back",
        _("Look back"),
        _("Every session of the six months, with what became of it, to take along as a file."),
        "manager",
        lambda call: reverse("mentoring_dashboard:sessions", args=[call.cohort.public_id]),
        "month_seven",
        ("mentoring_dashboard:sessions",),
        "GET",
    ),
]


def ticked(method: str, route: str, *, is_closed: bool) -> str:
    """The key of the stop that this request ticks, or nothing."""
    for stop in STOPS:
        if route in stop.ticked_by and stop.method == method and (stop.key != "deadline" or is_closed):
            return stop.key
    return ""


@dataclass(frozen=True)
class Persona:
    """Somebody of the cast whom the newcomer can be with one click."""

    key: str
    role: str
    user: User


def personas(call: Call) -> list[Persona]:
    """One of each kind, the one for whom most is happening."""
    found = [
        ("founder", _("founder"), _founder(call)),
        ("chosen", _("chosen founder"), _chosen(call)),
        ("reviewer", _("reviewer"), _reviewer(call)),
        ("manager", _("manager"), _holder(call, Role.Kind.MANAGER)),
        ("mentor", _("mentor"), _mentor(call)),
    ]
    return [Persona(key, str(role), user) for key, role, user in found if user]


def persona(call: Call, key: str) -> User | None:
    return next((p.user for p in personas(call) if p.key == key), None)


def _owner(startups) -> User | None:
    member = (
        TeamMember.objects.filter(startup__in=startups, is_owner=True)
        .select_related("user")
        .order_by("pk")
        .first()
    )
    return member.user if member else None


def _founder(call: Call) -> User | None:
    """The founder with the fullest draft; after the deadline, the one who submitted first."""
    drafts = Application.objects.filter(call=call).drafts().order_by("-draft_version", "pk")
    some = (
        drafts.first() or Application.objects.filter(call=call).submitted().order_by("submitted_at").first()
    )
    return _owner([some.startup_id]) if some else None


def _chosen(call: Call) -> User | None:
    offers = Offer.objects.filter(application__call=call).live().order_by("-status", "-seat__number")
    return _owner([offers[0].application.startup_id]) if offers else None


def _reviewer(call: Call) -> User | None:
    waiting = Assignment.objects.awaiting_review().filter(application__call=call).order_by("pk").first()
    return waiting.reviewer.user if waiting else _holder(call, Role.Kind.REVIEWER)


def _mentor(call: Call) -> User | None:
    sessions = MentoringSession.objects.filter(membership__cohort__call=call)
    waiting = sessions.filter(status=MentoringSession.Status.BOOKED).order_by("starts_at").first()
    return waiting.mentor.user if waiting else _holder(call, Role.Kind.MENTOR)


def _holder(call: Call, kind: str) -> User | None:
    role = (
        Role.objects.live()
        .filter(programme=call.programme, kind=kind)
        .select_related("user")
        .order_by("pk")
        .first()
    )
    return role.user if role else None
