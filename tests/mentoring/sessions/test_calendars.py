"""Which sessions stand in whose calendar when people join and leave a team, or change their address."""

import re
from datetime import timedelta

import calendar_chains
import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast
from icalendar import Calendar

from accelerator import clock
from accelerator.calendar import ical
from accelerator.messages import delivery, outbox, reminders, seals
from accelerator.models import OutboxMessage
from accelerator.transitions import SomebodyWasFirst
from mentoring.models import MentoringSession
from mentoring.sessions import booking

pytestmark = pytest.mark.django_db
THE_NEXT_SLOT = TUESDAY_14H + timedelta(minutes=45)


@pytest.fixture
def cast(cast):
    """Two sessions lie ahead: one nobody was ever invited to, and one that was booked by the team of now."""
    factories.at(JANUARY)
    make_cohort_cast(cast)
    booked = client_of(cast.founder).post(
        reverse("mentoring:book_session", args=[cast.mentor_profile.public_id]),
        {"starts_at": THE_NEXT_SLOT.isoformat(), "topic": "Is our test set any good?"},
    )
    assert booked.status_code == 302
    cast.booked = MentoringSession.objects.get(topic="Is our test set any good?")
    delivery.deliver()
    return cast


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def part(cast, way="taken out") -> None:
    application = cast.application.public_id
    if way == "taken out":
        page = reverse("applying:remove_founder", args=[application, cast.co_founder.public_id])
        assert client_of(cast.founder).post(page).status_code == 302
    else:
        assert (
            client_of(cast.co_founder).post(reverse("applying:leave_team", args=[application])).status_code
            == 302
        )


def join(cast, person) -> None:
    """By the link of an invitation, as it stands in the mail."""
    invite = reverse("applying:team", args=[cast.application.public_id])
    client_of(cast.founder).post(invite, {"email": person.email})
    mail = OutboxMessage.objects.filter(kind="accelerator.invite_co_founder").latest("pk")
    link = re.search(r"/invitations/\S+", seals.opened(mail.text.encode()).decode())[0]
    assert client_of(person).post(link).status_code == 302


def entries(person) -> list[tuple]:
    """What this person's calendar was told, in order."""
    told = OutboxMessage.objects.filter(recipient=person).exclude(calendar="").exclude(status="cancelled")
    return [(mail, Calendar.from_ical(mail.calendar).walk("VEVENT")[0]) for mail in told.order_by("pk")]


def move(cast, starts_at) -> None:
    page = reverse("mentoring:move_session", args=[cast.booked.public_id])
    answer = client_of(cast.mentor).post(page, {"starts_at": starts_at.isoformat()})
    assert answer.status_code == 302


@pytest.mark.parametrize("way", ["taken out", "left"])
def test_leaving_a_team_takes_its_coming_sessions_out_of_the_calendar_once(cast, way):
    part(cast, way)
    delivery.deliver()
    (_, invited), (mail, cancelled) = entries(cast.co_founder)
    assert (mail.status, mail.calendar_method, str(cancelled["STATUS"])) == ("sent", "CANCEL", "CANCELLED")
    assert "METHOD:CANCEL" in mail.calendar
    assert cancelled["UID"] == invited["UID"]
    assert cancelled["SEQUENCE"] > invited["SEQUENCE"]
    assert str(cancelled["ATTENDEE"]) == f"mailto:{cast.co_founder.email}"
    assert "Out of your calendar" in mail.subject
    assert cast.booked.public_id not in mail.text, "they see its page no longer"


def test_the_session_itself_stays_and_nobody_else_is_told(cast):
    before = OutboxMessage.objects.exclude(recipient=cast.co_founder).exclude(calendar="").count()
    part(cast)
    cast.booked.refresh_from_db()
    assert cast.booked.is_booked
    assert OutboxMessage.objects.exclude(recipient=cast.co_founder).exclude(calendar="").count() == before


def test_what_has_begun_stays_in_the_calendar(cast):
    factories.at(THE_NEXT_SLOT)
    part(cast)
    assert [mail.calendar_method for mail, _ in entries(cast.co_founder)] == ["REQUEST"]


def test_an_invitation_that_has_not_gone_out_is_withdrawn_instead(cast):
    OutboxMessage.objects.filter(kind="mentoring.session_booked").update(status="waiting", sent_at=None)
    part(cast)
    assert entries(cast.co_founder) == []
    withdrawn = OutboxMessage.objects.get(kind="mentoring.session_booked", recipient=cast.co_founder)
    assert withdrawn.reason == "This person has left the team."


def test_a_founder_who_has_left_gets_no_reminder_and_the_others_get_one(cast):
    def tick(moment):
        clock.freeze(moment)
        reminders.tick()
        delivery.deliver()

    cast.booked.booked_at = cast.booked.starts_at - timedelta(days=5)
    cast.booked.save(update_fields=["booked_at"])
    tick(cast.booked.starts_at - timedelta(hours=24))
    part(cast)
    tick(cast.booked.starts_at - timedelta(hours=23))
    tick(cast.booked.starts_at - timedelta(hours=1))
    about = OutboxMessage.objects.filter(object_id=cast.booked.pk, status="sent")
    reminded = {
        name: [mail.recipient for mail in about.filter(kind=f"mentoring.session_{name}").order_by("pk")]
        for name in ("tomorrow", "soon")
    }
    assert reminded == {
        "tomorrow": [cast.mentor, cast.founder, cast.co_founder],
        "soon": [cast.mentor, cast.founder],
    }


def test_a_founder_who_joins_a_team_is_invited_to_its_coming_sessions(cast):
    newcomer = factories.make_user("Nora Quist")
    join(cast, newcomer)
    told = entries(newcomer)
    assert [(mail.kind, mail.calendar_method) for mail, _ in told] == [
        ("mentoring.session_booked", "REQUEST")
    ] * 2
    assert {event.decoded("DTSTART") for _, event in told} == {cast.session.starts_at, cast.booked.starts_at}
    move(cast, THE_NEXT_SLOT + timedelta(minutes=45))
    moved = entries(newcomer)[-1][1]
    assert moved["SEQUENCE"] > max(event["SEQUENCE"] for _, event in told)


def test_a_founder_who_comes_back_has_the_sessions_in_the_calendar_again(cast):
    part(cast)
    join(cast, cast.co_founder)
    of_that_one = [
        event
        for _, event in entries(cast.co_founder)
        if event["UID"].startswith(str(cast.booked.calendar_uid))
    ]
    assert [str(event["STATUS"]) for event in of_that_one] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    numbers = [event["SEQUENCE"] for event in of_that_one]
    assert numbers == sorted(set(numbers))


def test_a_founder_who_joins_a_team_that_only_applied_is_invited_to_nothing(cast):
    newcomer = factories.make_user("Nora Quist")
    cast.application, cast.founder = cast.rival_application, cast.rival_founder
    join(cast, newcomer)
    assert entries(newcomer) == []


def new_address(person, address="lena.new@people.example") -> None:
    type(person).objects.filter(pk=person.pk).update(email=address)
    person.refresh_from_db()


def told_by_address(cast, person) -> list[tuple]:
    """What each address was told after the booking, and whom the invitation names."""
    since = OutboxMessage.objects.filter(recipient=person, object_id=cast.booked.pk).exclude(calendar="")
    since = since.exclude(kind="mentoring.session_booked").order_by("pk")
    return [
        (
            m.to_email,
            m.calendar_method,
            str(next(iter(Calendar.from_ical(m.calendar).walk("VEVENT")))["attendee"]).removeprefix(
                "mailto:"
            ),
            m.address_is_fixed,
        )
        for m in since
    ]


def test_a_cancellation_goes_to_the_address_of_the_invitation_and_to_that_of_today(cast):
    old = cast.founder.email
    new_address(cast.founder)
    page = reverse("mentoring:cancel_session", args=[cast.booked.public_id])
    assert client_of(cast.mentor).post(page, {"reason": "Ill"}).status_code == 302
    new = cast.founder.email
    assert told_by_address(cast, cast.founder) == [
        (new, "CANCEL", new, False),
        (old, "CANCEL", old, True),
    ]


def test_a_moved_session_goes_to_the_new_address_and_leaves_the_calendar_of_the_old_one_once(cast):
    old = cast.founder.email
    new_address(cast.founder)
    for minutes in (45, 90):
        booking.reschedule(
            cast.booked, starts_at=THE_NEXT_SLOT + timedelta(minutes=minutes), by=cast.mentor, now=JANUARY
        )
        delivery.deliver()
    new = cast.founder.email
    assert told_by_address(cast, cast.founder) == [
        (new, "REQUEST", new, False),
        (old, "CANCEL", old, True),
        (new, "REQUEST", new, False),
    ]


def test_a_founder_who_leaves_is_taken_out_of_the_calendars_of_both_addresses(cast):
    old = cast.co_founder.email
    new_address(cast.co_founder)
    part(cast)
    assert {(to, method) for to, method, *_ in told_by_address(cast, cast.co_founder)} == {
        (old, "CANCEL"),
        (cast.co_founder.email, "CANCEL"),
    }


# --- What is on the page, and what is by now --------------------------------------------------------------
def test_cancelling_an_hour_that_was_moved_meanwhile_is_refused(cast):
    page = reverse("mentoring:cancel_session", args=[cast.booked.public_id])
    founder = client_of(cast.founder)
    seen = founder.get(page).context["form"]["seen"].value()
    as_it_was = MentoringSession.objects.get(pk=cast.booked.pk)
    move(cast, THE_NEXT_SLOT + timedelta(minutes=45))
    answer = founder.post(page, {"reason": "Ill", "seen": seen})
    assert (answer.status_code, "Reload the page" in answer.content.decode()) == (409, True)
    with pytest.raises(SomebodyWasFirst, match="Reload the page"):
        booking.cancel(as_it_was, reason="Ill", by=cast.founder, now=JANUARY)
    cast.booked.refresh_from_db()
    assert cast.booked.is_booked
    assert not OutboxMessage.objects.filter(kind="mentoring.session_cancelled").exists()


def test_a_session_seen_at_its_present_hour_may_be_cancelled_though_the_team_has_changed(cast):
    as_it_was = MentoringSession.objects.get(pk=cast.booked.pk)
    join(cast, factories.make_user("Nora Quist"))
    booking.cancel(as_it_was, reason="Ill", by=cast.founder, now=JANUARY)
    assert as_it_was.is_cancelled
    numbers = OutboxMessage.objects.filter(kind="mentoring.session_cancelled").values_list(
        "calendar", flat=True
    )
    assert {ical.stated(calendar).sequence for calendar in numbers} == {2}
    for chain in calendar_chains.chains(cast.booked).values():
        calendar_chains.check(chain)


def test_a_cancellation_elsewhere_names_the_hour_that_the_old_calendar_holds(cast):
    old = cast.founder.email
    new_address(cast.founder)
    booking.reschedule(
        cast.booked, starts_at=THE_NEXT_SLOT + timedelta(minutes=45), by=cast.mentor, now=JANUARY
    )
    chain = calendar_chains.chains(cast.booked, cast.founder)[cast.founder.pk, old]
    calendar_chains.check(chain)
    assert [told.starts_at for told in chain] == [THE_NEXT_SLOT, THE_NEXT_SLOT]


def test_an_invitation_that_died_is_not_sent_by_hand_once_the_session_is_cancelled(cast):
    died = OutboxMessage.objects.get(kind="mentoring.session_booked", recipient=cast.co_founder)
    OutboxMessage.objects.filter(pk=died.pk).update(status="dead", sent_at=None)
    booking.cancel(cast.booked, reason="Ill", by=cast.founder, now=JANUARY)
    died.refresh_from_db()
    outbox.retry(died, by=cast.manager, now=JANUARY)
    delivery.deliver()
    died.refresh_from_db()
    assert (died.status, died.reason) == ("skipped", "The session no longer concerns this person.")
    assert cast.booked.pk in {mail.object_id for mail, _ in entries(cast.founder)}
    assert entries(cast.co_founder)[1:] == []
