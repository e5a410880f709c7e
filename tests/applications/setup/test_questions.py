"""What a call asks changes by one rule, whether a manager's list, a programme file or another page asks for it."""

import factories
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accelerator import history
from accelerator.transitions import NotAllowed
from applications.models import Call, Question, Section
from applications.setup import questions

pytestmark = pytest.mark.django_db
NOW = factories.WHILE_OPEN
FIELDS = ["section", "position", "key", "label", "help", "kind", "fills", "max_words", "minimum", "maximum"]


def typed(question: Question, **changes) -> dict:
    """A question as the manager's form sends it, with these fields typed anew."""
    values = {name: getattr(question, name) for name in [*FIELDS, "max_megabytes", "max_pages", "decimals"]}
    values["choices"] = "\n".join(f"{one['value']} = {one['label']['en']}" for one in question.choices)
    values |= {"section": question.section_id, "required": "on" if question.required else ""} | changes
    return {name: "" if value is None else str(value) for name, value in values.items()}


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, signed_in, while_open):
    """Their browser."""
    return signed_in(person)


def page_of(question: Question) -> str:
    return reverse("admin:applications_question_change", args=[question.pk])


def version(call: Call) -> int:
    return Call.objects.get(pk=call.pk).questions_version


REFUSED = {
    "a key that is answered": ("problem", {"key": "trouble"}, "1 application answers the question “problem”"),
    "a kind that is answered": ("team_size", {"kind": "text"}, "so its key and its kind (Number) stay"),
    "the file of a deck": ("deck", {"kind": "text"}, "1 application answers the question “deck”"),
    "choices without a choice": ("topics", {"choices": ""}, "needs at least two choices"),
    "a choice twice": ("topics", {"choices": "vision = A\nvision = B"}, "“vision” is there twice"),
    "a topic of nobody": ("topics", {"choices": "vision = A\nsmell = B"}, "“smell” is no topic of the programme"),
    "a range without a number": ("team_size", {"minimum": 9, "maximum": 3}, "No number is at least 9"),
    "a limit of no word": ("problem", {"max_words": 0}, "from 1 to 5000"),
    "a limit beyond every file": ("deck", {"max_megabytes": 900}, "from 1 to 20 megabytes"),
    "a column that is filled": ("website", {"fills": "country"}, "fills “country”"),
    "a key that is taken": ("website", {"key": "deck"}, "has the key “deck”"),
    "a name of the page": ("website", {"key": "seen"}, "the page itself needs"),
}  # fmt: skip


@pytest.mark.parametrize("wish", REFUSED)
def test_a_managers_form_says_why_it_cannot_be(wish, call, manager):
    key, changes, sentence = REFUSED[wish]
    factories.make_application(call, deck=True, answers={"website": None})
    question = call.questions.get(key=key)
    before = version(call)
    page = manager.post(page_of(question), typed(question, **changes))
    assert page.status_code == 200
    assert sentence in page.text
    unchanged = Question.objects.get(pk=question.pk)
    assert {name: getattr(unchanged, name) for name in FIELDS} == {
        name: getattr(question, name) for name in FIELDS
    }
    assert version(call) == before
    assert not history.of(question).exists()


@pytest.mark.parametrize("wish", REFUSED)
def test_the_verb_refuses_it_whoever_asks(wish, call):
    key, changes, sentence = REFUSED[wish]
    factories.make_application(call, deck=True, answers={"website": None})
    question = call.questions.get(key=key)
    if "choices" in changes:
        pairs = [line.split(" = ") for line in changes["choices"].splitlines()]
        changes = {"choices": [{"value": value, "label": {"en": label}} for value, label in pairs]}
    for name, value in changes.items():
        setattr(question, name, value)
    with pytest.raises(NotAllowed, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        questions.save(question, by=None, now=NOW)
    assert not history.of(question).exists()


def test_a_section_of_another_call_is_refused(call, person, manager):
    other = factories.make_call(slug="2024")
    add = reverse("admin:applications_question_add")
    asked = {
        "call": call.pk,
        "section": other.sections.get().pk,
        "position": 9,
        "key": "more",
        "label": "More?",
        "decimals": 0,
    }
    page = manager.post(add, asked | {"kind": "text"})
    assert "This section belongs to another call." in page.text
    assert not Question.objects.filter(key="more").exists()
    assert manager.post(add, asked | {"kind": "text", "section": call.sections.get().pk}).status_code == 302
    assert Question.objects.get(key="more").call == call


@pytest.mark.parametrize("decimals", [3, -1, 99_999])
def test_more_decimals_than_can_be_read_are_refused_in_our_words(call, person, manager, decimals):
    question = call.questions.get(key="team_size")
    page = manager.post(page_of(question), typed(question, decimals=decimals))
    assert page.context["adminform"].form.errors == {
        "decimals": ["A number has at most 2 digits after the point."]
    }


def test_what_may_be_changed_is_changed_recorded_and_told_to_caches(call, person, manager):
    factories.make_application(call)
    question = call.questions.get(key="problem")
    before = version(call)
    page = manager.post(page_of(question), typed(question, label="Whose problem?", max_words=80), follow=True)
    assert "1 application to this call has been begun and is touched by this change." in page.text
    question.refresh_from_db()
    assert (str(question.label), question.max_words) == ("Whose problem?", 80)
    assert version(call) > before
    entry = history.of(question).get()
    assert (entry.action, entry.actor, entry.programme) == ("question.changed", person, call.programme)
    assert entry.details == {"fields": ["label", "max_words"]}
    assert entry.changes == {
        "label": [{"en": "Which problem do you solve?"}, {"en": "Whose problem?"}],
        "max_words": [50, 80],
    }


def test_a_form_that_changes_nothing_leaves_no_trace_in_the_history(call, manager):
    question = call.questions.get(key="problem")
    assert manager.post(page_of(question), typed(question)).status_code == 302
    assert not history.of(question).exists()


def test_a_question_goes_as_long_as_nobody_has_answered_it(call, person, manager):
    application = factories.make_application(call, answers={"website": None})
    unanswered, answered = call.questions.get(key="website"), call.questions.get(key="problem")
    remove = [reverse("admin:applications_question_delete", args=[one.pk]) for one in (unanswered, answered)]
    assert manager.post(remove[1], {"post": "yes"}).status_code == 403
    with pytest.raises(NotAllowed, match="1 application answers the question “problem”, so it stays"):
        questions.remove(answered, by=person, now=NOW)
    before = version(call)
    assert manager.post(remove[0], {"post": "yes"}).status_code == 302
    assert set(call.questions.filter(key__in=["website", "problem"])) == {answered}
    assert version(call) > before
    entry = history.of(unanswered).get()
    assert (entry.action, history.in_words(entry)) == ("question.deleted", "Question deleted")
    assert application.answers["problem"]


def test_a_key_changes_as_long_as_nobody_has_answered_it(call, manager):
    question = call.questions.get(key="problem")
    assert manager.post(page_of(question), typed(question, key="trouble")).status_code == 302
    assert Question.objects.get(pk=question.pk).key == "trouble"


def test_a_section_goes_with_its_questions_until_one_is_answered(call, person, manager):
    section = call.sections.get()
    address = reverse("admin:applications_section_delete", args=[section.pk])
    application = factories.make_application(call)
    assert manager.post(address, {"post": "yes"}).status_code == 403
    with pytest.raises(NotAllowed, match="so it stays"):
        questions.remove_section(section, by=person, now=NOW)
    application.delete()
    assert manager.post(address, {"post": "yes"}).status_code == 302
    assert not call.questions.exists()
    assert {entry.action for entry in history.of(section)} == {"section.deleted"}


def test_a_section_has_a_key_of_its_own_and_moves_the_version(call, manager):
    section = call.sections.get()
    Section.objects.create(call=call, key="money", title="Money")
    address = reverse("admin:applications_section_change", args=[section.pk])
    before = version(call)
    fields = {"title": "You", "key": "money", "intro": "", "position": 0}
    assert "Another section of this call has the key “money”." in manager.post(address, fields).text
    assert version(call) == before
    assert manager.post(address, fields | {"key": "you"}).status_code == 302
    assert version(call) > before
    assert history.of(section).get().changes == {
        "key": ["startup", "you"],
        "title": [{"en": "Your startup"}, {"en": "You"}],
    }


def test_two_questions_exchange_the_column_that_they_fill(call):
    name, line = call.questions.get(key="name"), call.questions.get(key="one_line")
    name.fills, line.fills = "one_line", "name"
    with pytest.raises(NotAllowed):
        questions.save(name, by=None, now=NOW)
    questions.arrange(call, [name, line], by=None, now=NOW)
    assert Question.objects.get(pk=line.pk).fills == "name"


# --- The programme file -----------------------------------------------------------------------------------
@pytest.fixture
def load(tmp_path, settings):
    """Load the small programme, with these replacements."""
    file = tmp_path / "programme.toml"
    text = (settings.BASE_DIR / "tests/programmes/small-programme.toml").read_text()

    def load(**replacements):
        changed = text
        for old, new in replacements.get("changes", {}).items():
            assert old in changed
            changed = changed.replace(old, new, 1)
        file.write_text(changed)
        call_command("load_programme", str(file), verbosity=0)
        return Call.objects.get(slug="spring")

    return load


def test_a_file_is_refused_by_the_same_rule_and_names_its_line(load):
    call = load()
    factories.make_application(call, answers={"berths": 4})
    with pytest.raises(
        CommandError, match=r"line \d+: 1 application answers the question “berths”, so its key"
    ):
        load(changes={'kind = "integer"': 'kind = "text"', "min = 2\n": "", "max = 6\n": ""})
    assert Question.objects.get(key="berths").kind == "integer"


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("min = 2\n", "min = -9999999999999\n", "A limit is a number from"),
        ("long_text", 'long_text"\n    shown_if = { question = "nobody", answers = ["x"] }  # "', "nobody"),
        ("long_text", 'long_text"\n    shown_if = { question = "berths", answers = ["4"] }  # "', "berths"),
        ("long_text", 'long_text"\n    shown_if = { question = "berths" }  # "', "answers"),
        ("max = 6\n", "max = 99999999999999\n", "A limit is a number from"),
        ("integer", 'money"\n    unit = "EUROS"  # "', "no currency"),
    ],
)
def test_a_file_with_a_limit_or_a_condition_that_cannot_be_kept_is_refused(load, old, new, said):
    with pytest.raises(CommandError, match=rf"line \d+: .*{said}"):
        load(changes={old: new})


def test_a_file_says_in_the_history_what_it_changed_and_moves_the_version(load):
    call = load()
    before = version(call)
    load()
    assert version(call) == before
    load(changes={"max_words = 250": "max_words = 300"})
    assert version(call) > before
    entry = history.of(Question.objects.get(key="plan")).filter(action="question.changed").get()
    assert entry.actor is None
    assert entry.reason.endswith("programme.toml")
    assert entry.changes == {"max_words": [250, 300]}
