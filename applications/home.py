"""The dashboard's home: a reviewer's queue, and for managers how each of their calls stands, the one in focus first."""

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.dashboard import home
from accelerator.dashboard.readers import holds
from accelerator.models import Programme, Role, User
from applications.applying.extensions import ExtensionRequest
from applications.applying.models import Application
from applications.calls import window
from applications.calls.managed import managed_calls
from applications.calls.models import Call
from applications.guiding.focus import in_focus
from applications.guiding.steps import is_running
from applications.reviewing import factors
from applications.reviewing.dashboard_views.queue import queue_of
from applications.reviewing.models import Assignment, Review, Reviewer
from applications.reviewing.progress import progress, share_of_time
from applications.reviewing.sight import Sight
from applications.selecting import proposals, releasing
from applications.selecting.models import Decision, Offer
from applications.setup import amendments, checklist


# --- A reviewer's home ----------------------------------------------------------------------------------
@home.cards
def my_queue(request):
    """What is left to read, call by call."""
    today = request.now.astimezone(request.user.zone).date()
    for call in queue_of(request):
        if not call["is_over"]:
            yield home.Card("applications/cards/queue.html", {"call": call, "today": today})


@home.cards
def proposals_for_a_chair(request):
    """What waits for whoever is a chair, call by call; a manager finds it under what needs them."""
    if not holds(request, Role.Kind.REVIEWER):
        return
    chaired = Reviewer.objects.filter(user=request.user, is_chair=True, call__release=None)
    for one in chaired.exclude(call__in=managed_calls(request)).select_related("call__programme"):
        if count := proposals.waiting_for(request.user, one.call).count():
            yield home.Card("applications/cards/proposals.html", {"call": one.call, "count": count})


# --- A manager's home -----------------------------------------------------------------------------------
@home.cards
def my_calls(request):
    """How each call stands whose cohort has not finished, and what needs its managers today: the one in focus first and
    with its figures. Once its cohort has begun, it is the cohort that the home is about."""
    focus = in_focus(request)
    for call in sorted(managed_calls(request), key=lambda one: one != focus):
        if request.now < window.end_of_day(call.ends_on, call.zone):
            shows_figures = call == focus and not is_running(call, request.now)
            context = {**_standing(call, request), "shows_figures": shows_figures}
            yield home.Card("applications/cards/call.html", context)


@home.cards
def programmes_without_a_call(request):
    for programme in Programme.objects.managed_by(request.user).filter(calls=None).order_by("name"):
        url = f"{reverse('admin:applications_call_add')}?programme={programme.pk}"
        words_url = reverse("programmes:programme", args=[programme.slug])
        context = {"programme": programme, "url": url, "words_url": words_url}
        yield home.Card("applications/cards/no_call.html", context)


def _standing(call: Call, request) -> dict:
    sight = Sight(request.user, call)
    figures = _figures(sight)
    share = share_of_time(call, request.now)
    people = [] if call.is_released else progress(call, without=sight.barred)
    behind = [one for one in people if one.is_behind(share)]
    return {
        "call": call,
        "is_open": not call.is_draft and call.window.is_open(request.now),
        "state": _state(call, request.now),
        "figures": figures,
        "sight": sight,
        "to_do": list(_to_do(sight, figures, behind, request)),
        "per_day": [] if call.is_released else _per_day(sight, request.now),
        "finished": sum(one.finished for one in people),
        "asked": sum(one.asked for one in people),
        "behind": [
            (one, reverse("reviewing:reviewer_progress", args=[call.pk, one.reviewer])) for one in behind
        ],
    }


def _figures(sight: Sight) -> dict[str, int]:
    status, submitted = Application.Status, Q(status=Application.Status.SUBMITTED)
    eligible = sight.applications
    enough = sight.call.reviews_per_application
    read = Review.objects.counted().filter(assignment__application__in=eligible)
    asked = Assignment.objects.live().filter(application__in=eligible)
    return sight.all.aggregate(
        started=Count("pk"),
        submitted=Count("pk", filter=submitted),
        drafts=Count("pk", filter=Q(status=status.DRAFT)),
    ) | {
        "eligible": eligible.count(),
        "reviewed": _with_enough(read.values("assignment__application"), enough),
        "assigned": _with_enough(asked.values("application"), enough),
    }


def _with_enough(by_application, enough: int) -> int:
    return by_application.annotate(count=Count("pk")).filter(count__gte=enough).count()


def _state(call: Call, now: datetime) -> str:
    """Where the call stands, as a sentence."""
    when = {
        "opens": wording.moment(call.window.opens_at, call.zone),
        "due": wording.day(call.reviews_due_on),
        "decision": wording.day(call.decision_on),
        "starts": wording.day(call.starts_on),
    }
    if call.is_draft:
        return _("A draft: nobody outside knows of it yet.")
    if call.is_released and now.astimezone(call.zone).date() >= call.starts_on:
        return _("Decided and published; the programme started %(starts)s.") % when
    if call.is_released:
        return _("Decided and published; the programme starts %(starts)s.") % when
    if now < call.window.opens_at:
        return _("Opens %(opens)s.") % when
    if call.window.is_open(now):
        return _("Open for applications.")
    if call.window.sealed_at is None:
        return _with_more_time(call, now) or _("Closed; it is being sealed.")
    if now < window.end_of_day(call.reviews_due_on, call.zone):
        return _("Closed and sealed. Reviews are due %(due)s, the decision is on %(decision)s.") % when
    return _("Reviews were due %(due)s; the decision is on %(decision)s.") % when


def _with_more_time(call: Call, now: datetime) -> str:
    """That somebody may still submit though the call is closed; "" where nobody may."""
    longer = call.applications.exclude(status=Application.Status.WITHDRAWN).filter(
        sealed_at=None, extended_until__gt=now
    )
    found = longer.aggregate(count=Count("pk"), last=Max("extended_until"))
    if not found["count"]:
        return ""
    sentence = ngettext(
        "Closed; %(count)s application has more time, until %(until)s.",
        "Closed; %(count)s applications have more time, the last until %(until)s.",
        found["count"],
    )
    return sentence % {"count": found["count"], "until": wording.deadline(found["last"], call)}


def _to_do(sight: Sight, figures: dict, behind: list, request):
    """Sentences with where to go, in the order of a season: what waits for somebody who runs the call."""
    call = sight.call
    if call.is_draft:
        yield _draft_to_open(call, request.now)
        return
    yield from _founders_who_wrote(sight)
    yield from _amendment_to_confirm(call, request.user)
    if count := factors.to_say(call, request.now):
        sentence = ngettext(
            "%(count)s person has no second factor yet, and cannot open the dashboard without",
            "%(count)s people have no second factor yet, and cannot open the dashboard without",
            count,
        )
        url = reverse("people:people_of", args=[call.programme.slug])
        yield {"text": sentence % {"count": count}, "url": url}
    if call.is_released:
        yield from _offers(sight)
        return
    if call.window.state(request.now) is not window.State.CLOSED:
        return

    def item(page: str, sentence: str, count: int):
        return {"text": sentence % {"count": count}, "url": reverse(page, args=[call.pk])}

    if unscreened := sight.all.awaiting_screening().count():
        yield item(
            "reviewing:screening",
            ngettext(
                "%(count)s application is to be screened",
                "%(count)s applications are to be screened",
                unscreened,
            ),
            unscreened,
        )
    if without := figures["eligible"] - figures["assigned"]:
        yield item(
            "reviewing:assignment",
            ngettext(
                "%(count)s application is short of readers",
                "%(count)s applications are short of readers",
                without,
            ),
            without,
        )
    if lost := _lost_a_reviewer(sight):
        yield item(
            "reviewing:assignment",
            ngettext(
                "%(count)s application lost a reviewer through a conflict of interest: plan another",
                "%(count)s applications lost a reviewer through a conflict of interest: plan others",
                lost,
            ),
            lost,
        )
    if behind:
        yield item(
            "reviewing:progress",
            ngettext(
                "%(count)s reviewer has fallen behind", "%(count)s reviewers have fallen behind", len(behind)
            ),
            len(behind),
        )
    if waits := 0 if sight.is_veiled else proposals.waiting_for_others(request.user, call).count():
        yield item(
            "selecting:proposals",
            ngettext("%(count)s proposal waits for you", "%(count)s proposals wait for you", waits),
            waits,
        )
    if not sight.is_veiled:
        yield from _towards_release(call, figures, item, request.now)


def _draft_to_open(call: Call, now: datetime) -> dict[str, str]:
    """What it lacks, or that nothing keeps it from being opened."""
    count = len(checklist.missing(checklist.of_call(call, now)))
    sentence = (
        ngettext(
            "%(count)s thing is missing before the draft can be opened",
            "%(count)s things are missing before the draft can be opened",
            count,
        )
        % {"count": count}
        if count
        else _("The draft can be opened")
    )
    return {"text": sentence, "url": reverse("setup:call", args=[call.pk])}


def _lost_a_reviewer(sight: Sight) -> int:
    """How many have too few reviewers since a conflict took one away."""
    lost = set(
        sight.applications.filter(assignments__conflict_found_at__isnull=False).values_list("pk", flat=True)
    )
    if not lost:
        return 0
    enough = sight.call.reviews_per_application
    return len(lost) - _with_enough(
        Assignment.objects.live().filter(application__in=lost).values("application"), enough
    )


def _founders_who_wrote(sight: Sight):
    """Those who asked for more time, or said what went wrong, and have no answer yet."""
    call = sight.call
    if count := sight.all.filter(extension_requests__status=ExtensionRequest.Status.WAITING).count():
        text = ngettext(
            "%(count)s founder wrote after the close and waits for an answer",
            "%(count)s founders wrote after the close and wait for an answer",
            count,
        )
        yield {"text": text % {"count": count}, "url": reverse("setup:window", args=[call.pk])}


def _amendment_to_confirm(call: Call, user: User):
    """A change of the rules that waits for this person."""
    waiting = call.amendments.waiting().select_related("call", "proposed_by").first()
    if waiting and not amendments.why_not_confirmed_by(waiting, user):
        yield {
            "text": _("An amendment of the rules waits for you"),
            "url": reverse("setup:amendment", args=[call.pk, waiting.pk]),
        }


def _towards_release(call: Call, figures: dict, item, now: datetime):
    decided = Decision.objects.filter(call=call).count()
    undecided = Decision.objects.undecided(call).count()
    all_read = figures["eligible"] and figures["reviewed"] == figures["eligible"]
    if undecided and (decided or all_read or now >= window.end_of_day(call.reviews_due_on, call.zone)):
        yield item(
            "selecting:selection",
            ngettext(
                "%(count)s application has no decision yet",
                "%(count)s applications have no decision yet",
                undecided,
            ),
            undecided,
        )
    if decided and not undecided:
        if without := Decision.objects.filter(call=call).without_letter().count():
            yield item(
                "selecting:letters",
                ngettext(
                    "%(count)s letter is to be prepared", "%(count)s letters are to be prepared", without
                ),
                without,
            )
        elif releasing.blocking(found := releasing.obstacles(call)):
            return
        elif wrong := releasing.amiss(found):
            yield item(
                "selecting:release",
                ngettext(
                    "%(count)s thing to look at before the release",
                    "%(count)s things to look at before the release",
                    len(wrong),
                ),
                len(wrong),
            )
        else:
            yield {
                "text": _("Everything is decided and written: publish it"),
                "url": reverse("selecting:release", args=[call.pk]),
            }


def _offers(sight: Sight):
    """How many of the chosen have not answered, and until when the first of them can."""
    call = sight.call
    unanswered = list(
        Offer.objects.open()
        .filter(seat__call=call)
        .exclude(application__in=sight.barred)
        .order_by("expires_at")
        .values_list("expires_at", flat=True)
    )
    if unanswered:
        text = ngettext(
            "%(count)s offer waits for its answer, until %(until)s",
            "%(count)s offers wait for their answer, the first until %(until)s",
            len(unanswered),
        )
        until = wording.deadline(unanswered[0], call.programme)
        yield {
            "text": text % {"count": len(unanswered), "until": until},
            "url": reverse("selecting:selection", args=[call.pk]),
        }


def _per_day(sight: Sight, now: datetime) -> list[tuple]:
    """First versions by day over the whole window, the last day marked; nothing before it opens."""
    call = sight.call
    if call.is_draft or now < call.window.opens_at:
        return []
    counts = sight.all.submissions_per_day(call.zone)
    first = call.window.opens_at.astimezone(call.zone).date()
    last = window.last_day(call.window.deadline, call.zone)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(wording.short_day(day), counts.get(day, 0), day == last) for day in days]
