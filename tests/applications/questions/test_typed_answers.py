"""Whatever is typed into whatever kind of question: nothing answers 500, it comes back, and what is stored is shown."""

import factories
import factories_founder as founders
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.models import Question
from applications.questions import form as call_form
from applications.questions import kinds
from chaos import typed_answers

pytestmark = pytest.mark.django_db
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
CHOICES = [{"value": value, "label": {"en": value.title()}} for value in ("language", "vision", "speech")]


def asked(kind: str, **fields) -> Question:
    columns = typed_answers.ROW_COLUMNS if kind == "rows" else []
    return Question(
        key="asked", kind=kind, label="Asked", help="", choices=CHOICES, row_columns=columns, **fields
    )


def answered(question: Question, *typed: str) -> tuple[object, list[str]]:
    """What is kept of it, and what the form says of it."""
    form = call_form.form_class([question])(typed_answers_of(question.key, list(typed)))
    return form.answers().get(question.key), list(form.errors.get(question.key, []))


def typed_answers_of(key: str, typed: list[str]):
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data.setlist(key, typed)
    return data


@pytest.mark.parametrize(
    "typed, kept, said",
    [
        ("4", 4, ""),
        ("1 234", 1234, ""),
        ("12k", 12_000, ""),
        ("2021,0", 2021, ""),
        ("12.345", 12_345, ""),
        ("1.000", "1.000", "Do you mean 1000 or 1? Please write it like that."),
        ("500.000", "500.000", "Do you mean 500000 or 500? Please write it like that."),
        ("1 234,5", "1 234,5", "Please write a whole number; 1234.5 is none."),
        ("3 personnes", "3 personnes", "Do you mean 3? Please write the number alone."),
        ("about 1.000", "about 1.000", "Do you mean 1000 or 1? Please write it like that."),
        ("some", "some", "Please write a number in digits, such as 12 or 1500."),
        ("0", 0, "Please give at least 1."),
        ("2 000 000", 2_000_000, "Please give at most 1000000."),
        ("9" * 40, "9" * 40, "This is a larger number than we can keep."),
    ],
)
def test_a_whole_number_is_read_or_asked_back_and_never_changed(typed, kept, said):
    question = asked("integer", minimum=1, maximum=1_000_000)
    stored, errors = answered(question, typed)
    assert errors == ([said] if said else [])
    assert stored == (kept if not said or isinstance(kept, str) else typed)


@pytest.mark.parametrize(
    "typed, kept, said",
    [
        ("1 234,5", 1234.5, ""),
        ("0,25", 0.25, ""),
        ("3", 3, ""),
        ("1.234,50 ", 1234.5, ""),
        ("1.234", 1234, ""),
        ("12,500", "12,500", "Do you mean 12500 or 12.5? Please write it like that."),
        ("0.125", "0.125", "Please write at most 2 digits after the point."),
    ],
)
def test_a_number_with_decimals_is_read_in_the_ways_of_three_languages(typed, kept, said):
    question = asked("integer", decimals=2)
    stored, errors = answered(question, typed)
    assert (stored, errors) == (kept, [said] if said else [])
    if not said:  # what is shown of it is read again as the same
        assert answered(question, str(stored)) == (kept, [])


def test_a_number_is_typed_with_the_keys_for_it_and_into_a_text_field():
    for fields, keys in [
        ({"minimum": 0}, "numeric"),
        ({"minimum": 0, "decimals": 1}, "decimal"),
        ({}, "text"),
    ]:
        html = str(call_form.form_class([asked("integer", **fields)])()["asked"])
        assert 'type="text"' in html
        assert f'inputmode="{keys}"' in html


def test_large_numbers_are_shown_in_groups_and_years_are_not():
    shown = {n: kinds.named("integer").in_words({}, n)["words"] for n in (2021, 12_000, 1_234_567.5, -12_000)}
    assert shown == {
        2021: "2021",
        12_000: "12\u202f000",
        1_234_567.5: "1\u202f234\u202f567.5",
        -12_000: "-12\u202f000",
    }


def test_a_link_of_any_length_is_kept_whole():
    link = "https://x.example/" + "a" * 5000
    assert answered(asked("url"), link) == (link, [])
    stored, errors = answered(asked("url"), link + "b" * 20_000)
    assert stored == link + "b" * 20_000
    assert errors == ["This is 5018 signs too long; at most 20000 can be kept as an answer."]


def test_a_text_is_never_cut_but_told_how_much_it_is_too_long():
    text = "x" * 60_000
    stored, errors = answered(asked("long_text"), text)
    assert stored == text
    assert errors == ["This is 40000 signs too long; at most 20000 can be kept as an answer."]


def test_a_limit_in_words_holds_for_scripts_without_spaces():
    for text in ("创业公司" * 750, "a-" * 2000, "\u200b".join(["w"] * 600)):
        assert "The limit is 50 words." in answered(asked("long_text", max_words=50), text)[1][0]


def test_the_name_of_a_startup_is_seen_as_it_is(call, while_open):
    question = Question(key="name", kind="text", label="Name", help="", fills="name")
    assert answered(question, "\u202eslip\u200bway") == ("slipway", [])
    assert answered(question, "\u2800") == (None, [])


@pytest.mark.parametrize("kind", typed_answers.every_kind())
@settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_a_form_keeps_its_promises_about_whatever_is_typed(kind, data):
    question = asked(kind, max_words=50, decimals=data.draw(st.integers(0, 2)), minimum=0, required=False)
    typed = data.draw(typed_answers.typed(question))
    form = call_form.form_class([question])(typed_answers_of(question.key, typed))
    stored = form.answers().get(question.key)
    again = call_form.bound_to({question.key: stored}, [question], {})
    shown = typed_answers.shown_in(again[question.key].as_field_group(), question)
    assert not typed_answers.broken_promise(question, typed, shown, stored)
    assert again.answers().get(question.key) == stored


@pytest.fixture
def posting(while_open, call, signed_in):
    """`posting(key, typed)` saves one answer as a page does, and reads page and row again."""
    draft = founders.make_draft(call)
    client = signed_in(draft.started_by)

    def post(question: Question, typed: list[str]):
        version = founders.reread(draft).draft_version
        answer = client.post(
            draft.get_absolute_url(),
            {question.key: typed, "draft_version": version, "touched": f'["{question.key}"]'},
            headers={"accept": "application/json"},
        )
        page = client.get(draft.get_absolute_url())
        stored = founders.reread(draft).answers.get(question.key)
        return answer.status_code, typed_answers.shown_in(page.content.decode(), question), stored

    return post


@pytest.mark.parametrize("key", ["name", "website", "country", "one_line", "problem", "team_size", "topics"])
@settings(max_examples=5, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_a_page_keeps_its_promises_about_whatever_is_typed(posting, call, key, data):
    question = call.questions.get(key=key)
    typed = data.draw(typed_answers.typed(question))
    status, shown, stored = posting(question, typed)
    assert status < 300
    assert not typed_answers.broken_promise(question, typed, shown, stored)


HOSTILE = [
    {"seen": "[" * 200_000},
    {"seen": '{"a":' * 200_000},
    {"seen": "[1]"},
    {"seen": '{"problem": {"a": 1}}'},
    {"seen": '{"problem": "\\ud800"}'},
    {"touched": "[" * 200_000, "seen": "{}"},
    {"touched": '[["problem"]]', "seen": "{}"},
    {"draft_version": "9" * 5000},
    {"draft_version": "99999999999999999999"},
    {"draft_version": "-1"},
    {"draft_version": "²"},
    {"problem": "x" * 3_000_000},
    {"problem": b"a\xed\xa0\x80b\xff"},
]


@pytest.mark.parametrize(
    "hostile", HOSTILE, ids=lambda posted: f"{next(iter(posted))} {next(iter(posted.values()))[:20]!r}"
)
def test_no_post_answers_500(while_open, call, signed_in, hostile):
    draft = founders.make_draft(call)
    client = signed_in(draft.started_by)
    client.raise_request_exception = False
    draft_page, submit = (
        draft.get_absolute_url(),
        reverse("applying:submit_application", args=[draft.public_id]),
    )
    posted = {"problem": "Better.", "draft_version": "1", **hostile}
    for headers in ({"accept": "application/json"}, {}):
        assert client.post(draft_page, posted, headers=headers).status_code < 500
        assert client.post(submit, {**posted, "idempotency_key": "x"}, headers=headers).status_code < 500
    assert client.get(draft_page).status_code == 200


def test_no_field_of_a_founder_cuts_what_is_pasted(while_open, call, signed_in):
    draft = founders.make_draft(call)
    client = signed_in(draft.started_by)
    here = draft.get_absolute_url()
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    for path in [here, f"{here}team/", f"{here}withdraw/", start, reverse("people:account")]:
        page = client.get(path).content.decode()
        assert "<input" in page
        assert "maxlength" not in page
        assert 'type="number"' not in page


def test_names_of_people_and_startups_are_kept_as_they_are_seen(while_open, call, signed_in):
    person = factories.make_user("Zoë")
    client = signed_in(person)
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    refused = client.post(start, {"name": "\u200b\u2800"})
    assert "Nobody can see this name." in refused.content.decode()
    client.post(start, {"name": "\u202eSlip\u200bway\x08"})
    assert person.memberships.get().startup.name == "Slipway"
    account = {"name": "Zoë\x0bKim", "title": "Founder,\u202e Papyrus", "time_zone": "Europe/Paris"}
    client.post(reverse("people:account"), account)
    person.refresh_from_db()
    assert (person.name, person.title) == ("Zoë Kim", "Founder, Papyrus")


def test_the_kinds_are_all_asked():
    assert set(typed_answers.every_kind()) | {"file"} == set(kinds.KINDS)


def test_nought_is_an_answer(call):
    question = call.questions.get(key="team_size")
    question.minimum = 0
    form = call_form.bound_to({"team_size": 0}, [question], {})
    assert [section.state_kind for section in call_form.sections(form, [question])] == ["whole"]


def test_pages_are_told_or_refused_as_the_question_says(while_open, call, signed_in):
    draft = founders.make_draft(call)
    client, deck = signed_in(draft.started_by), call.questions.get(key="deck")
    send = reverse("applying:upload_file", args=[draft.public_id, "deck"])
    call.questions.filter(pk=deck.pk).update(max_pages=2)
    longer = {"deck": founders.upload(content=founders.pdf(3))}
    assert client.post(send, longer).status_code == 302
    assert (
        "It has 3 pages, and 2 pages or fewer are asked for"
        in client.get(draft.get_absolute_url()).content.decode()
    )
    call.questions.filter(pk=deck.pk).update(refuses_more_pages=True)
    refused = client.post(send, {"deck": founders.upload(content=founders.pdf(4))})
    assert refused.status_code == 422
    assert "This PDF has 4 pages, and at most 2 pages can be taken." in refused.content.decode()
    assert draft.attachments.get(replaced_at=None).file.pages == 3
