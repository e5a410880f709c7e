"""What a process keeps of a call's questions is never older than they are."""

import factories
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.models import Call, Question, Section
from applications.questions import form

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(db):
    return factories.make_call()


def asked(call: Call) -> list[str]:
    """What a new request reads."""
    return words(Call.objects.get(pk=call.pk).listed_questions)


def words(questions) -> list[str]:
    return [f"{question.section.title}: {question.label}" for question in questions]


CHANGES = {
    "a label": lambda q: Question.objects.filter(pk=q.pk).update(label={"en": "Something else?"}),
    "an object": lambda q: Question(pk=q.pk, **{f: getattr(q, f) for f in ("call", "section", "key", "kind")}).save(),
    "a new one": lambda q: Question.objects.create(call=q.call, section=q.section, key="new", kind="text"),
    "one less": lambda q: q.delete(),
    "a section": lambda q: Section.objects.filter(pk=q.section_id).update(title={"en": "Renamed"}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_by_the_next_request(call, change):
    before = asked(call)
    form.form_class(Call.objects.get(pk=call.pk).listed_questions)
    question = call.questions.select_related("section", "call").first()
    CHANGES[change](question)
    fresh = words(Question.objects.filter(call=call).select_related("section"))
    assert asked(call) == fresh != before
    assert list(form.form_class(Call.objects.get(pk=call.pk).listed_questions).base_fields) == [
        q.key for q in Question.objects.filter(call=call).select_related("section")
    ]


def test_they_are_asked_for_once(call):
    asked(call)
    known = Call.objects.get(pk=call.pk)
    with CaptureQueriesContext(connection) as queries:
        first = form.form_class(known.listed_questions)
        assert form.form_class(Call.objects.get(pk=call.pk).listed_questions) is first
    assert len(queries) == 1  # the call


def test_what_was_read_before_a_rollback_is_not_kept(call):
    before = asked(call)
    with transaction.atomic():
        Question.objects.filter(call=call).update(label={"en": "Never"})
        assert asked(call) != before
        transaction.set_rollback(True)
    Question.objects.filter(call=call).update(label={"en": "Now"})
    assert all(one.endswith(": Now") for one in asked(call))
