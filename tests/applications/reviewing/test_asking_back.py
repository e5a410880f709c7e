"""A manager asks a team one question about its sealed application; the team answers on a page of its own, in time."""

from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from page_forms import Form, fill_in, shown

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from applications.applying import answering_back
from applications.models import Application, QuestionBack
from applications.reviewing import asking_back, conflicts

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING  # 11 December 2023, 10:00 in Paris
A_DAY = timedelta(days=1)
TEXT = "Which open model runs in your product?"


@pytest.fixture
def sealed(call, reviewing):
    return factories.make_application(call, sealed=True)


@pytest.fixture
def mine(manager):
    return factories.sign_in(Client(), manager)


@pytest.fixture
def founder(sealed):
    return factories.sign_in(Client(), sealed.started_by)


@pytest.fixture
def question(sealed, manager):
    return asking_back.ask(sealed, text=TEXT, until=NOW + 3 * A_DAY, by=manager, now=NOW)


def ask_page(application) -> str:
    return reverse("reviewing:ask_team", args=[application.call_id, application.public_id])


def screen_page(application) -> str:
    return reverse("reviewing:screen_application", args=[application.call_id, application.public_id])


def of_question(name, question) -> str:
    application = question.application
    return reverse(f"reviewing:{name}", args=[application.call_id, application.public_id, question.public_id])


def told(kind):
    return OutboxMessage.objects.filter(kind=f"applications.{kind}")


# --- There and back -------------------------------------------------------------------------------------
def test_a_question_goes_to_the_team_and_its_answer_stands_beside_the_verdict(sealed, mine, founder, manager):
    assert ask_page(sealed) in mine.get(screen_page(sealed)).text
    before = sealed.last_version.content_hash
    mine.post(ask_page(sealed), {"text": TEXT, "last_day": "2023-12-14"})
    question = QuestionBack.objects.get()
    [mail] = told("question_asked")
    assert mail.recipient == sealed.started_by
    assert TEXT in mail.text
    assert "Thursday 14 December 2023, 23:59" in mail.text
    assert question.get_absolute_url() in mail.text
    assert "We have a question about your application" in founder.get(sealed.get_absolute_url()).text
    assert question.get_absolute_url() in founder.get(reverse("applying:my_applications")).text
    said = founder.post(question.get_absolute_url(), {"answer": "Mistral 7B, since May."}, follow=True).text
    assert "Your answer is with those who run the call." in said
    [mail] = told("question_answered")
    assert mail.recipient == manager
    assert "Mistral" not in mail.text
    page = mine.get(screen_page(sealed)).text
    assert TEXT in page
    assert "Mistral 7B, since May." in page
    assert question.get_absolute_url() not in founder.get(reverse("applying:my_applications")).text
    sealed.refresh_from_db()
    assert (sealed.last_version.content_hash, sealed.is_sealed) == (before, True)


def test_reviewers_and_those_with_a_conflict_see_neither_question_nor_answer(
    call, sealed, question, manager, signed_in
):
    answering_back.answer(question, text="Mistral 7B", by=sealed.started_by, now=NOW)
    Application.objects.filter(pk=sealed.pk).update(eligibility="eligible")
    reviewer = factories.make_reviewer(call, "Ada Stern")
    assignment = factories.assign(reviewer, sealed)
    page = signed_in(reviewer.user).get(reverse("reviewing:review", args=[assignment.public_id]), follow=True)
    assert TEXT not in page.text
    assert signed_in(reviewer.user).get(question.get_absolute_url()).status_code == 404
    other = factories.make_manager(call.programme, "Odile Faure")
    conflicts.recuse(sealed, who=other, reason="Cousin", by=other, now=NOW)
    assert signed_in(other).get(ask_page(sealed)).status_code == 404
    with pytest.raises(NotAllowed):
        asking_back.take_back(question, by=other, now=NOW)
    with pytest.raises(NotAllowed):
        asking_back.give_more_time(question, until=NOW + 5 * A_DAY, by=other, now=NOW)
    with pytest.raises(NotAllowed):
        asking_back.ask(sealed, text="More", until=NOW + A_DAY, by=other, now=NOW)


def test_an_answer_goes_to_the_other_managers_where_the_asker_may_not_hear_of_it(
    call, sealed, question, manager
):
    other = factories.make_manager(call.programme, "Odile Faure")
    conflicts.recuse(sealed, who=manager, reason="Cousin", by=manager, now=NOW)
    answering_back.answer(question, text="Mistral 7B", by=sealed.started_by, now=NOW)
    assert [mail.recipient for mail in told("question_answered")] == [other]


# --- When it can be asked -------------------------------------------------------------------------------
def test_one_question_at_a_time_about_what_is_sealed(call, sealed, question, manager, mine):
    refused = mine.post(ask_page(sealed), {"text": "And the team?", "last_day": "2023-12-14"}).text
    assert "A question to this team is not answered yet" in refused
    assert "And the team?" in refused
    still_open = factories.make_application(call, name="Kestrel", submitted=True)
    with pytest.raises(NotAllowed, match="once it is sealed"):
        asking_back.ask(still_open, text=TEXT, until=NOW + A_DAY, by=manager, now=NOW)
    draft = factories.make_application(call, name="Umi")
    with pytest.raises(NotAllowed, match="was submitted"):
        asking_back.ask(draft, text=TEXT, until=NOW + A_DAY, by=manager, now=NOW)


@pytest.mark.parametrize(
    ("day", "why"),
    [("2023-12-10", "That day is over"), ("2024-01-30", "a month at most"), ("2023-12-27", "are promised")],
)
def test_the_day_of_an_answer_is_ahead_and_before_the_promised_one(sealed, mine, day, why):
    refused = mine.post(ask_page(sealed), {"text": TEXT, "last_day": day}).text
    assert why in refused
    assert TEXT in refused
    assert not QuestionBack.objects.exists()


def test_nothing_is_asked_once_the_answers_are_out(call, sealed, manager, mine):
    factories.release(call, manager, [sealed])
    sealed = Application.objects.get(pk=sealed.pk)
    with pytest.raises(NotAllowed, match="answers of this call are out"):
        asking_back.ask(sealed, text=TEXT, until=NOW + A_DAY, by=manager, now=NOW)
    assert "are out" in mine.get(ask_page(sealed)).text


# --- In time, and too late ------------------------------------------------------------------------------
def test_an_answer_counts_until_just_before_its_deadline(sealed, question):
    with pytest.raises(NotAllowed, match="could be answered until"):
        answering_back.answer(question, text="Late", by=sealed.started_by, now=question.answer_by)
    just = question.answer_by - factories.MICROSECOND
    answering_back.answer(question, text="In time", by=sealed.started_by, now=just)
    question.refresh_from_db()
    assert question.answer == "In time"


def test_a_late_answer_is_refused_in_words_keeps_what_was_typed_and_counts_after_more_time(
    question, founder, mine
):
    factories.at(question.answer_by + timedelta(minutes=1))
    refused = founder.post(question.get_absolute_url(), {"answer": "We were on a train."})
    assert refused.status_code == 409
    assert "could be answered until" in refused.text
    assert "We were on a train." in refused.text
    assert "Not answered" in mine.get(ask_page(question.application)).text
    fill_in(
        mine,
        ask_page(question.application),
        {"last_day": "2023-12-16"},
        name="last_day",
    )  # the page's own address takes a question only
    assert QuestionBack.objects.get().answer_by == question.answer_by
    values = shown(mine, ask_page(question.application), "last_day") | {"last_day": "2023-12-16"}
    assert mine.post(of_question("question_more_time", question), values).status_code == 302
    [mail] = told("question_longer")
    assert "Saturday 16 December 2023, 23:59" in mail.text
    assert founder.post(question.get_absolute_url(), {"answer": "We were on a train."}).status_code == 302


def test_of_two_founders_the_second_is_told_and_keeps_the_words(sealed, question, founder):
    friend = factories.make_user("Maud Le Goff")
    sealed.startup.members.create(user=friend)
    answering_back.answer(question, text="Mistral 7B", by=friend, now=NOW)
    refused = founder.post(question.get_absolute_url(), {"answer": "Llama 2"})
    assert refused.status_code == 409
    assert "Maud Le Goff has answered this question" in refused.text
    assert "Llama 2" in refused.text
    question.refresh_from_db()
    assert question.answer == "Mistral 7B"


def test_a_question_taken_back_is_no_longer_answered(sealed, question, mine, founder):
    values = Form(mine.get(ask_page(sealed)).text, "seen").values
    assert mine.post(of_question("take_question_back", question), values).status_code == 302
    assert told("question_taken_back").count() == 1
    refused = founder.post(question.get_absolute_url(), {"answer": "Llama 2"})
    assert (refused.status_code, "taken this question back" in refused.text) == (409, True)
    assert "We have a question" not in founder.get(sealed.get_absolute_url()).text


def test_whoever_withdrew_has_nothing_to_answer(sealed, question, founder):
    Application.objects.filter(pk=sealed.pk).update(status="withdrawn")
    refused = founder.post(question.get_absolute_url(), {"answer": "Llama 2"})
    assert (refused.status_code, "withdrawn" in refused.text) == (409, True)


# --- Pages that became stale ----------------------------------------------------------------------------
def test_a_verdict_from_a_page_without_the_answer_is_refused_once(sealed, question, mine):
    page = shown(mine, screen_page(sealed), "reason") | {"verdict": "ineligible", "reason": "No open model."}
    answering_back.answer(question, text="Mistral 7B", by=sealed.started_by, now=NOW)
    refused = mine.post(screen_page(sealed), page).text
    assert "The team answered a question about it" in refused
    assert "Mistral 7B" in refused
    assert "No open model." in refused
    again = Form(refused, "reason").values | {"verdict": "eligible", "checks": "open"}
    assert mine.post(screen_page(sealed), again).status_code == 302


def test_more_time_from_an_old_page_is_refused(sealed, question, mine, manager):
    old = shown(mine, ask_page(sealed), "last_day") | {"last_day": "2023-12-18"}
    asking_back.give_more_time(question, until=NOW + 5 * A_DAY, by=manager, now=NOW)
    refused = mine.post(of_question("question_more_time", question), old).text
    assert "Another manager has changed until when" in refused
    assert "2023-12-18" in refused
    answering_back.answer(question, text="Mistral 7B", by=sealed.started_by, now=NOW)
    assert (
        "has answered meanwhile"
        in mine.post(of_question("take_question_back", question), old, follow=True).text
    )


# --- The reminder ---------------------------------------------------------------------------------------
def ticked(at):
    clock.freeze(at)
    reminders.reconcile(at)
    return told("question_nears")


def test_the_team_is_reminded_a_day_before_and_not_once_it_has_answered(sealed, question):
    assert not ticked(question.answer_by - A_DAY - timedelta(minutes=1))
    [mail] = ticked(question.answer_by - A_DAY + timedelta(minutes=1))
    assert mail.recipient == sealed.started_by
    assert TEXT in mail.text
    answering_back.answer(question, text="Mistral 7B", by=sealed.started_by, now=clock.now())
    delivery.deliver()
    mail.refresh_from_db()
    assert mail.status == OutboxMessage.Status.SKIPPED


def test_a_question_of_less_than_a_day_has_no_reminder(sealed, manager):
    asking_back.ask(sealed, text=TEXT, until=NOW + timedelta(hours=20), by=manager, now=NOW)
    assert not ticked(NOW + timedelta(hours=1))


def test_more_time_takes_the_earlier_mails_back_and_reminds_anew(sealed, question, manager):
    asking_back.give_more_time(question, until=NOW + 6 * A_DAY, by=manager, now=NOW)
    assert not ticked(NOW + 2 * A_DAY + timedelta(minutes=1))
    delivery.deliver()
    assert told("question_asked").get().status == OutboxMessage.Status.SKIPPED
    assert ticked(NOW + 5 * A_DAY + timedelta(minutes=1)).count() == 1
