"""Messages about the selection: letters of decision, offers, and what managers are told; one function each."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from accelerator.messages import kinds, outbox
from accelerator.models import Certificate, OutboxMessage, TeamMember, User
from applications.applying.conflict_rows import impartial_managers, managers_outside
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting.acts import ProposedAct
from applications.selecting.models import Decision, Letter, LetterQuerySet, Offer, Seat

SEAT_MOVED_ON = "applications.seat_moved_on"
NEXT_CALL_OPENS = "applications.next_call_opens"
PROPOSAL_MADE = "applications.proposal_made"
WITHDRAWN_AFTER_CLOSING = "applications.withdrawn_after_closing"

kinds.name_kinds(
    "applications",
    answer_day_moved=_("The day of the answers was moved"),
    decline_begun=_("A team gives its place up"),
    decline_proposed=_("A co-founder would give the place up"),
    decline_undone=_("A team keeps its place after all"),
    done_for_team=_("A manager did something for a team"),
    kept_no_longer=_("Applications are no longer kept"),
    kept_no_longer_soon=_("Applications will no longer be kept"),
    letter_not_eligible=_("Letter: not eligible"),
    letter_not_selected=_("Letter: not selected"),
    letter_offer=_("Letter: offer"),
    letter_promoted=_("Letter: offer from the reserve"),
    letter_reserve=_("Letter: reserve"),
    next_call_opens=_("The next call is open"),
    offer_expiring=_("An offer runs out soon"),
    offer_longer=_("An offer stands longer"),
    offer_withdrawn=_("An offer was withdrawn"),
    in_reserve_again=_("A team stands in the reserve again"),
    passed_over=_("A team of the reserve was passed over"),
    proposal_made=_("A decision or a release waits for a second person"),
    release_due=_("The answers are promised for tomorrow"),
    seat_moved_on=_("A seat went to the reserve"),
    withdrawn_after_closing=_("An application was withdrawn after the call had closed"),
)


def letters(call: Call, letters: LetterQuerySet, offers: dict[int, Offer], *, now: datetime) -> int:
    """These letters, to each team as it is now; `offers` by the application's key. Returns to how many people."""
    return outbox.write(_to_each(call, letters, offers, now=now))


def _to_each(
    call: Call, letters: LetterQuerySet, offers: dict[int, Offer], *, now: datetime
) -> Iterator[OutboxMessage]:
    teams = letters.teams()
    for letter in letters.select_related("application").order_by("pk"):
        application = letter.application
        offer = offers.get(application.pk)
        for person in teams.get(application.startup_id, ()):
            yield outbox.made(
                letter.message_kind,
                key=f"letter:{application.pk}:v{letter.pk}:{person.pk}",
                to=person,
                words=(letter.subject, filled(letter.text, offer)),
                about=application,
                programme=call.programme,
                version=str(letter.pk),
                useless_after=offer.expires_at if offer and offer.promoted_from_reserve else None,
                now=now,
            )


def answer_day_moved(
    call: Call,
    applications: QuerySet[Application],
    before: date,
    *,
    reason: str,
    change: int,
    now: datetime,
) -> int:
    """To every team that waits, as it is now: from which day to which, and why. Returns how many people are told."""
    teams = TeamMember.objects.filter(
        left_at=None, user__is_active=True, startup__applications__in=applications
    ).select_related("user")
    members: dict[int, list[User]] = {}
    for member in teams.order_by("pk"):
        members.setdefault(member.startup_id, []).append(member.user)
    return outbox.write(
        outbox.made(
            "applications.answer_day_moved",
            key=f"answer-day-moved:{change}:{application.pk}:{person.pk}",
            to=person,
            about=application,
            programme=call.programme,
            version=call.decision_on.isoformat(),
            context={
                "application": application,
                "call": call,
                "before": before,
                "reason": reason,
                "link": outbox.absolute(application.get_absolute_url()),
            },
            now=now,
        )
        for application in applications
        for person in members.get(application.startup_id, ())
    )


def filled(text: str, offer: Offer | None) -> str:
    """A letter's text with what was known only on release."""
    if offer is None:
        return text
    link = outbox.absolute(reverse("cohorts:offer", args=[offer.public_id]))
    return text.replace(Letter.OFFER_LINK, link).replace(
        Letter.ANSWER_BY, wording.deadline(offer.expires_at, offer.application.call.programme)
    )


def proposal_made(proposal: ProposedAct, to: QuerySet[User], *, now: datetime) -> None:
    """To everybody who may confirm it. Neither startup nor act is named: a mail is read by who knows where."""
    for person in to:
        outbox.enqueue(
            PROPOSAL_MADE,
            key=f"proposal-made:{proposal.pk}:{person.pk}",
            to=person,
            context={
                "call": proposal.call,
                "is_release": proposal.is_release,
                "url": outbox.absolute(reverse("selecting:proposals", args=[proposal.call_id])),
            },
            programme=proposal.call.programme,
            about=proposal.call,
            version=str(proposal.pk),
            now=now,
        )


def seat_moved_on(call: Call, seat: Seat, offer: Offer | None, *, now: datetime) -> None:
    """To the managers without a conflict with either: which seat became free, through whom, and who has it now."""
    freed = seat.offers.exclude(status__in=Offer.LIVE).order_by("answered_at", "pk").last()
    if freed is None:
        return
    about = [freed.application, *([offer.application] if offer else [])]
    for manager in impartial_managers(*about):
        outbox.enqueue(
            SEAT_MOVED_ON,
            key=f"seat-moved-on:{freed.pk}:{manager.pk}",
            to=manager,
            context={
                "freed": freed,
                "offer": offer,
                "url": outbox.absolute(reverse("selecting:selection", args=[call.pk])),
            },
            programme=call.programme,
            about=freed,
            now=now,
        )


def withdrawn_after_closing(
    application: Application, decision: Decision | None, *, by: User, reason: str, now: datetime
) -> None:
    """To the managers who may see the application: who withdrew it, why, and which place became free."""
    call = application.call
    for manager in impartial_managers(application):
        outbox.enqueue(
            WITHDRAWN_AFTER_CLOSING,
            key=f"withdrawn-after-closing:{application.pk}:{manager.pk}",
            to=manager,
            context={
                "application": application,
                "call": call,
                "decision": decision,
                "by": by,
                "reason": reason,
                "url": outbox.absolute(reverse("selecting:selection", args=[call.pk])),
            },
            programme=call.programme,
            about=application,
            now=now,
        )


def decline_begun(offer: Offer, *, by: User, now: datetime) -> None:
    """To the whole team at once: who gives the place up, and until when anybody of them can undo it."""
    for member in offer.startup.team:
        _about_decline("decline_begun", offer, member.user, by=by, now=now, useless_after=offer.declines_at)


def decline_undone(offer: Offer, *, by: User, now: datetime) -> None:
    """To the whole team: the place is still theirs to take, and until when."""
    for member in offer.startup.team:
        _about_decline("decline_undone", offer, member.user, by=by, now=now, useless_after=offer.expires_at)


def decline_proposed(offer: Offer, *, by: User, now: datetime) -> None:
    """To the owner, who alone can give the place up."""
    for member in offer.startup.team.filter(is_owner=True):
        _about_decline("decline_proposed", offer, member.user, by=by, now=now, useless_after=offer.expires_at)


def _about_decline(
    name: str, offer: Offer, to: User, *, by: User, now: datetime, useless_after: datetime | None
) -> None:
    outbox.enqueue(
        f"applications.{name}",
        key=f"{name.replace('_', '-')}:{offer.pk}:{now:%Y%m%dT%H%M%S%fZ}:{to.pk}",
        to=to,
        context={
            "offer": offer,
            "application": offer.application,
            "by": by,
            "is_for_team": not offer.startup.team.filter(
                user=by
            ).exists(),  # a manager, as the team told them
            "url": outbox.absolute(offer.get_absolute_url()),
        },
        programme=offer.application.call.programme,
        about=offer,
        useless_after=useless_after,
        now=now,
    )


def offer_longer(offer: Offer, *, by: User, reason: str, now: datetime) -> None:
    _about_offer("offer_longer", offer, by=by, reason=reason, now=now, useless_after=offer.expires_at)


def offer_withdrawn(offer: Offer, *, by: User, reason: str, now: datetime) -> None:
    _about_offer("offer_withdrawn", offer, by=by, reason=reason, now=now)


def _about_offer(
    name: str, offer: Offer, *, by: User, reason: str, now: datetime, useless_after: datetime | None = None
) -> None:
    """To the whole team, as it is now."""
    for member in offer.startup.team:
        outbox.enqueue(
            f"applications.{name}",
            key=f"{name.replace('_', '-')}:{offer.pk}:{now:%Y%m%dT%H%M%S%fZ}:{member.user_id}",
            to=member.user,
            context={
                "offer": offer,
                "application": offer.application,
                "by": by,
                "reason": reason,
                "url": outbox.absolute(offer.get_absolute_url()),
            },
            programme=offer.application.call.programme,
            about=offer,
            useless_after=useless_after,
            now=now,
        )


def passed_over(call: Call, application: Application, *, by: User, reason: str, now: datetime) -> None:
    _about_the_reserve("passed_over", call, application, by=by, reason=reason, now=now)


def in_reserve_again(call: Call, application: Application, *, by: User, reason: str, now: datetime) -> None:
    _about_the_reserve("in_reserve_again", call, application, by=by, reason=reason, now=now)


def _about_the_reserve(
    name: str, call: Call, application: Application, *, by: User, reason: str, now: datetime
) -> None:
    """To the whole team, as it is now."""
    for member in application.startup.team:
        outbox.enqueue(
            f"applications.{name}",
            key=f"{name.replace('_', '-')}:{application.pk}:{now:%Y%m%dT%H%M%S%fZ}:{member.user_id}",
            to=member.user,
            context={
                "application": application,
                "by": by,
                "reason": reason,
                "url": outbox.absolute(application.get_absolute_url()),
            },
            programme=call.programme,
            about=application,
            now=now,
        )


def done_for_team(
    application: Application, done: str, *, by: User, reason: str, what: list[str], now: datetime
) -> None:
    """To the whole team, as it is now: what a manager did for it, and why."""
    for member in application.startup.team:
        outbox.enqueue(
            "applications.done_for_team",
            key=f"done-for-team:{application.pk}:{done}:{now:%Y%m%dT%H%M%S%fZ}:{member.user_id}",
            to=member.user,
            context={
                "application": application,
                "call": application.call,
                "by": by,
                "done": done,
                "what": what,
                "reason": reason,
                "link": outbox.absolute(application.get_absolute_url()),
            },
            programme=application.call.programme,
            about=application,
            now=now,
        )


# --- What is no longer kept -----------------------------------------------------------------------------
def kept_no_longer_soon(call: Call, end: datetime, count: int, *, now: datetime) -> None:
    """To the managers, thirty days before words and files of applications go; once for each day."""
    for manager in managers_outside(call):
        outbox.enqueue(
            "applications.kept_no_longer_soon",
            key=f"kept-no-longer-soon:{call.pk}:{end:%Y%m%d}:{manager.pk}",
            to=manager,
            context={"call": call, "end": end, "count": count},
            programme=call.programme,
            about=call,
            now=now,
        )


def kept_no_longer(call: Call, certificate: Certificate, count: int, *, now: datetime) -> None:
    for manager in managers_outside(call):
        outbox.enqueue(
            "applications.kept_no_longer",
            key=f"kept-no-longer:{certificate.pk}:{manager.pk}",
            to=manager,
            context={
                "call": call,
                "count": count,
                "certificate": certificate,
                "link": outbox.absolute(
                    reverse("privacy_dashboard:certificate", args=[certificate.public_id])
                ),
            },
            programme=call.programme,
            about=call,
            now=now,
        )
