"""Days, amounts, shares, scales, yes or no, addresses, telephone numbers and repositories: read, kept, refused, shown."""

import pytest
from django.utils.datastructures import MultiValueDict

from applications.questions import form as call_form
from applications.questions import kinds
from applications.questions.models import Question
from chaos.typed_answers import ROW_COLUMNS


def asked(kind: str, **fields) -> Question:
    if kind == "rows":
        fields = {"row_columns": ROW_COLUMNS, **fields}
    question = Question(key="asked", kind=kind, label="Asked", help="", **fields)
    kinds.of(question).complete(question)
    return question


def answered(question: Question, typed: str) -> tuple[object, str]:
    form = call_form.form_class([question])(MultiValueDict({"asked": [typed]}))
    return form.answers()["asked"], " ".join(form.errors.get("asked", []))


NO_DAY = "Please give a day that there is, such as 2024-03-31."
NO_PHONE = "Please write the number in digits with its country, such as +33 1 23 45 67 89."
TOO_LARGE = "A limit is a number from -2147483647 to 2147483647."
TWO_READINGS = "Do you mean 12000 or 12? Please write it like that."
NO_REPOSITORY = "This is no page of a model or a repository, such as huggingface.co/owner/model or github.com/owner/project."


@pytest.mark.parametrize(
    "kind, typed, kept, said",
    [
        ("date", "2024-02-29", "2024-02-29", ""),
        ("date", "31.12.2023", "2023-12-31", ""),
        ("date", "2023-02-29", "2023-02-29", NO_DAY),
        ("date", "03/04/2024", "03/04/2024", NO_DAY),  # which of the two is the month?
        ("date", "0024-01-01", "0024-01-01", "Please look at the year again."),
        ("percentage", "45 %", 45, ""),
        ("percentage", "45 percent", 45, ""),
        ("percentage", "101", "101", "Please give at most 100."),
        ("percentage", "-1", "-1", "Please give at least 0."),
        ("money", "€ 12 000", 12000, ""),
        ("money", "12 000 EUR", 12000, ""),
        ("money", "12,000 EUR", "12,000 EUR", TWO_READINGS),
        ("money", "12000", 12000, ""),
        ("money", "$ 12 000", "$ 12 000", "Please give the amount in euros (EUR)."),
        ("money", "12 000 USD", "12 000 USD", "Please give the amount in euros (EUR)."),
        ("money", "12.000", "12.000", TWO_READINGS),
        ("yes_no", "yes", "yes", ""),
        ("yes_no", "perhaps", "perhaps", "Select a valid choice. perhaps is not one of the available choices."),
        ("scale", "5", 5, ""),
        ("scale", "6", "6", "Select a valid choice. 6 is not one of the available choices."),
        ("email", "Ada <ADA@Example.org>", "ada@example.org", ""),
        ("email", "ada@", "ada@", "“ada@” is no e-mail address. Please give a whole one, such as name@example.org."),
        ("phone", "+33 1 23 45 67 89", "+33 1 23 45 67 89", ""),
        ("phone", "(0)30/12345-67 ext. 8", "(0)30/12345-67 ext. 8", ""),
        ("phone", "call me", "call me", NO_PHONE),
        ("phone", "112", "112", NO_PHONE),
        ("repository", "mistralai/Mistral-7B-v0.1", "https://huggingface.co/mistralai/Mistral-7B-v0.1", ""),
        ("repository", "huggingface.co/datasets/owner/name", "https://huggingface.co/datasets/owner/name", ""),
        ("repository", "github.com/owner/project/tree/main", "https://github.com/owner/project/tree/main", ""),
        ("repository", "https://github.com/owner", "https://github.com/owner", NO_REPOSITORY),
        ("repository", "https://huggingface.co/models", "https://huggingface.co/models", NO_REPOSITORY),
        ("repository", "git.startup.example/team/model", "https://git.startup.example/team/model", ""),
        ("repository", "startup.example", "startup.example", NO_REPOSITORY),
    ],
)  # fmt: skip
def test_an_answer_is_read_or_asked_back_and_never_changed(kind, typed, kept, said):
    assert answered(asked(kind), typed) == (kept, said)
    again = call_form.bound_to({"asked": kept}, [asked(kind)], {})
    assert (again.answers()["asked"], " ".join(again.errors.get("asked", []))) == (kept, said)


@pytest.mark.parametrize(
    "kind, fields, answer, words",
    [
        ("date", {}, "2024-03-31", "31 March 2024"),
        ("date", {}, "soon", "soon"),
        ("percentage", {}, 45, "45\u00a0%"),
        ("money", {"unit": "usd"}, 12000, "USD\u00a012\u202f000"),
        ("integer", {"unit": "GPU hours"}, 1500, "1500 GPU hours"),
        ("yes_no", {}, "no", "No"),
        ("scale", {"maximum": 7}, 4, "4 of 7"),
        ("phone", {}, "+33 1 23 45 67 89", "+33 1 23 45 67 89"),
    ],
)
def test_an_answer_reads_as_people_write_it(kind, fields, answer, words):
    question = asked(kind, **fields)
    assert kinds.of(question).in_words(kinds.of(question).limits(question), answer)["words"] == words


@pytest.mark.parametrize(
    "kind, fields, said",
    [
        ("money", {"unit": "EURO"}, "“EURO” is no currency. Write its three letters, such as EUR or USD."),
        ("scale", {"minimum": 3, "maximum": 3}, "A scale has from 2 to 11 steps, such as those from 1 to 5."),
        (
            "scale",
            {"minimum": 0, "maximum": 11},
            "A scale has from 2 to 11 steps, such as those from 1 to 5.",
        ),
        ("scale", {"minimum": 10**12, "maximum": 10**12 + 3}, TOO_LARGE),
        ("integer", {"minimum": -(10**30)}, TOO_LARGE),
        ("text", {"max_characters": 0}, "The limit is a number of characters from 1 to 20000."),
        ("long_text", {"max_characters": 20_001}, "The limit is a number of characters from 1 to 20000."),
        (
            "text",
            {"max_characters": 300, "max_words": 50},
            "Limit the answer in words or in characters, not in both.",
        ),
        ("percentage", {"minimum": 60, "maximum": 40}, "No number is at least 60 and at most 40."),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(kind, fields, said):
    question = Question(key="asked", kind=kind, label="Asked", help="", **fields)
    assert kinds.of(question).unfit(question) == said


def test_a_limit_in_characters_is_counted_on_the_page_and_held():
    question = asked("long_text", max_characters=10)
    html = str(call_form.form_class([question])()["asked"].as_field_group())
    assert 'data-max-characters="10"' in html
    assert "at most 10 characters" in html
    assert answered(question, "a" * 10) == ("a" * 10, "")
    assert answered(question, "a" * 12)[1] == "The limit is 10 characters. Please cut 2 of them."
    assert kinds.of(question).limits(question) == {"max_characters": 10}


def test_a_field_says_in_what_it_counts():
    assert "In euros (EUR)." in str(call_form.form_class([asked("money")])()["asked"].as_field_group())
    assert "In GPU hours." in call_form.form_class([asked("integer", unit="GPU hours")])()["asked"].help_text


@pytest.mark.parametrize("kind", [kind for kind in kinds.KINDS if kind not in {"file", "choice", "choices"}])
def test_an_answer_that_was_not_given_is_missing_and_not_wrong(kind):
    form = call_form.form_class([asked(kind)])(MultiValueDict({"asked": [""]}))
    assert not form.errors
    assert form.answers()["asked"] in (None, False)
