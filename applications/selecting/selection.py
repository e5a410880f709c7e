"""The chosen, the ordered reserve behind them, their letters, and the one act that publishes it all.

Until `release` nothing of this shows outside the dashboard: decisions are rows that only managers load, letters are
words without a recipient. The release makes the messages, to each team as it is at that moment. Every change locks the
call's row first, so that two managers, or an answer and an expiry, take turns; numbered seats and unique constraints would
stop a sixth even without.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history, wording
from accelerator.messages import outbox
from accelerator.models import OutboxMessage, TeamMember, User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls import window
from applications.calls.models import Call
from applications.reviewing.models import Review
from applications.selecting.models import Decision, FrozenDossier, Letter, Offer, Release, Seat

LETTER = "applications.letter_"  # the kinds of all letters of decision begin so
LETTERS = [LETTER + name for name in Letter.Kind.values]
_IN_TEAM = Q(left_at=None, user__is_active=True)
OFFER_LINK, ANSWER_BY = "[[link to the offer]]", "[[last minute to answer]]"  # known only on release


def _locked(call: Call) -> Call:
    """The call, read again, until the end of the transaction ours alone to decide on."""
    return (
        Call.objects.select_for_update(no_key=True, of=("self",))
        .select_related("programme", "window")
        .get(pk=call.pk)
    )


def _open_to_decisions(call: Call) -> Call:
    call = _locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published and can no longer be changed here."))
    return call


def _for_decision(application: Application) -> Call:
    call = _open_to_decisions(application.call)
    if not Application.objects.sealed().filter(pk=application.pk).exists():
        raise NotAllowed(
            _("%(startup)s has withdrawn, or its call is still running.") % {"startup": application}
        )
    return call


# --- Deciding -------------------------------------------------------------------------------------------
@transaction.atomic
def pick(application: Application, *, reason: str = "", by: User, now) -> Decision:
    """Give an application one of the call's numbered seats."""
    call = _for_decision(application)
    _must_be_eligible(application)
    Seat.objects.bulk_create(
        [Seat(call=call, number=number) for number in range(1, call.seats + 1)], ignore_conflicts=True
    )
    seat = (
        Seat.objects.filter(call=call)
        .filter(Q(decision__isnull=True) | Q(decision__application=application))
        .first()
    )
    if seat is None:
        raise NotAllowed(
            ngettext(
                "The only seat is taken. Take it back from somebody first.",
                "All %(seats)s seats are taken. Take one back from somebody first.",
                call.seats,
            )
            % {"seats": call.seats}
        )
    return _decide(application, Decision.Outcome.SELECTED, seat=seat, reason=reason, by=by, now=now)


@transaction.atomic
def put_in_reserve(application: Application, *, reason: str = "", by: User, now) -> Decision:
    """Add an application at the end of the reserve."""
    call = _for_decision(application)
    _must_be_eligible(application)
    others = Decision.objects.filter(call=call, outcome=Decision.Outcome.RESERVE).exclude(
        application=application
    )
    if others.count() >= call.reserve:
        raise NotAllowed(_("The reserve is full: this call keeps %(count)s.") % {"count": call.reserve})
    last = others.aggregate(last=Max("reserve_position"))["last"] or 0
    return _decide(
        application, Decision.Outcome.RESERVE, reserve_position=last + 1, reason=reason, by=by, now=now
    )


@transaction.atomic
def leave_out(application: Application, *, reason: str = "", by: User, now) -> Decision:
    """Decide that an application is not selected."""
    _for_decision(application)
    return _decide(application, Decision.Outcome.NOT_SELECTED, reason=reason, by=by, now=now)


@transaction.atomic
def leave_out_all_others(call: Call, *, by: User, now) -> int:
    """Everybody who applied and is not decided on yet: not selected. Returns how many that were.

    All at once, as there may be thousands: `undecided` has asked what `leave_out` asks of each.
    """
    call = _open_to_decisions(call)
    others = list(undecided(call).select_related(None).only("pk"))
    outcome = Decision.Outcome.NOT_SELECTED
    Decision.objects.bulk_create(
        Decision(call=call, application=application, outcome=outcome, decided_by=by, decided_at=now)
        for application in others
    )
    history.record_each(
        "application.decided", others, by=by, programme=call.programme, now=now, outcome=outcome
    )
    return len(others)


@transaction.atomic
def take_back(application: Application, *, reason: str = "", by: User, now) -> None:
    """Undo a decision before it is published; the reserve behind it closes up."""
    call = _for_decision(application)
    if Decision.objects.filter(application=application).delete()[0]:
        _withdraw_letters(application, now=now)
        _close_up_reserve(call)
        history.record(
            "application.decision_taken_back",
            application,
            by=by,
            programme=call.programme,
            now=now,
            reason=reason,
        )


@transaction.atomic
def move_in_reserve(application: Application, *, up: bool, by: User, now) -> None:
    """Change places with the neighbour above or below."""
    call = _for_decision(application)
    mine = Decision.objects.filter(application=application, outcome=Decision.Outcome.RESERVE).first()
    if mine is None:
        raise NotAllowed(_("%(startup)s is not in the reserve.") % {"startup": application})
    step = -1 if up else 1
    neighbour = Decision.objects.filter(call=call, reserve_position=mine.reserve_position + step)
    if neighbour.update(reserve_position=mine.reserve_position):
        Decision.objects.filter(pk=mine.pk).update(reserve_position=F("reserve_position") + step)
        history.record(
            "application.moved_in_reserve",
            application,
            by=by,
            programme=call.programme,
            now=now,
            to=mine.reserve_position + step,
        )


def undecided(call: Call):
    """Sealed applications without a decision."""
    return (
        Application.objects.filter(call=call, decision__isnull=True)
        .sealed()
        .select_related("startup", "call")
    )


def _must_be_eligible(application: Application) -> None:
    if not Application.objects.eligible().filter(pk=application.pk).exists():
        raise NotAllowed(_("%(startup)s has not been found eligible.") % {"startup": application})


def _decide(application: Application, outcome: str, *, by: User, now, reason: str, **place) -> Decision:
    before = Decision.objects.filter(application=application).first()
    if before and before.outcome == outcome:
        Decision.objects.filter(pk=before.pk).update(reason=reason.strip() or before.reason)
        return before
    decision, _made = Decision.objects.update_or_create(
        application=application,
        defaults={
            "call": application.call,
            "outcome": outcome,
            "reason": reason.strip(),
            "decided_by": by,
            "decided_at": now,
            "seat": None,
            "reserve_position": None,
            **place,
        },
    )
    if before:
        _withdraw_letters(application, now=now)
        _close_up_reserve(application.call)
    history.record(
        "application.decided",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        reason=reason,
        outcome=outcome,
        **({"seat": decision.seat.number} if decision.seat else {}),
    )
    return decision


def _close_up_reserve(call: Call) -> None:
    waiting = Decision.objects.filter(call=call, outcome=Decision.Outcome.RESERVE).order_by(
        "reserve_position"
    )
    for position, decision in enumerate(waiting, 1):
        if decision.reserve_position != position:
            Decision.objects.filter(pk=decision.pk).update(reserve_position=position)


# --- Letters --------------------------------------------------------------------------------------------
def waiting_letters(call: Call):
    """The letters of a call that its release will send."""
    return Letter.objects.waiting().filter(application__call=call)


def messages_of(call: Call):
    """The letters of decision of a call that have gone out, one to each person."""
    applications = Application.objects.filter(call=call)
    return OutboxMessage.objects.filter(
        kind__startswith=LETTER,
        object_type=Application._meta.label_lower,
        object_id__in=applications.values("pk"),
    )


def recipients(letters) -> Counter:
    """How many people would get each of these letters if they went out now, by the application's pk."""
    people: Counter = Counter()
    team = TeamMember.objects.filter(_IN_TEAM, startup__applications__letters__in=letters)
    for application in team.values_list("startup__applications__letters__application", flat=True):
        people[application] += 1
    return people


def team_now(application: Application) -> list[User]:
    """Who would get its letter if it went out now."""
    team = TeamMember.objects.filter(_IN_TEAM, startup=application.startup_id).select_related("user")
    return [member.user for member in team.order_by("joined_at", "pk")]


def _withdraw_letters(application: Application, *, now) -> None:
    Letter.objects.waiting().filter(application=application).update(withdrawn_at=now)


@transaction.atomic
def prepare_letters(call: Call, *, by: User, now) -> int:
    """Write a letter to the team of every application decided on, where there is none yet. Returns how many."""
    call = _locked(call)
    if call.is_released:
        raise NotAllowed(_("The letters of this call are out."))
    decisions = Decision.objects.filter(call=call).exclude(
        application__in=waiting_letters(call).values("application")
    )
    comments = _comments(call)
    written = [
        _written(
            decision.application,
            _letter(decision),
            {
                "call": call,
                "comments": comments[decision.application_id],
                "offer_link": OFFER_LINK,
                "answer_by": ANSWER_BY,
            },
            now=now,
        )
        for decision in decisions.select_related("application__startup", "application__call__programme")
    ]
    Letter.objects.bulk_create(written, batch_size=1000)
    if written:
        history.record(
            "call.letters_prepared", call, by=by, programme=call.programme, now=now, letters=len(written)
        )
    return len(written)


def _written(application: Application, kind: str, context: dict, *, now) -> Letter:
    subject, text = outbox.in_words(
        LETTER + kind, {"application": application, **context}, application.call.programme
    )
    return Letter(application=application, kind=kind, subject=subject[:200], text=text, prepared_at=now)


def _letter(decision: Decision) -> str:
    if decision.is_selected:
        return Letter.Kind.OFFER
    if decision.is_reserve:
        return Letter.Kind.RESERVE
    return Letter.Kind.NOT_SELECTED if decision.application.is_eligible else Letter.Kind.NOT_ELIGIBLE


def _comments(call: Call) -> dict[int, list[str]]:
    """What reviewers wrote for the applicants, without a name and in no order that tells one."""
    comments = defaultdict(list)
    rows = (
        Review.objects.counted().filter(assignment__application__call=call).exclude(comment_for_applicant="")
    )
    for application, comment in rows.order_by("comment_for_applicant").values_list(
        "assignment__application", "comment_for_applicant"
    ):
        comments[application].append(comment)
    return comments


@transaction.atomic
def edit_letter(application: Application, *, subject: str, text: str, by: User, now) -> None:
    """Change the words of a letter that waits, for the whole team."""
    _locked(application.call)  # a release in between would send the words of before
    waiting = Letter.objects.waiting().filter(application=application)
    if waiting.filter(kind=Letter.Kind.OFFER).exists() and (missing := _missing_marks(text)):
        raise NotAllowed(
            _("An offer needs %(mark)s somewhere in its text; it is filled in on release.")
            % {"mark": missing}
        )
    words = {"subject": " ".join(subject.split())[:200], "text": text.strip() + "\n"}
    if not waiting.update(**words, edited_at=now, edited_by=by):
        raise NotAllowed(_("This letter has gone, or was withdrawn."))
    history.record(
        "application.letter_edited", application, by=by, programme=application.call.programme, now=now
    )


def _missing_marks(text: str) -> str:
    return next((mark for mark in (OFFER_LINK, ANSWER_BY) if mark not in text), "")


def _send(call: Call, letters: list[Letter], offers: dict[int, Offer], *, now) -> int:
    """Make the messages of these letters, to each team as it is now. Returns to how many people."""
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(released_at=now)
    return outbox.write(_to_each(call, letters, offers, now=now))


def _to_each(
    call: Call, letters: Iterable[Letter], offers: dict[int, Offer], *, now
) -> Iterator[OutboxMessage]:
    teams = _teams(letters)
    for letter in letters:
        application = letter.application
        offer = offers.get(application.pk)
        for person in teams[application.startup_id]:
            yield outbox.made(
                LETTER + letter.kind,
                key=f"letter:{application.pk}:v{letter.pk}:{person.pk}",
                to=person,
                words=(letter.subject, _filled(letter.text, offer) if offer else letter.text),
                about=application,
                programme=call.programme,
                version=str(letter.pk),
                useless_after=offer.expires_at if offer and offer.promoted_from_reserve else None,
                now=now,
            )


def _teams(letters: Iterable[Letter]) -> dict[int, list[User]]:
    """Who is in these teams now, by the startup's pk."""
    teams = defaultdict(list)
    startups = {letter.application.startup_id for letter in letters}
    members = TeamMember.objects.filter(_IN_TEAM, startup__in=startups)
    for member in members.select_related("user").order_by("joined_at", "pk"):
        teams[member.startup_id].append(member.user)
    return teams


# --- Release --------------------------------------------------------------------------------------------
def obstacles(call: Call) -> list[str]:
    """What stands between this call and its release, as sentences; nothing when it can go."""
    found = []
    picked = Decision.objects.filter(call=call, outcome=Decision.Outcome.SELECTED)
    if (count := picked.count()) != call.seats:
        found.append(
            ngettext(
                "%(count)s of %(seats)s seat is given.", "%(count)s of %(seats)s seats are given.", call.seats
            )
            % {"count": count, "seats": call.seats}
        )
    if gone := picked.exclude(application__in=Application.objects.sealed().values("pk")).select_related(
        "application__startup"
    ):
        names = wording.list_of(str(decision.application) for decision in gone)
        found.append(_("%(names)s withdrew after being picked.") % {"names": names})
    if open_ := undecided(call).count():
        found.append(
            ngettext(
                "%(count)s application has no decision yet.",
                "%(count)s applications have no decision yet.",
                open_,
            )
            % {"count": open_}
        )
    if without := without_letter(call):
        found.append(
            ngettext(
                "%(count)s letter is not written yet: prepare the letters and read them first.",
                "%(count)s letters are not written yet: prepare the letters and read them first.",
                without,
            )
            % {"count": without}
        )
    return found


def without_letter(call: Call) -> int:
    """How many applications are decided on and have no letter yet."""
    written = waiting_letters(call).values("application")
    return Decision.objects.filter(call=call).exclude(application__in=written).count()


@transaction.atomic
def release(call: Call, *, by: User, now) -> Release:
    """Publish everything at once: the decisions, the offers with their last minute, all the letters.

    The dossier is made and kept in the same transaction, so that nothing can change between the two.
    """
    call = _locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published already."))
    if found := obstacles(call):
        raise NotAllowed(_("Nothing was published.") + " " + " ".join(found))
    published = Release.objects.create(call=call, released_by=by, released_at=now)
    _freeze_dossier(published)
    chosen = Decision.objects.filter(call=call, outcome=Decision.Outcome.SELECTED).select_related(
        "application", "seat"
    )
    offers = {
        decision.application_id: _offer(call, decision.application, decision.seat, now=now)
        for decision in chosen
    }
    letters = list(waiting_letters(call).select_related("application").order_by("pk"))
    people = _send(call, letters, offers, now=now)
    held = messages_of(call).filter(status=OutboxMessage.Status.HELD)
    outbox.cancel(
        held, reason=_("Another letter took its place.")
    )  # written while the version before still ran
    history.record(
        "call.released",
        call,
        by=by,
        programme=call.programme,
        now=now,
        letters=len(letters),
        people=people,
        offers=call.seats,
    )
    return published


def _freeze_dossier(published: Release) -> None:
    """Keep what the selection rests on. Where there is nothing to recompute, the release goes without."""
    from applications.selecting import dossiers  # with numpy, which no answer to an offer needs

    call = published.call
    try:
        made = dossiers.made(call, released_on=published.released_at.astimezone(call.zone).date())
    except NotAllowed:
        return
    FrozenDossier.objects.create(release=published, text=made.text, seal=made.seal)


def _filled(text: str, offer: Offer) -> str:
    link = outbox.absolute(reverse("cohorts:offer", args=[offer.public_id]))
    return text.replace(OFFER_LINK, link).replace(
        ANSWER_BY, wording.deadline(offer.expires_at, offer.application.call.programme)
    )


def _offer(call: Call, application: Application, seat: Seat, *, now, from_reserve: bool = False) -> Offer:
    """Until the end of the day, `offer_days` later, on the programme's wall."""
    last = now.astimezone(call.zone).date() + timedelta(days=call.offer_days)
    return Offer.objects.create(
        application=application,
        seat=seat,
        offered_at=now,
        expires_at=window.end_of_day(last, call.zone),
        promoted_from_reserve=from_reserve,
    )


# --- Answers --------------------------------------------------------------------------------------------
@transaction.atomic
def record_acceptance(offer: Offer, *, by: User, now) -> Offer:
    """The startup comes. Making it a member is the cohort's part (cohorts.admission.acceptance.accept)."""
    _answer(offer, Offer.Status.ACCEPTED, by=by, now=now)
    return offer


@transaction.atomic
def decline(offer: Offer, *, reason: str = "", by: User, now) -> Offer | None:
    """The startup does not come; the first of the reserve moves up. Returns the new offer, if there is one."""
    _answer(offer, Offer.Status.DECLINED, reason=reason, by=by, now=now)
    return promote_next(offer.application.call, offer.seat, now=now)


def _answer(offer: Offer, status: str, *, by: User, now, reason: str = "") -> None:
    call = _locked(offer.application.call)
    offer.refresh_from_db()
    if offer.status == Offer.Status.OPEN and now >= offer.expires_at:
        raise NotAllowed(
            _("This offer could be answered until %(moment)s.")
            % {"moment": wording.deadline(offer.expires_at, call.programme)}
        )
    offer.move_to(status, answered_at=now, answered_by=by)
    history.record(
        f"offer.{status}",
        offer,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        seat=offer.seat.number,
    )


@transaction.atomic
def expire(offer: Offer, now) -> Offer | None:
    """Nobody answered in time; the first of the reserve moves up. Safe to repeat."""
    call = _locked(offer.application.call)
    offer.refresh_from_db()
    if offer.status != Offer.Status.OPEN or now < offer.expires_at:
        return None
    offer.move_to(Offer.Status.EXPIRED, answered_at=now)
    history.record("offer.expired", offer, by=None, programme=call.programme, now=now, seat=offer.seat.number)
    return promote_next(call, offer.seat, now=now)


@transaction.atomic
def promote_next(call: Call, seat: Seat, now) -> Offer | None:
    """Offer a free seat to the first of the reserve who has had no offer and has not withdrawn."""
    call = _locked(call)
    if seat.offers.live().exists():
        return None
    waiting = Decision.objects.filter(
        call=call,
        outcome=Decision.Outcome.RESERVE,
        application__offer__isnull=True,
        application__in=Application.objects.sealed().values("pk"),
    )
    first = waiting.select_related("application__startup").order_by("reserve_position").first()
    if first is None:
        history.record(
            "call.seat_left_free", call, by=None, programme=call.programme, now=now, seat=seat.number
        )
        _tell_managers(call, seat, None, now=now)
        return None
    application = first.application
    offer = _offer(call, application, seat, now=now, from_reserve=True)
    history.record(
        "offer.made_from_reserve",
        offer,
        by=None,
        programme=call.programme,
        now=now,
        seat=seat.number,
        position=first.reserve_position,
    )
    letter = _written(application, Letter.Kind.PROMOTED, {"call": call, "offer": offer}, now=now)
    letter.save()
    _send(call, [letter], {application.pk: offer}, now=now)
    _tell_managers(call, seat, offer, now=now)
    return offer


def _tell_managers(call: Call, seat: Seat, offer: Offer | None, *, now) -> None:
    """Which seat became free, through whom, and who has it now."""
    freed = seat.offers.exclude(status__in=Offer.LIVE).order_by("answered_at", "pk").last()
    if freed is None:
        return
    for manager in call.managers:
        outbox.enqueue(
            "applications.seat_moved_on",
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
