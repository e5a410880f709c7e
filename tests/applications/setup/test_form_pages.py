"""A manager writes what a call asks in the browser: sections, questions of every kind, their order and conditions."""

import factories
import pytest
from django.urls import reverse

from applications.models import Question
from applications.questions import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(call, while_open, signed_in):
    return signed_in(factories.make_manager(call.programme))


def path(call, name: str = "form", *more) -> str:
    return reverse(f"setup:{name}", args=[call.pk, *more])


def order(call) -> list[str]:
    return list(call.questions.values_list("key", flat=True))


def seen(call) -> str:
    return "-".join(str(pk) for pk in call.questions.values_list("pk", flat=True))


def add(manager, call, kind: str, **told):
    section = call.sections.last()
    return manager.post(f"{path(call, 'add_question', section.pk)}?kind={kind}", told)


TOLD = {
    "row_columns": "Name*\nshare = Share of time | number",
    "choices": "Seed\nseries_a = Series A",
    "maximum": "7",
    "unit": "GPU hours",
}


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_question_of_every_kind_is_written_and_asked(manager, call, kind):
    columns = kinds.named(kind).columns
    told = {name: TOLD[name] for name in columns if name in TOLD and not (kind == "money" and name == "unit")}
    page = manager.get(f"{path(call, 'add_question', call.sections.last().pk)}?kind={kind}")
    assert page.status_code == 200
    answer = add(manager, call, kind, label="What else?", help="Say it.", **told)
    assert answer.status_code == 302, answer.context["form"].errors
    asked = call.questions.get(key="what_else")
    assert (str(asked.label), asked.kind, asked.required) == ("What else?", kind, False)
    assert order(call)[-1] == "what_else"
    assert "What else?" in manager.get(path(call)).content.decode()
    assert manager.get(path(call, "question", asked.pk)).status_code == 200


def test_only_what_its_kind_needs_is_asked_of_the_manager(manager, call):
    asked = call.questions.get(key="problem")
    page = manager.get(path(call, "question", asked.pk))
    assert {"max_words", "label", "help", "required", "key"} <= set(page.context["form"].fields)
    assert not {"minimum", "choices", "max_pages", "unit"} & set(page.context["form"].fields)


def test_answers_get_short_names_and_keep_those_they_have(manager, call):
    add(manager, call, "choice", label="Which stage?", choices="Seed stage\nlate = Later than that")
    asked = call.questions.get(key="which_stage")
    assert [choice["value"] for choice in asked.choices] == ["seed_stage", "late"]
    add(manager, call, "text", label="Which stage?")
    assert call.questions.filter(key="which_stage_2").exists()


def test_a_question_depends_on_an_earlier_answer_by_ticking_it(manager, call):
    add(manager, call, "choice", label="Stage", choices="Seed\nOther")
    answer = add(manager, call, "text", label="Which?", shown_if=["stage other", "topics speech"])
    assert "Please tick answers of one question only." in answer.content.decode()
    add(manager, call, "text", label="Which?", shown_if=["stage other"])
    which = call.questions.get(key="which")
    assert which.shown_if == {"question": "stage", "answers": ["other"]}
    assert "only after “Stage”" in " ".join(manager.get(path(call)).content.decode().split())
    stage = call.questions.get(key="stage")
    assert "shown_if" in manager.get(path(call, "question", stage.pk)).context["form"].fields
    offered = manager.get(path(call, "question", stage.pk)).context["form"].fields["shown_if"].choices
    assert not [pair for pair, _words in offered if pair.startswith(("stage", "which"))]  # only earlier ones
    manager.post(path(call, "remove_question", stage.pk))
    assert call.questions.filter(pk=stage.pk).exists()


def test_what_cannot_be_asked_so_goes_back_with_what_was_typed(manager, call):
    answer = add(manager, call, "scale", label="How sure?", minimum="5", maximum="5")
    page = answer.content.decode()
    assert "A scale has from 2 to 11 steps" in page
    assert "How sure?" in page
    assert not call.questions.filter(kind="scale").exists()


@pytest.mark.parametrize(
    "kind, told",
    [
        ("integer", {"minimum": "9" * 30}),
        ("integer", {"maximum": "-3000000000"}),
        ("scale", {"minimum": "0", "maximum": "9" * 30}),
        ("money", {"unit": "EUR" * 20}),
        ("text", {"max_words": "40000"}),
        ("text", {"max_characters": "40000"}),
        ("file", {"max_pages": "40000"}),
        ("file", {"max_megabytes": "9" * 9}),
        ("text", {"key": "k" * 51}),
        ("text", {"shown_if": ["topics speech " * 100]}),
    ],
)
def test_more_than_a_column_holds_goes_back_and_fails_nowhere(manager, call, kind, told):
    before = order(call)
    assert add(manager, call, kind, label="How much?", **told).context["form"].errors
    assert order(call) == before
    preview = manager.post(path(call, "preview_question"), {"kind": kind, "label": "How much?", **told})
    assert preview.status_code == 200


def test_questions_are_moved_and_a_stale_page_moves_nothing(manager, call):
    before, stale = order(call), seen(call)
    last = call.questions.get(key=before[-1])
    manager.post(path(call, "move_question", last.pk), {"to": "up", "seen": stale})
    assert order(call) == [*before[:-2], before[-1], before[-2]]
    answer = manager.post(path(call, "move_question", last.pk), {"to": "up", "seen": stale}, follow=True)
    assert "put in another order meanwhile" in answer.content.decode()
    manager.post(path(call, "move_question", last.pk), {"to": "down", "seen": seen(call)})
    assert order(call) == before
    answer = manager.post(
        path(call, "move_question", last.pk), {"to": "down", "seen": seen(call)}, follow=True
    )
    assert "no place further that way" in answer.content.decode()


def test_a_question_goes_over_into_the_next_section_and_sections_change_places(manager, call):
    manager.post(path(call, "add_section"), {"title": "Your model", "intro": "Which one, and why."})
    second = call.sections.last()
    assert (second.key, str(second.intro)) == ("your_model", "Which one, and why.")
    before = order(call)
    last = call.questions.get(key=before[-1])
    manager.post(path(call, "move_question", last.pk), {"to": "down", "seen": seen(call)})
    assert Question.objects.get(pk=last.pk).section == second
    assert order(call) == before
    manager.post(path(call, "move_section", second.pk), {"to": "up", "seen": seen(call)})
    assert order(call) == [before[-1], *before[:-1]]
    assert next(iter(call.sections.all())) == second


def test_a_move_that_would_break_a_condition_is_refused(manager, call):
    add(manager, call, "yes_no", label="Open weights?")
    add(manager, call, "text", label="Which licence?", shown_if=["open_weights yes"])
    before = order(call)
    asked = call.questions.get(key="open_weights")
    answer = manager.post(
        path(call, "move_question", asked.pk), {"to": "down", "seen": seen(call)}, follow=True
    )
    assert "depends on “open_weights”, and no question before it" in answer.content.decode()
    assert order(call) == before


def test_the_preview_shows_what_is_typed_and_writes_nothing(manager, call):
    count = Question.objects.count()
    told = {"kind": "money", "label": "How much <b>did</b> you raise?", "unit": "usd", "decimals": ""}
    shown = manager.post(path(call, "preview_question"), told).content.decode()
    assert "How much &lt;b&gt;did&lt;/b&gt; you raise?" in shown
    assert "In US dollars (USD)." in shown
    assert (
        "appears here once" in manager.post(path(call, "preview_question"), {"kind": "text"}).content.decode()
    )
    assert manager.post(path(call, "preview_question"), {"kind": "riddle"}).status_code == 404
    assert Question.objects.count() == count


def test_what_was_answered_stays(manager, call):
    factories.make_application(call)
    asked = call.questions.get(key="problem")
    page = manager.get(path(call, "question", asked.pk)).content.decode()
    assert "1 application answers the question" in page
    manager.post(path(call, "remove_question", asked.pk))
    assert call.questions.filter(pk=asked.pk).exists()
    answer = manager.post(path(call, "question", asked.pk), {"label": "Your problem?", "key": "other"})
    assert "so its key and its kind" in answer.content.decode()
    answer = manager.post(
        path(call, "question", asked.pk), {"label": "Your problem?", "key": "problem"}, follow=True
    )
    assert "1 application has been begun: its team sees the change at once." in answer.content.decode()


def test_two_managers_do_not_overwrite_each_other(manager, call, signed_in):
    asked = call.questions.get(key="problem")
    stale = manager.get(path(call, "question", asked.pk)).context["seen"]
    told = {"label": "First", "key": "problem", "seen": stale}
    assert manager.post(path(call, "question", asked.pk), told).status_code == 302
    answer = manager.post(path(call, "question", asked.pk), {**told, "label": "Second"})
    assert "Changed meanwhile by" in answer.content.decode()
    assert str(Question.objects.get(pk=asked.pk).label) == "First"


def test_a_section_with_its_questions_goes_unless_they_were_answered(manager, call):
    manager.post(path(call, "add_section"), {"title": "More"})
    section = call.sections.last()
    add(manager, call, "text", label="Anything else?")
    manager.post(path(call, "remove_section", section.pk))
    assert not call.questions.filter(key="anything_else").exists()
    factories.make_application(call)
    manager.post(path(call, "remove_section", call.sections.first().pk))
    assert call.sections.count() == 1


def test_the_page_asks_no_more_queries_for_more_questions(manager, call, django_assert_num_queries):
    manager.get(path(call))
    with django_assert_num_queries(9):
        manager.get(path(call))
    for n in range(30):
        add(manager, call, "text", label=f"Question {n}")
    with django_assert_num_queries(9):
        manager.get(path(call))


def test_founders_are_told_who_reads_it_and_what_was_answered_so_is_not_opened(manager, call, signed_in):
    asked = call.questions.get(key="problem")
    told = {"label": "What do you earn?", "key": "problem", "seen_by": "managers", "is_personal": "on"}
    manager.post(path(call, "question", asked.pk), told)
    asked.refresh_from_db()
    assert (asked.seen_by, asked.is_personal) == ("managers", True)
    assert "read by the managers alone" in manager.get(path(call)).content.decode()
    draft = factories.make_application(call)
    page = signed_in(draft.started_by).get(draft.get_absolute_url()).content.decode()
    assert "Only the managers of the programme read this, not the reviewers." in page
    manager = signed_in(factories.make_manager(call.programme))
    told["seen"] = manager.get(path(call, "question", asked.pk)).context["seen"]
    answer = manager.post(path(call, "question", asked.pk), told | {"seen_by": "reviewers"})
    assert "its team was told that the managers alone read it" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.seen_by == "managers"


def test_what_names_the_startup_is_not_for_the_managers_alone(manager, call):
    asked = call.questions.get(key="country")
    answer = manager.post(
        path(call, "question", asked.pk),
        {"label": "Country", "key": "country", "fills": "country", "seen_by": "managers"},
    )
    assert "Reviewers know the startup by this answer" in answer.content.decode()
