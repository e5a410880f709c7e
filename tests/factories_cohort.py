"""What the rooms after the selection need: members, mentors with weekly hours, sessions and their logs.

The cohort runs from 8 January to 28 June 2024, Paris time.
"""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import factories

from accelerator.models import User
from applications.models import Application, Call, Offer, Release, Seat
from cohorts.models import Cohort, Event, Grant, Membership, Perk
from mentoring.models import ActionItem, Availability, Mentor, MentoringSession, ProposedSession, SessionLog

JANUARY = datetime(2024, 1, 15, 9, tzinfo=UTC)  # Monday of the second week, 10:00 in Paris
TUESDAY_14H = datetime(2024, 1, 16, 13, tzinfo=UTC)  # the first free slot of a mentor made here
ACCEPTED_AT = datetime(2023, 12, 22, 9, tzinfo=UTC)


def make_offer(application: Application, manager: User | None = None, **fields) -> Offer:
    """An open offer on the next seat; the call's decisions are released."""
    call = application.call
    if not Release.objects.filter(call=call).exists():
        manager = manager or factories.make_manager(call.programme)
        Release.objects.create(call=call, released_by=manager, released_at=factories.REVIEWING)
    seat = Seat.objects.create(call=call, number=call.numbered_seats.count() + 1)
    return Offer.objects.create(
        application=application,
        seat=seat,
        **{
            "offered_at": datetime(2023, 12, 21, 9, tzinfo=UTC),
            "expires_at": datetime(2023, 12, 26, 23, tzinfo=UTC),
            **fields,
        },
    )


def make_cohort(call: Call) -> Cohort:
    cohort, _made = Cohort.objects.get_or_create(
        call=call, defaults={"starts_on": call.starts_on, "ends_on": call.ends_on}
    )
    return cohort


def make_membership(
    call: Call, founder: User | None = None, *, name: str = "Papyrus", application=None
) -> Membership:
    """A startup that accepted its offer, written straight into the tables."""
    application = application or factories.make_application(call, founder, name=name, eligible=True)
    offer = make_offer(application, status=Offer.Status.ACCEPTED, answered_at=ACCEPTED_AT)
    return Membership.objects.create(
        cohort=make_cohort(call),
        startup=application.startup,
        offer=offer,
        topics=["language"],
        joined_at=ACCEPTED_AT,
    )


def make_mentor(
    call: Call, name: str = "", partner: str = "meta", *, zone="Europe/Paris", hours=None, **fields
) -> Mentor:
    """A mentor who is free on Tuesdays from 14:00 to 17:00 of their own zone, for 45 minutes each."""
    user = fields.pop("user", None) or factories.make_user(name, time_zone=zone)
    organisation = call.programme.partners.get(slug=partner)
    factories.give_role(user, call.programme, "mentor", organisation)
    mentor = Mentor.objects.create(
        programme=call.programme,
        user=user,
        partner=organisation,
        **{"headline": "Speech where data are scarce", "topics": ["speech"], **fields},
    )
    for weekday, starts, ends in hours if hours is not None else [(1, time(14), time(17))]:
        Availability.objects.create(mentor=mentor, weekday=weekday, starts=starts, ends=ends)
    return mentor


def make_session(mentor: Mentor, membership: Membership, starts_at=TUESDAY_14H, **fields) -> MentoringSession:
    return MentoringSession.objects.create(
        mentor=mentor,
        membership=membership,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=mentor.session_minutes),
        **{"topic": "Which test set?", "booked_at": starts_at - timedelta(days=5), **fields},
    )


def make_log(session: MentoringSession, *, action_items=(), **fields) -> SessionLog:
    """The session was held and written down."""
    session.move_to(MentoringSession.Status.HELD)
    for text in action_items:
        ActionItem.objects.create(session=session, text=text)
    return SessionLog.objects.create(
        session=session,
        logged_by=session.mentor.user,
        **{
            "logged_at": session.ends_at,
            "minutes": 45,
            "notes": "We listened to ten recordings.",
            "private_note": "Tired, but on course.",
            **fields,
        },
    )


def make_proposal(
    mentor: Mentor, membership: Membership, starts_at, *, by: User, **fields
) -> ProposedSession:
    """An hour that both sides are asked about, until a day before it."""
    return ProposedSession.objects.create(
        mentor=mentor,
        membership=membership,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=mentor.session_minutes),
        proposed_by=by,
        **{"proposed_at": JANUARY, "expires_at": starts_at - timedelta(hours=1), **fields},
    )


def make_event(call: Call, starts_at=datetime(2024, 1, 22, 9, tzinfo=UTC), **fields) -> Event:
    return Event.objects.create(
        call=call,
        starts_at=starts_at,
        **{
            "kind": "check_in",
            "title": "Cohort check-in",
            "about": "Done, next, blocked, learned.",
            "place": "STATION F, Paris",
            "minutes": 45,
            **fields,
        },
    )


def make_perk(call: Call, key: str = "credits", **fields) -> Perk:
    return Perk.objects.create(
        call=call,
        partner=call.programme.partners.get(slug=fields.pop("partner", "scaleway")),
        key=key,
        **{"name": "GPU credits", "about": "For training.", "amount": "€25,000", **fields},
    )


def make_cohort_cast(cast: SimpleNamespace, membership: Membership | None = None) -> SimpleNamespace:
    """The cast, two months on: the founders are in, two mentors help; one session is logged, one waits for its log,
    one is booked. The rival holds an open offer."""
    call = cast.application.call
    cast.membership = membership or make_membership(call, application=cast.application)
    cast.cohort = cast.membership.cohort
    cast.mentor_profile = make_mentor(call, "Hélène Kervella")
    cast.other_mentor_profile = make_mentor(call, "Matteo Fabbriani", "hugging-face")
    cast.mentor, cast.other_mentor = cast.mentor_profile.user, cast.other_mentor_profile.user
    last_week = TUESDAY_14H - timedelta(days=7)
    cast.past_session = make_session(cast.mentor_profile, cast.membership, last_week)
    cast.log = make_log(cast.past_session, action_items=["Sort the worst errors by cause"])
    cast.action_item = cast.past_session.action_items.get()
    cast.session = make_session(cast.mentor_profile, cast.membership)
    cast.ended_session = make_session(
        cast.mentor_profile, cast.membership, factories.REVIEWING - timedelta(days=6)
    )
    cast.event = make_event(call)
    cast.grant = Grant.objects.create(
        membership=cast.membership, perk=make_perk(call), granted_at=ACCEPTED_AT
    )
    cast.goal = cast.membership.goals.create(text="Ten paying notaries", set_by=cast.founder, set_at=JANUARY)
    cast.open_offer = make_offer(cast.rival_application)
    return cast


def make_members(call: Call, number: int) -> list[Membership]:
    names = ["Papyrus", "Kestrel", "Halyard", "Fathom", "Bulwark", "Spinnaker", "Windlass", "Tiller"]
    dates = {"starts_on": date(2024, 1, 8), "ends_on": date(2024, 6, 28)}
    Cohort.objects.get_or_create(call=call, defaults=dates)
    return [make_membership(call, name=name) for name in names[:number]]
