"""Questions that depend on an earlier answer: asked, required, shown and kept in a version only where it was given."""

import factories
import factories_founder as founders
import pytest

from accelerator.transitions import NotAllowed, WrongValue
from applications.applying.submission import Incomplete
from applications.models import Application, Question
from applications.questions.form import as_posted
from applications.setup import questions

pytestmark = pytest.mark.django_db
NOW = factories.WHILE_OPEN
OFFERED = [{"value": "seed", "label": {"en": "Seed"}}, {"value": "other", "label": {"en": "Another one"}}]


def add(call, key: str, position: int, **fields) -> Question:
    section = call.sections.last()
    question = Question(
        call=call, section=section, key=key, position=position,
        **{"kind": "text", "label": {"en": key.capitalize()}, **fields},
    )  # fmt: skip
    questions.save(question, by=None, now=NOW)
    return question


@pytest.fixture
def draft(call, while_open) -> Application:
    """A complete draft of a call that asks “which stage?” only of whoever said “another one”, and then of it in figures."""
    application = founders.make_draft(call, factories.make_user("Ada Stern"))
    add(call, "stage", 50, kind="choice", choices=OFFERED)
    add(call, "which", 51, shown_if={"question": "stage", "answers": ["other"]})
    add(call, "plan", 52, kind="yes_no", shown_if={"question": "stage", "answers": ["other"]})
    add(call, "until", 53, kind="date", shown_if={"question": "plan", "answers": ["yes"]})
    return founders.reread(application)


def put(client, application: Application, **answers):
    now = founders.reread(application)
    stand = {key: as_posted(Question(kind="text"), answer) for key, answer in now.answers.items()}
    return client.post(now.get_absolute_url(), {**stand, **answers, "draft_version": now.draft_version})


def missing(application: Application) -> set[str]:
    with pytest.raises(Incomplete) as refusal:
        founders.submit(application)
    return {problem.key for problem in refusal.value.problems}


def test_a_question_is_required_only_of_whoever_it_is_asked(draft, signed_in):
    client = signed_in(draft.started_by)
    assert missing(draft) == {"stage"}
    put(client, draft, stage="other")
    assert missing(draft) == {"which", "plan"}
    put(client, draft, which="Series C", plan="yes")
    assert missing(draft) == {"until"}
    put(client, draft, plan="no")
    assert founders.submit(draft).content["answers"]["which"] == "Series C"


def test_what_was_typed_stays_in_the_draft_and_is_in_no_version(draft, signed_in):
    client = signed_in(draft.started_by)
    put(client, draft, stage="other", which="Series C", plan="yes", until="2024-03-31")
    put(client, draft, stage="seed")
    version = founders.submit(draft)
    asked = {question["key"] for question in version.content["questions"]}
    assert "stage" in asked
    assert not {"which", "plan", "until"} & (asked | set(version.content["answers"]))
    put(client, draft, stage="other")
    draft = founders.reread(draft)
    assert (draft.answers["which"], draft.answers["until"]) == ("Series C", "2024-03-31")
    assert set(founders.submit(draft).content["answers"]) >= {"which", "plan", "until"}


def test_a_wrong_answer_to_a_question_that_is_not_asked_is_no_problem(draft, signed_in):
    client = signed_in(draft.started_by)
    put(client, draft, stage="other", which="x", plan="yes", until="2024-02-31")
    assert missing(draft) == {"until"}
    put(client, draft, plan="no")
    founders.submit(draft)


def test_the_page_hides_what_is_not_asked_and_counts_without_it(draft, signed_in):
    client = signed_in(draft.started_by)

    def hidden() -> set[str]:
        page = client.get(draft.get_absolute_url()).content.decode()
        boxes = page.split('class="depends"')[1:]
        return {
            key
            for box in boxes
            for key in ("which", "plan", "until")
            if f'id="id_{key}' in box and "hidden" in box.partition(">")[0]
        }

    assert hidden() == {"which", "plan", "until"}
    put(client, draft, stage="other", plan="yes")
    assert hidden() == set()
    put(client, draft, plan="no")
    assert hidden() == {"until"}
    put(client, draft, stage="seed", plan="yes")
    assert hidden() == {"which", "plan", "until"}


def test_a_file_that_is_not_asked_for_is_in_no_version(draft, signed_in):
    add(draft.call, "figures", 60, kind="file", shown_if={"question": "stage", "answers": ["other"]})
    client = signed_in(draft.started_by)
    put(client, draft, stage="other", which="x", plan="no")
    assert missing(draft) == {"figures"}
    put(client, draft, stage="seed")
    assert [file["question"] for file in founders.submit(draft).content["files"]] == ["deck"]


# --- As they are set up -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "condition, said",
    [
        ({"question": "nobody", "answers": ["a"]}, "no question before it has that key"),
        ({"question": "later", "answers": ["a"]}, "no question before it has that key"),
        ({"question": "problem", "answers": ["a"]}, "only choices, yes or no and ticks can decide"),
        ({"question": "stage", "answers": ["seed", "series_c"]}, "“series_c” is no answer to “stage”"),
    ],
)
def test_a_condition_that_nobody_could_meet_is_refused(draft, condition, said):
    add(draft.call, "later", 90, kind="yes_no")
    with pytest.raises(WrongValue, match=said) as refusal:
        add(draft.call, "odd", 80, shown_if=condition)
    assert refusal.value.field == "shown_if"


def test_what_another_question_depends_on_stays_while_it_does(draft):
    stage = draft.call.questions.get(key="stage")
    with pytest.raises(NotAllowed, match="“which” depends on “stage”"):
        questions.remove(stage, by=None, now=NOW)
    stage.choices = [OFFERED[0], {"value": "none", "label": {"en": "None"}}]
    with pytest.raises(NotAllowed, match="“other” is no answer to “stage”"):
        questions.save(stage, by=None, now=NOW)
    plan = draft.call.questions.get(key="plan")
    plan.position = 99  # after the one that depends on it
    with pytest.raises(NotAllowed, match="“until” depends on “plan”"):
        questions.save(plan, by=None, now=NOW)


def test_the_name_of_the_startup_depends_on_nothing(call, while_open):
    name = call.questions.get(fills="name")
    name.shown_if = {"question": "topics", "answers": ["speech"]}
    with pytest.raises(WrongValue, match="cannot depend on an answer"):
        questions.save(name, by=None, now=NOW)
