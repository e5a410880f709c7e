"""What is to do belongs to the startup: seen in its next session with whomever, and ticked wherever it stands."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import factories
import pytest
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_session

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import HistoryEntry, OutboxMessage, Role
from accelerator.people import roles
from applications.models import Recusal
from mentoring.message_subjects import messages_about_sessions_of_others as subjects_kept

pytestmark = pytest.mark.django_db
TO_DO = "Sort the worst errors by cause"


@pytest.fixture
def everybody(cast):
    factories.at(JANUARY)
    cast = make_cohort_cast(cast)
    starts_at = TUESDAY_14H + timedelta(days=2)
    cast.elsewhere = make_session(cast.other_mentor_profile, cast.membership, starts_at)
    return cast


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def read(user, path) -> str:
    answer = client_of(user).get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tick(cast, user, **data):
    path = reverse("mentoring:tick_action_item", args=[cast.past_session.public_id, cast.action_item.pk])
    answer = client_of(user).post(path, {"done": "1", **data})
    cast.action_item.refresh_from_db()
    return answer


def test_another_mentor_sees_and_ticks_what_is_open(everybody):
    page = read(everybody.other_mentor, everybody.elsewhere.get_absolute_url())
    assert TO_DO in page
    assert "Hélène Kervella" in page  # with whom it was agreed
    assert client_of(everybody.other_mentor).get(everybody.past_session.get_absolute_url()).status_code == 404
    answer = tick(everybody, everybody.other_mentor, seen_in=everybody.elsewhere.public_id)
    assert answer.headers["Location"] == everybody.elsewhere.get_absolute_url()
    assert everybody.action_item.is_done
    assert HistoryEntry.objects.get(action="action_item.ticked").actor == everybody.other_mentor


def test_the_team_ticks_it_on_its_own_page(everybody):
    member = everybody.membership.get_absolute_url()
    tick_url = reverse(
        "mentoring:tick_action_item", args=[everybody.past_session.public_id, everybody.action_item.pk]
    )
    assert tick_url in read(everybody.founder, member)
    assert tick(everybody, everybody.founder).headers["Location"] == f"{member}#mentoring"
    assert everybody.action_item.is_done
    assert TO_DO not in read(everybody.founder, member)


def test_a_mentor_who_does_not_meet_the_startup_neither_sees_nor_ticks_it(everybody):
    everybody.elsewhere.delete()
    assert TO_DO not in read(everybody.other_mentor, everybody.membership.get_absolute_url())
    assert tick(everybody, everybody.other_mentor).status_code == 404
    assert not everybody.action_item.is_done


# --- Who, and until when ----------------------------------------------------------------------------------
def agree(cast, user, seen="0", **said):
    path = reverse("mentoring:agree_action_item", args=[cast.past_session.public_id, cast.action_item.pk])
    answer = client_of(user).post(path, {"seen": seen, **said})
    cast.action_item.refresh_from_db()
    return answer


def reminded(at) -> set:
    clock.freeze(at)
    reminders.tick()
    delivery.deliver()
    return {m.recipient for m in OutboxMessage.objects.filter(kind="mentoring.action_due", status="sent")}


MONDAY_9 = datetime(2024, 1, 22, 8, tzinfo=UTC)  # in Paris


def test_on_its_date_whoever_sees_to_it_is_reminded_and_nobody_else(everybody):
    said = {"owner": everybody.founder.pk, "due_on": "2024-01-22"}
    assert agree(everybody, everybody.other_mentor, **said).status_code == 302
    page = read(everybody.founder, everybody.membership.get_absolute_url())
    assert "until Monday 22 January 2024" in page
    assert reminded(MONDAY_9 - factories.MICROSECOND) == set()
    assert reminded(MONDAY_9) == {everybody.founder}


def test_what_nobody_sees_to_is_said_to_the_team_and_what_is_done_to_nobody(everybody):
    agree(everybody, everybody.founder, due_on="2024-01-22")
    reminders_written = reminded(MONDAY_9)
    assert reminded(MONDAY_9) == reminders_written == {everybody.founder, everybody.co_founder}
    other = everybody.past_session.action_items.create(text="Something else", due_on=date(2024, 1, 23))
    tick(everybody, everybody.founder)
    other.done_at = MONDAY_9
    other.save()
    reminded(MONDAY_9 + timedelta(days=1))
    assert OutboxMessage.objects.filter(kind="mentoring.action_due").count() == 2


def test_only_the_team_and_its_mentors_see_to_things_and_only_while_the_programme_lasts(everybody):
    assert (
        "Select a valid choice" in agree(everybody, everybody.founder, owner=everybody.rival_founder.pk).text
    )
    for day in ("2024-01-14", "2024-06-29"):
        page = unescape(agree(everybody, everybody.founder, due_on=day).text)
        assert "Choose a day from today until the end of the programme." in page
    assert (everybody.action_item.owner, everybody.action_item.due_on) == (None, None)


def test_a_page_that_is_stale_gives_nothing_to_anybody(everybody):
    agree(everybody, everybody.founder, owner=everybody.founder.pk)
    page = unescape(agree(everybody, everybody.mentor, owner=everybody.mentor.pk).text)
    assert "Look at it again before you go on." in page
    assert everybody.action_item.owner == everybody.founder


def test_what_a_leaving_mentor_had_to_do_falls_to_the_team(everybody):
    agree(everybody, everybody.founder, owner=everybody.mentor.pk)
    role = Role.objects.get(user=everybody.mentor, kind="mentor")
    path = reverse("people:end_role", args=[role.pk])
    assert "1 thing that they had still to do falls to the team" in read(everybody.manager, path)
    roles.end(role, reason="A new post", by=everybody.manager, now=clock.now())
    everybody.action_item.refresh_from_db()
    assert everybody.action_item.owner is None
    assert not everybody.action_item.is_done


def test_the_same_thing_said_again_stays_one(everybody):
    factories.at(TUESDAY_14H + timedelta(days=2, hours=2))
    said = {
        "outcome": "held",
        "minutes": 40,
        "action_items": f"  {TO_DO.upper()} \nCall two notaries\ncall  two notaries",
    }
    path = reverse("mentoring:log_session", args=[everybody.elsewhere.public_id])
    assert client_of(everybody.other_mentor).post(path, said).status_code == 302
    assert [item.text for item in everybody.elsewhere.action_items.all()] == ["Call two notaries"]


def test_mails_about_a_member_are_kept_from_a_manager_with_a_conflict(everybody):
    agree(everybody, everybody.founder, due_on="2024-01-22")
    reminded(MONDAY_9)
    mail = OutboxMessage.objects.filter(kind="mentoring.action_due").first()
    assert not OutboxMessage.objects.filter(subjects_kept(everybody.manager), pk=mail.pk).exists()
    recused = {"user": everybody.manager, "reason": "Cousin", "declared_by": everybody.manager}
    Recusal.objects.create(application=everybody.membership.offer.application, **recused)
    assert OutboxMessage.objects.filter(subjects_kept(everybody.manager), pk=mail.pk).exists()
