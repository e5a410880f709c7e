"""The day of the answers is a promise: whoever waits is told when it moves, and managers before it comes."""

from datetime import UTC, date, datetime, timedelta

import factories
import pytest
from django.urls import reverse

from accelerator import clock, history
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Call
from applications.selecting import promise

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
EVENING = datetime(2023, 12, 20, 17, tzinfo=UTC)  # 18:00 in Paris, the day before the 21st
LATER = date(2024, 1, 4)


def told(kind, status="sent"):
    return list(OutboxMessage.objects.filter(kind=f"applications.{kind}", status=status).order_by("pk"))


def move(cast, to=LATER, **fields):
    given = {"reason": "Two reviewers fell ill.", "by": cast.manager, "now": NOW, **fields}
    return promise.move_day(cast.call, to=to, **given)


def test_everybody_who_waits_is_told_the_new_day_and_why(cast, reviewing):
    factories.make_application(cast.call, name="Only a draft")
    assert move(cast)
    delivery.deliver()
    mails = told("answer_day_moved")
    assert {mail.recipient for mail in mails} == {cast.founder, cast.co_founder, cast.rival_founder}
    assert "by Thursday 21 December 2023" in mails[0].text
    assert "on Thursday 4 January 2024" in mails[0].text
    assert "Two reviewers fell ill." in mails[0].text
    entry = history.of(cast.call).first()
    assert (entry.action, entry.details["to"]) == ("call.answer_day_moved", "2024-01-04")
    assert not move(cast)
    assert len(told("answer_day_moved")) == 3


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (date(2023, 12, 10), "is past"),
        (date(2023, 12, 14), "when the reviews are due"),
        (date(2024, 1, 9), "when the programme starts"),
    ],
)
def test_a_day_that_cannot_be_kept_is_refused(cast, reviewing, to, why):
    with pytest.raises(NotAllowed, match=why):
        move(cast, to)
    assert Call.objects.get(pk=cast.call.pk).decision_on == date(2023, 12, 21)


def test_nobody_is_left_without_a_reason_and_nobody_moves_what_they_did_not_see(cast, reviewing):
    with pytest.raises(NotAllowed, match="Say why"):
        move(cast, reason=" ")
    with pytest.raises(SomebodyWasFirst):
        move(cast, seen=date(2023, 12, 1))
    factories.release(cast.call, cast.manager, [cast.application])
    with pytest.raises(NotAllowed, match="are out"):
        move(cast)


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    delivery.deliver()


def test_managers_are_warned_on_the_evening_before_an_unreleased_day(cast, reviewing):
    tick(EVENING - factories.MICROSECOND)
    assert not told("release_due")
    tick(EVENING)
    tick(EVENING + timedelta(minutes=1))
    [mail] = told("release_due")
    assert mail.recipient == cast.manager
    assert "Thursday 21 December 2023" in mail.text
    assert "applications have no decision yet" in mail.text


def test_after_the_release_nobody_is_warned(cast, reviewing):
    factories.release(cast.call, cast.manager, [cast.application])
    tick(EVENING)
    assert not told("release_due")


def test_a_manager_moves_the_day_on_its_page(cast, reviewing, signed_in):
    client, page = signed_in(cast.manager), reverse("selecting:answer_day", args=[cast.call.pk])
    assert "2 teams wait" in client.get(page).content.decode()
    given = {"to": "2024-01-04", "seen": "2023-12-21", "reason": ""}
    assert "Say why" in client.post(page, given).content.decode()
    client.post(page, given | {"reason": "Snow."})
    assert Call.objects.get(pk=cast.call.pk).decision_on == LATER
