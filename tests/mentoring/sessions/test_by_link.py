"""From the mail to logged or cancelled without signing in: one act, one person, one week, and nothing else."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import factories
import pytest
from django.core.cache import cache
from django.test import Client
from factories_cohort import JANUARY, TUESDAY_14H, make_log, make_membership, make_mentor, make_session

from accelerator import clock
from accelerator.messages import delivery, one_links, reminders
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.people import roles
from mentoring.sessions import booking

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AFTER = TUESDAY_14H + timedelta(hours=3)  # two hours after its end, the mail leaves
SAID = {"outcome": "held", "minutes": 40, "notes": "Ten recordings.", "action_items": "Sort them"}


@pytest.fixture
def session(call):
    factories.at(JANUARY)
    cache.clear()
    membership = make_membership(call, factories.make_user("Lena Aubry"))
    return make_session(make_mentor(call, "Rachel Osei", zone="America/New_York"), membership)


def mailed(kind: str, way: str, to, at) -> str:
    """Let the clock come to this moment and take the link out of the mail that leaves for this person."""
    clock.freeze(at)
    reminders.tick()
    delivery.deliver()
    mail = OutboxMessage.objects.get(kind=f"mentoring.{kind}", recipient=to)
    assert "by-link" not in mail.text  # what is kept and shown
    parts = message_from_bytes(bytes(mail.mime), policy=policy.default)
    body = parts.get_body(("plain",)).get_content()
    [address] = re.findall(rf"https?://\S+/by-link/{way}/\S+", body)
    return urlsplit(address).path


def to_log(session) -> str:
    return mailed("log_session", "log", session.mentor.user, AFTER)


def to_cancel(session, person) -> str:
    return mailed("session_tomorrow", "cancel", person, TUESDAY_14H - DAY)


def test_a_session_is_logged_from_the_mail_and_the_link_says_then_that_it_is(session):
    path, anybody = to_log(session), Client()
    page = anybody.get(path).content.decode()
    assert "You write as Rachel Osei" in page
    session.refresh_from_db()
    assert session.is_booked  # reading it changes nothing
    assert anybody.post(path, SAID)["Location"] == path
    session.refresh_from_db()
    assert session.is_held
    assert session.log.logged_by == session.mentor.user
    entry = HistoryEntry.objects.get(action="session.logged")
    assert entry.actor == session.mentor.user
    assert "It is done" in anybody.get(path).content.decode()
    again = anybody.post(path, SAID | {"notes": "Otherwise"})
    assert "It is done" in again.content.decode()
    session.log.refresh_from_db()
    assert session.log.notes == "Ten recordings."


def test_what_is_refused_keeps_what_was_typed(session):
    page = Client().post(to_log(session), SAID | {"minutes": 0}).content.decode()
    assert "Say how many minutes it took" in page
    assert "Ten recordings." in page


def test_whoever_holds_the_link_reaches_nothing_else(session):
    path, anybody = to_log(session), Client()
    anybody.post(path, SAID)
    assert "_auth_user_id" not in anybody.session
    assert anybody.get(session.get_absolute_url()).status_code == 302
    page = anybody.get(path).content.decode()
    assert "Ten recordings." not in page
    cancelling = path.replace("/log/", "/cancel/")
    assert anybody.get(cancelling).status_code == 404


def test_a_link_for_one_act_is_none_for_another_of_the_same_mail(session, monkeypatch):
    to_log(session)
    mail = OutboxMessage.objects.get(kind="mentoring.log_session")
    routes = ("mentoring:log_by_link", "mentoring:cancel_by_link")
    both = [one_links.OneLink(route, lambda _mail: "") for route in routes]
    monkeypatch.setitem(one_links.declared, mail.kind, both)
    token = one_links.token(mail, routes[0])
    assert [one_links.by_token(token, route) for route in routes] == [mail, None]


def test_whoever_is_signed_in_as_somebody_else_acts_as_the_person_of_the_link(session, signed_in):
    path = to_log(session)
    assert signed_in(factories.make_user()).post(path, SAID).status_code == 302
    session.refresh_from_db()
    assert session.log.logged_by == session.mentor.user


def test_a_link_lives_for_a_week(session):
    path = to_log(session)
    due_at = OutboxMessage.objects.get(kind="mentoring.log_session").due_at
    clock.freeze(due_at + 7 * DAY - factories.MICROSECOND)
    assert Client().get(path).status_code == 200
    clock.freeze(due_at + 7 * DAY)
    assert Client().get(path).status_code == 410
    assert Client().post(path, SAID).status_code == 410


def test_with_the_role_the_link_is_dead(session):
    path = to_cancel(session, session.mentor.user)
    assert Client().get(path).status_code == 200
    roles.end(session.mentor.user.roles.get(), by=None, now=clock.now())
    assert "A strike" not in Client().post(path, {"reason": "A strike"}).content.decode()
    session.refresh_from_db()
    assert session.cancel_reason != "A strike"


def test_with_another_address_or_a_closed_account_the_link_is_dead(session):
    path, mentor = to_log(session), session.mentor.user
    address = mentor.email
    type(mentor).objects.filter(pk=mentor.pk).update(email="other@people.example")
    assert Client().post(path, SAID).status_code == 410
    type(mentor).objects.filter(pk=mentor.pk).update(email=address, is_active=False)
    assert Client().post(path, SAID).status_code == 410
    session.refresh_from_db()
    assert session.is_booked


def test_a_link_that_was_touched_is_none(session):
    path = to_log(session)
    changed = path[:-2] + ("a" if path[-2] != "a" else "b") + "/"
    message = OutboxMessage.objects.get(kind="mentoring.log_session")
    for guess in (changed, f"/mentoring/by-link/log/{message.public_id}/"):
        assert Client().get(guess).status_code == 404


def test_either_side_cancels_from_the_mail_with_a_reason(session):
    founder = session.startup.team.get().user
    path = to_cancel(session, founder)
    assert "You act as Lena Aubry" in Client().get(path).content.decode()
    assert Client().post(path, {"reason": ""}).status_code == 200
    assert Client().post(path, {"reason": "A strike"}).status_code == 302
    session.refresh_from_db()
    assert (session.cancelled_by, session.cancel_reason) == (founder, "A strike")
    assert "It is done" in Client().get(path).content.decode()


def test_a_session_that_was_moved_is_not_cancelled_by_the_mail_of_before(session):
    founder = session.startup.team.get().user
    path = to_cancel(session, founder)
    booking.reschedule(session, starts_at=TUESDAY_14H + 7 * DAY + 6 * HOUR, by=founder, now=clock.now())
    assert Client().post(path, {"reason": "A strike"}).status_code == 410
    session.refresh_from_db()
    assert session.is_booked


def test_whoever_has_left_the_team_cancels_nothing(session):
    member = session.startup.team.get()
    path = to_cancel(session, member.user)
    member.left_at = clock.now()
    member.save()
    assert Client().post(path, {"reason": "A strike"}).status_code == 410


def test_a_link_is_not_pressed_without_end_and_stands_in_no_log(session, caplog):
    path = to_log(session)
    answers = [Client().get(path).status_code for _time in range(61)]
    assert answers[59:] == [200, 429]
    assert path.split("/")[-2] not in caplog.text


def test_the_day_before_both_sides_read_goals_what_is_open_and_what_was_noted(session):
    before = make_session(session.mentor, session.membership, TUESDAY_14H - 7 * DAY)
    make_log(before, action_items=["Sort the worst errors"], notes="We listened to ten recordings.")
    founder = session.startup.team.get().user
    goals = session.membership.goals
    goals.create(text="Ten paying notaries", set_by=founder, set_at=JANUARY)
    goals.create(text="A registered seat", set_by=founder, set_at=JANUARY, reached_at=JANUARY)
    to_cancel(session, founder)
    texts = [mail.text for mail in OutboxMessage.objects.filter(kind="mentoring.session_tomorrow")]
    assert len(texts) == 2
    for text in texts:
        assert "Ten paying notaries" in text
        assert "A registered seat" not in text
        assert "Sort the worst errors" in text
        assert "We listened to ten recordings." in text
        assert "Tired, but on course." not in text  # the private note
        assert "Which test set?" in text
        assert "Where: nobody has said so yet" in text
