"""A table is one answer: read cell by cell, asked back by row and column, kept, shown, compared, exported and imported."""

import json

import factories
import factories_founder as founders
import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from accelerator.transitions import NotAllowed
from applications.applying import standing
from applications.importing import answers as imported
from applications.models import Question
from applications.questions import form as call_form
from applications.questions import kinds
from applications.setup import questions

pytestmark = pytest.mark.django_db
COLUMNS = [
    {"key": "name", "label": {"en": "Name"}, "kind": "text", "required": True, "choices": []},
    {"key": "share", "label": {"en": "Share"}, "kind": "number", "required": False, "choices": []},
    {
        "key": "role",
        "label": {"en": "Role"},
        "kind": "choice",
        "required": False,
        "choices": [{"value": "ceo", "label": {"en": "CEO"}}, {"value": "cto", "label": {"en": "CTO"}}],
    },
]
ADA, BO = {"name": "Ada", "share": 60, "role": "ceo"}, {"name": "Bo", "share": 12.5}


def asked(**fields) -> Question:
    question = Question(
        key="founders", kind="rows", label="Founders", help="", **{"row_columns": COLUMNS, **fields}
    )
    kinds.of(question).complete(question)
    return question


def answered(question: Question, *cells: str) -> tuple[object, list[str]]:
    form = call_form.form_class([question])(MultiValueDict({"founders": list(cells)}))
    return form.answers()["founders"], list(form.errors.get("founders", []))


@pytest.fixture
def question(call) -> Question:
    made = asked(call=call, section=call.sections.get(), position=50, required=False)
    questions.save(made, by=None, now=factories.WHILE_OPEN)
    return made


@pytest.fixture
def draft(while_open, call, question):
    return founders.make_draft(call)


def test_cells_are_read_row_by_row_and_blank_rows_are_none():
    assert answered(asked(), "Ada", "60", "ceo", "", " ", "", "Bo", "12,5", "") == ([ADA, BO], [])
    assert answered(asked(required=True), "", "", "") == (None, [])
    again = call_form.bound_to({"founders": [ADA, BO]}, [asked()], {})
    assert again.answers()["founders"] == [ADA, BO]


def test_what_is_wrong_names_its_row_and_column_and_stays_as_it_was_typed():
    kept, said = answered(asked(), "Ada", "most", "", "", "3", "chair")
    assert kept == [{"name": "Ada", "share": "most"}, {"share": "3", "role": "chair"}]
    assert said[0] == "Row 1, Share: Please write a number in digits, such as 12 or 1500."
    assert said[1] == "Row 2: please give “Name”."
    assert said[2].startswith("Row 2, Role: Select a valid choice.")


@pytest.mark.parametrize(
    "fields, cells, said",
    [
        ({"min_rows": 2}, ["Ada", "", ""], "Please give at least 2 rows."),
        ({"max_rows": 1}, ["Ada", "", "", "Bo", "", ""], "At most 1 row is asked for."),
        (
            {},
            ["x" * 501, "", ""],
            "Row 1, Name: This is 1 sign too long; at most 500 can be kept as an answer.",
        ),
    ],
)
def test_too_few_too_many_and_too_long_are_said(fields, cells, said):
    assert answered(asked(**fields), *cells)[1] == [said]


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"row_columns": []}, "A table has from 1 to 6 columns."),
        ({"row_columns": COLUMNS[:1] * 2}, "“name” is there twice among the columns."),
        ({"row_columns": [COLUMNS[2] | {"choices": []}]}, "The column “role” needs at least two choices."),
        (
            {"min_rows": 5, "max_rows": 2},
            "A table has from 1 to 50 rows, and no fewer at most than at least.",
        ),
        ({"max_rows": 30_000}, "A table has from 1 to 50 rows, and no fewer at most than at least."),
    ],
)
def test_a_table_that_nobody_could_fill_is_refused(fields, said):
    question = asked(**fields)
    assert kinds.of(question).unfit(question) == said


def test_a_page_has_a_label_for_each_cell_and_blank_rows_for_who_has_no_scripts():
    page = call_form.bound_to({"founders": [ADA]}, [asked(max_rows=2)], {})["founders"].as_field_group()
    assert page.count('role="group"') == 2
    assert page.count('name="founders"') == 6
    assert '<option value="ceo" selected>CEO</option>' in page


def test_it_saves_itself_and_two_founders_who_change_it_lose_nothing(draft, signed_in):
    client = signed_in(draft.started_by)

    def save(*cells, seen=""):
        told = {
            "founders": cells,
            "touched": '["founders"]',
            "seen": json.dumps({"founders": seen}),
            "draft_version": 0,
        }
        return client.post(draft.get_absolute_url(), told, headers={"accept": "application/json"}).json()

    first = save("Ada", "60", "ceo")
    assert first["answers"]["founders"]["value"] == ["Ada", "60", "ceo"]
    assert founders.reread(draft).answers["founders"] == [ADA]
    second = save("Bo", "12.5", "")
    assert second["conflicts"][0]["value"] == ["Ada", "60", "ceo"]
    assert founders.reread(draft).answers["founders"] == [ADA]
    assert draft.earlier_answers.get(key="founders").value == [BO]
    save("Ada", "60", "ceo", "Bo", "12.5", "", seen=first["answers"]["founders"]["mark"])
    assert founders.reread(draft).answers["founders"] == [ADA, BO]
    earlier = client.get(reverse("applying:earlier_answers", args=[draft.public_id]))
    assert earlier.status_code == 200
    assert "Bo | 12.5" in earlier.content.decode()


def test_a_version_its_receipt_and_the_reviewers_page_show_it_as_a_table(call, question, reviewing):
    application = factories.make_application(call, eligible=True, answers={"founders": [ADA, BO]})
    version = application.submissions.get()
    assert version.content["answers"]["founders"] == [ADA, BO]
    (shown,) = [
        one for part in call_form.read(version.content) for one in part.answers if one.key == "founders"
    ]
    assert shown.heads == ("Name", "Share", "Role")
    assert shown.rows == (("Ada", "60", "CEO"), ("Bo", "12.5", ""))
    other = {**version.content, "answers": {**version.content["answers"], "founders": [ADA]}}
    (change,) = standing.changes(version.content, other)
    assert (change.before, change.after) == ("Ada | 60 | CEO\nBo | 12.5", "Ada | 60 | CEO")


def test_managers_read_it_and_export_it_joined(call, question, while_open, signed_in):
    application = factories.make_application(call, submitted=True, answers={"founders": [ADA, BO]})
    client = signed_in(factories.make_manager(call.programme))
    assert call_form.as_read(question, [ADA, BO]) == "Ada | 60 | CEO\nBo | 12.5"
    page = client.get(reverse("reviewing:panel_application", args=[call.pk, application.public_id]))
    assert '<th scope="col">Share</th>' in page.content.decode()
    address = reverse("lists:export", args=[call.pk]) + "?columns=answer-founders"
    file = b"".join(client.post(address, {"form": "csv"}).streaming_content).decode()
    assert '"Ada | 60 | CEO\nBo | 12.5"' in file.replace("\r\n", "\n")


def test_another_tools_lines_come_in_as_rows():
    cells = imported.posted(asked(), ["Ada | 60 | CEO\n\nBo\t12.5"], day_first=True)
    assert cells == ["Ada", "60", "ceo", "Bo", "12.5", ""]


def test_a_column_that_was_answered_stays_and_others_may_come(call, question):
    factories.make_application(call, answers={"founders": [ADA]})
    more = {"key": "since", "label": {"en": "Since"}, "kind": "number", "required": False, "choices": []}
    question.row_columns = [*COLUMNS, more]
    questions.save(question, by=None, now=factories.WHILE_OPEN)
    question.row_columns = [COLUMNS[0], COLUMNS[1] | {"kind": "text"}]
    with pytest.raises(NotAllowed, match="the column “share” stays, and keeps its kind"):
        questions.save(question, by=None, now=factories.WHILE_OPEN)
