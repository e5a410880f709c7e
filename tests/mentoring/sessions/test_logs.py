"""Logging: what the team is told, what stays private, and what is carried over."""

from datetime import timedelta

import factories
import pytest
from factories_cohort import JANUARY, TUESDAY_14H, make_membership, make_mentor, make_session

from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from mentoring.models import ActionItem
from mentoring.sessions import logs

AFTER = TUESDAY_14H + timedelta(hours=1)


@pytest.fixture
def membership(call):
    factories.at(JANUARY)
    return make_membership(call)


@pytest.fixture
def mentor(call, membership):
    return make_mentor(call, "Hélène Kervella")


def log(session, **fields):
    said = {
        "outcome": "held",
        "minutes": 40,
        "notes": "Listened to ten recordings.",
        "private_note": "The founders disagree.",
        "action_items": ["Sort the errors"],
        "now": AFTER,
    }
    return logs.log(session, **{**said, **fields}, by=session.mentor.user)


def test_a_held_session_is_logged_with_its_minutes_and_what_to_do(mentor, membership):
    session = make_session(mentor, membership)
    written = log(session)
    session.refresh_from_db()
    assert session.is_held
    assert written.minutes == 40
    assert [item.text for item in session.action_items.all()] == ["Sort the errors"]


def test_the_team_reads_the_notes_and_never_the_private_one(mentor, membership):
    log(make_session(mentor, membership))
    (mail,) = OutboxMessage.objects.filter(kind="mentoring.session_logged")
    assert mail.recipient == membership.startup.members.get().user
    assert "ten recordings" in mail.text
    assert "Sort the errors" in mail.text
    assert "disagree" not in mail.text + mail.subject


def test_a_no_show_counts_no_minutes_and_frees_the_hour(mentor, membership):
    session = make_session(mentor, membership)
    assert log(session, outcome="no_show", action_items=[]).minutes == 0
    make_session(mentor, membership)  # refused if the no-show still occupied it


def test_a_session_is_logged_once(mentor, membership):
    session = make_session(mentor, membership)
    log(session)
    with pytest.raises(NotAllowed, match="already"):
        log(session)
    assert OutboxMessage.objects.filter(kind="mentoring.session_logged").count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"now": TUESDAY_14H - factories.MICROSECOND}, {"minutes": 0}],
    ids=["before it begins", "no minutes"],
)
def test_a_log_that_makes_no_sense_is_refused_and_leaves_the_session_booked(mentor, membership, fields):
    session = make_session(mentor, membership)
    with pytest.raises(NotAllowed):
        log(session, **fields)
    session.refresh_from_db()
    assert session.is_booked


def test_open_items_are_carried_into_the_next_session_until_they_are_done(call, mentor, membership):
    first = make_session(mentor, membership, TUESDAY_14H - timedelta(days=14))
    log(first, action_items=["Sort the errors", "Ask three notaries"])
    elsewhere = make_session(
        make_mentor(call, "Matteo Fabbriani"), membership, TUESDAY_14H - timedelta(days=13)
    )
    log(elsewhere, action_items=["Buy a camera"])

    second = make_session(mentor, membership)
    carried = ActionItem.objects.carried_into(second)
    assert [item.text for item in carried] == ["Sort the errors", "Ask three notaries", "Buy a camera"]
    log(second, done=[carried[0]], action_items=[])
    third = make_session(mentor, membership, TUESDAY_14H + timedelta(days=7))
    assert [item.text for item in ActionItem.objects.carried_into(third)] == [
        "Ask three notaries",
        "Buy a camera",
    ]


def log_unbooked(mentor, membership, **fields):
    said = {
        "starts_at": TUESDAY_14H,
        "minutes": 30,
        "notes": "In the queue for coffee.",
        "private_note": "",
        "action_items": [],
        "now": AFTER,
    }
    return logs.log_unbooked(mentor, membership, **{**said, **fields}, by=mentor.user)


def test_a_session_that_nobody_booked_can_be_logged(mentor, membership):
    session = log_unbooked(mentor, membership).session
    assert session.is_held
    assert not session.was_booked
    assert session.ends_at - session.starts_at == timedelta(minutes=30)


def test_an_unbooked_session_cannot_lie_in_the_future_or_over_another(call, mentor, membership):
    with pytest.raises(NotAllowed, match="not over yet"):
        log_unbooked(mentor, membership, now=TUESDAY_14H + timedelta(minutes=29))
    make_session(mentor, make_membership(call, name="Kestrel"))
    with pytest.raises(NotAllowed, match="a session at that time"):
        log_unbooked(mentor, membership)
