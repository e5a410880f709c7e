"""What is in, what is not in it, and what is missing: one reading for every page of an application."""

from datetime import timedelta

import factories
import factories_founder as founders
import pytest

from accelerator import clock
from applications.applying import drafts, standing, withdrawal
from applications.models import Answer, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


def change(draft, now=factories.WHILE_OPEN, **answers):
    opened = founders.reread(draft)
    drafts.save_draft(
        opened,
        answers,
        by=draft.started_by,
        version=opened.draft_version,
        seen=drafts.marks(opened.answers),
        now=now,
    )


def reading(draft, now=None):
    return standing.of(founders.reread(draft), now or clock.now())


def test_a_draft_that_is_whole_can_be_submitted_and_one_that_is_not_says_what_is_missing(call, draft):
    whole = reading(draft)
    assert (whole.version, whole.changes, whole.missing, whole.can_submit) == (None, [], [], True)
    change(draft, problem=None, team_size="many")
    assert [one.label for one in reading(draft).missing] == [
        "Which problem do you solve?",
        "How many are you?",
    ]
    assert not reading(draft).can_submit


def test_what_was_changed_after_a_submit_is_listed_with_both_texts_in_the_order_of_the_form(draft):
    founders.submit(draft)
    assert reading(draft).is_all_in
    founders.attach(draft, pages=2)
    change(draft, problem="Notaries wait.", topics=["vision"], website=None)
    found = reading(draft)
    assert [(c.label, c.before, c.after) for c in found.changes] == [
        ("Website", "https://papyrus.example", ""),
        ("Which problem do you solve?", "Notaries wait weeks for an extract.", "Notaries wait."),
        ("Topics", "Language", "Vision"),
        ("Your deck", "deck.pdf", "deck.pdf"),
    ]
    assert found.can_submit
    founders.submit(draft)
    assert reading(draft).is_all_in


def test_what_was_changed_and_changed_back_is_no_change(draft):
    founders.submit(draft)
    change(draft, problem="Other")
    change(draft, problem=factories.ANSWERS["problem"])
    assert reading(draft).is_all_in


def test_a_question_that_came_later_is_a_change_once_it_is_answered(call, draft):
    founders.submit(draft)
    section = call.sections.get()
    Question.objects.create(
        call=call, section=section, key="late", kind="text", label="One more", required=False, position=50
    )
    change(draft, problem="Other")
    assert [one.key for one in reading(draft).changes] == ["problem"]
    change(draft, late="An answer")
    assert [one.key for one in reading(draft).changes] == ["problem", "late"]


def test_a_withdrawn_application_and_one_that_was_reopened_have_no_version_that_counts(draft, while_open):
    founders.submit(draft)
    withdrawal.withdraw(draft, by=draft.started_by, now=while_open)
    assert reading(draft).version is None
    withdrawal.reopen(draft, by=draft.started_by, now=while_open)
    found = reading(draft)
    assert (found.version, found.last.number, found.can_submit) == (None, 1, True)


def test_what_did_not_get_in_can_be_copied_for_a_month(draft):
    founders.submit(draft)
    change(draft, problem="Written at the last minute")
    assert not reading(draft, factories.CLOSES_AT - factories.MICROSECOND).left_out
    month = timedelta(days=31)
    for moment in (factories.CLOSES_AT, factories.CLOSES_AT + month - factories.MICROSECOND):
        assert [one.after for one in reading(draft, moment).left_out] == ["Written at the last minute"]
    assert not reading(draft, factories.CLOSES_AT + month).left_out


@pytest.mark.parametrize("count", [1, 30])
def test_many_are_read_with_as_few_queries_as_one(call, while_open, django_assert_num_queries, count):
    made = [factories.make_application(call, name=f"S{n}", submitted=True, deck=True) for n in range(count)]
    type(made[0]).objects.update(draft_version=2)
    Answer.objects.filter(key="name").update(value="Changed")
    applications = [founders.reread(one) for one in made]
    with django_assert_num_queries(4):
        for one in standing.of_each(applications, while_open):
            assert [change.key for change in one.changes] == ["name"]
            assert one.missing == []
