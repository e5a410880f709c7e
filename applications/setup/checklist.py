"""What a call still lacks before it can be opened, and what is better looked at first; each with the page that mends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import clock, wording
from accelerator.models import OutboxMessage
from accelerator.policies import publishing
from accelerator.policies.models import Policy
from accelerator.watching import health
from applications.calls import order
from applications.calls.models import Call
from applications.calls.window import last_day
from applications.reviewing.models import Reviewer
from applications.selecting import terms
from applications.setup import call_days, rubric


class PointState(Enum):
    DONE = "done"
    ADVISED = "advised"  # it can be opened without
    MISSING = "missing"


@dataclass(frozen=True)
class CheckedPoint:
    """One line of the list: of which part, how it stands, in a sentence, and the page where it is mended."""

    part: str
    state: PointState
    sentence: str
    url: str = ""

    @property
    def is_missing(self) -> bool:
        return self.state is PointState.MISSING

    @property
    def is_advised(self) -> bool:
        return self.state is PointState.ADVISED


IN_STEP = timedelta(seconds=2)
SEASON, FORM, RUBRIC, MESSAGES, PUBLIC, RUNNING = "season", "form", "rubric", "messages", "public", "running"


def of(call: Call, now: datetime) -> list[CheckedPoint]:
    """Every point in the order of the parts, those that are in order included, and what the call runs on."""
    return [*of_call(call, now), *_running(call)]


def of_call(call: Call, now: datetime) -> list[CheckedPoint]:
    """What is set up of the call itself."""
    looks = (_window, _days, _questions, _rubric, _reviewers, _reminders, _terms, _who_may_apply, _privacy)
    return [point for look in looks for point in look(call, now)]


def missing(points: list[CheckedPoint]) -> list[CheckedPoint]:
    return [point for point in points if point.is_missing]


def _change_page(call: Call) -> str:
    return reverse("admin:applications_call_change", args=[call.pk])


# --- Season -------------------------------------------------------------------------------------------
def _window(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    if not call.is_draft:
        return
    url = reverse("setup:days", args=[call.pk])
    until = wording.deadline(call.window.deadline, call)
    if call.window.deadline <= now:
        yield CheckedPoint(
            SEASON,
            PointState.MISSING,
            _("It would be closed already, since %(until)s. Choose a later end.") % {"until": until},
            url,
        )
    elif call.window.opens_at <= now:
        yield CheckedPoint(
            SEASON,
            PointState.ADVISED,
            _("Its opening has passed: it takes applications as soon as you open it, until %(until)s.")
            % {"until": until},
            url,
        )
    else:
        yield CheckedPoint(
            SEASON,
            PointState.DONE,
            _("It takes applications from %(opens)s until %(until)s.")
            % {"opens": wording.moment(call.window.opens_at, call.zone), "until": until},
            url,
        )


def _days(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    days = {name: getattr(call, name) for name in order.DAYS}
    found = order.out_of_order({"last_day": last_day(call.window.deadline, call.zone), **days})
    url = reverse("setup:days", args=[call.pk])
    if found:
        yield CheckedPoint(SEASON, PointState.MISSING, call_days.out_of_order(found), url)
        return
    yield CheckedPoint(
        SEASON,
        PointState.DONE,
        _("Reviews are due on %(due)s, and everybody has an answer by %(decision)s.")
        % {"due": wording.day(call.reviews_due_on), "decision": wording.day(call.decision_on)},
        url,
    )


# --- Form and rubric ----------------------------------------------------------------------------------
def _questions(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    count = call.questions.count()
    if not count:
        yield CheckedPoint(
            FORM,
            PointState.MISSING,
            _("It asks nothing yet. Write a section and its questions."),
            reverse("setup:form", args=[call.pk]),
        )
        return
    yield CheckedPoint(
        FORM,
        PointState.DONE,
        ngettext("It asks %(count)s question.", "It asks %(count)s questions.", count) % {"count": count},
        reverse("setup:form", args=[call.pk]),
    )
    for section in call.sections.annotate(asked=Count("questions")).filter(asked=0):
        yield CheckedPoint(
            FORM,
            PointState.ADVISED,
            _("The section “%(section)s” asks nothing.") % {"section": section},
            reverse("setup:form", args=[call.pk]),
        )


def _rubric(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    count, url = call.criteria.count(), reverse("setup:rubric", args=[call.pk])
    if not count:
        yield CheckedPoint(
            RUBRIC, PointState.MISSING, _("Reviewers have nothing to mark: there is no criterion."), url
        )
    elif (weights := rubric.total(call)) != rubric.WHOLE:
        yield CheckedPoint(
            RUBRIC,
            PointState.MISSING,
            _("The weights of the rubric add up to %(sum)s, not %(whole)s.")
            % {"sum": weights, "whole": rubric.WHOLE},
            url,
        )
    else:
        yield CheckedPoint(
            RUBRIC,
            PointState.DONE,
            ngettext("Reviewers mark %(count)s criterion.", "Reviewers mark %(count)s criteria.", count)
            % {"count": count},
            url,
        )
    if count and not call.eligibility_checks.exists():
        yield CheckedPoint(
            RUBRIC,
            PointState.ADVISED,
            _("Screening has no list of checks: every verdict will rest on its reason alone."),
            _change_page(call),
        )


def _reviewers(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    url = reverse("reviewing:reviewers", args=[call.pk])
    promised = list(Reviewer.objects.active_for(call).taking_more().values_list("capacity", flat=True))
    if not promised:
        yield CheckedPoint(
            RUBRIC,
            PointState.ADVISED,
            _("Nobody reviews yet. Invite reviewers in time for the close."),
            url,
        )
        return
    enough_for = sum(promised) // call.reviews_per_application
    figures = {
        "people": ngettext("%(n)s reviewer promises", "%(n)s reviewers promise", len(promised))
        % {"n": len(promised)},
        "reviews": ngettext("%(n)s review", "%(n)s reviews", sum(promised)) % {"n": sum(promised)},
        "applications": ngettext("%(n)s application", "%(n)s applications", enough_for) % {"n": enough_for},
    }
    is_enough = enough_for >= call.seats and len(promised) >= call.reviews_per_application
    sentence = (
        _("%(people)s %(reviews)s: enough for %(applications)s.")
        if is_enough
        else _("%(people)s %(reviews)s: enough for %(applications)s only. Ask for more.")
    )
    state = PointState.DONE if is_enough else PointState.ADVISED
    yield CheckedPoint(RUBRIC, state, sentence % figures, url)


# --- Messages and the public page ---------------------------------------------------------------------
def _reminders(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    if count := call.reminders.count():
        sentence = ngettext(
            "Whoever is still writing is reminded once before the deadline, and in its last hours.",
            "Whoever is still writing is reminded %(count)s times before the deadline, and in its last hours.",
            count,
        ) % {"count": count}
        yield CheckedPoint(MESSAGES, PointState.DONE, sentence, reverse("setup:timeline", args=[call.pk]))
    else:
        yield CheckedPoint(
            MESSAGES,
            PointState.ADVISED,
            _("Nobody is reminded days before the deadline, only in its last hours."),
            _change_page(call),
        )


def _terms(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    url = reverse("selecting:offer_terms", args=[call.pk])
    if terms.current(call):
        yield CheckedPoint(MESSAGES, PointState.DONE, _("Offers say on which terms they are accepted."), url)
    else:
        yield CheckedPoint(
            MESSAGES, PointState.ADVISED, _("Offers have no terms yet. They need them by the release."), url
        )


def _who_may_apply(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    if call.who_may_apply:
        yield CheckedPoint(
            PUBLIC, PointState.DONE, _("The public page says who may apply."), _change_page(call)
        )
    else:
        yield CheckedPoint(
            PUBLIC, PointState.ADVISED, _("The public page does not say who may apply."), _change_page(call)
        )


def _privacy(call: Call, now: datetime) -> Iterator[CheckedPoint]:
    url = reverse("policies:policies", args=[call.programme.slug])
    if publishing.current(call.programme, Policy.Kind.PRIVACY):
        yield CheckedPoint(PUBLIC, PointState.DONE, _("The privacy notice is your own."), url)
    else:
        yield CheckedPoint(
            PUBLIC,
            PointState.ADVISED,
            _(
                "The privacy notice is the one that is shipped. Have somebody who answers for it publish yours."
            ),
            url,
        )


# --- What it runs on ----------------------------------------------------------------------------------
def _running(call: Call) -> Iterator[CheckedPoint]:
    """Mail, the store of files and the tick, as they were found last; nothing here waits for any of them."""
    url = reverse("messages:outbox")
    sent = OutboxMessage.objects.filter(programme=call.programme, status=OutboxMessage.Status.SENT)
    last = sent.exclude(sent_at=None).order_by("-sent_at").values_list("sent_at", flat=True).first()
    if last:
        sentence = _("Mail leaves: the last of this programme on %(when)s.")
        yield CheckedPoint(
            RUNNING, PointState.DONE, sentence % {"when": wording.moment(last, call.zone)}, url
        )
    else:
        yield CheckedPoint(
            RUNNING,
            PointState.ADVISED,
            _("No mail of this programme has left yet. Send yourself one, and see that it arrives."),
            url,
        )
    yield from _clocks()
    found = health.report()
    for key, good, bad in (
        ("mail", "", _("The mail server does not answer.")),
        (
            "storage",
            _("Files are kept: one was written and read a minute ago."),
            _("The store of files does not answer."),
        ),
        ("tick", _("The clockwork runs."), _("The clockwork stands still: no reminder would go out.")),
    ):
        if found[key] in ("unreachable", "late"):
            yield CheckedPoint(
                RUNNING, PointState.MISSING if key == "storage" else PointState.ADVISED, bad, url
            )
        elif good and found[key] == "ok":
            yield CheckedPoint(RUNNING, PointState.DONE, good, "")


def _clocks() -> Iterator[CheckedPoint]:
    """The machine's says when a call opens, the database's what is in time. One that is set by hand is in step with none."""
    if settings.CLOCK_ADJUSTABLE:
        return
    apart = abs(clock.database_now() - clock.real_now())
    if apart < IN_STEP:
        yield CheckedPoint(
            RUNNING, PointState.DONE, _("The clocks of this machine and of the database agree.")
        )
        return
    sentence = _(
        "The clocks of this machine and of the database are %(seconds)s seconds apart. The database says what is in time."
    ) % {"seconds": round(apart.total_seconds())}
    yield CheckedPoint(RUNNING, PointState.ADVISED, sentence)
