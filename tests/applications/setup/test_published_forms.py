"""Forms as five accelerators publish them, in our own words: written in the browser, filled in, and without a problem."""

import factories
import pytest
from django.http import QueryDict
from django.urls import reverse

from applications.models import Question
from applications.questions import form as call_form

pytestmark = pytest.mark.django_db
FOUNDERS = "Name* | text\nRole* | text\nShare | number\nProfile | link\nWrites code? | choice: Yes; No"

# kind, what its manager types, what a founder types
FORMS: dict[str, list[tuple[str, dict[str, str], list[str]]]] = {
    "a fund that invests twice a year": [
        ("text", {"label": "In 50 characters, what do you make?", "max_characters": "50"}, ["Registers that read"]),
        ("rows", {"label": "Founders", "row_columns": FOUNDERS, "min_rows": "1", "max_rows": "6"},
         ["Ada", "CEO", "60", "https://ada.example/", "yes", "Bo", "CTO", "40", "", "no"]),
        ("url", {"label": "A video of one minute"}, ["https://video.example/ada"]),
        ("long_text", {"label": "How do you know people need it?", "max_words": "200"}, ["They pay."]),
        ("money", {"label": "Money in the bank", "unit": "USD"}, ["$ 250 000"]),
        ("yes_no", {"label": "Have you formed a company?"}, ["yes"]),
        ("percentage", {"label": "Share of each founder", "shown_if": "have_you_formed_a_company yes"}, ["50 %"]),
    ],
    "a council that funds research": [
        ("text", {"label": "Acronym", "max_characters": "20"}, ["READ"]),
        ("long_text", {"label": "Summary", "max_characters": "2000"}, ["We read registers."]),
        ("scale", {"label": "Readiness", "minimum": "1", "maximum": "9"}, ["5"]),
        ("rows", {"label": "Figures", "row_columns": "Year* | number\nRevenue | number\nPeople | number",
                  "min_rows": "3", "max_rows": "3"}, ["2021", "0", "2", "2022", "40000", "4", "2023", "90 000", "7"]),
        ("date", {"label": "Founded on"}, ["2021-03-01"]),
        ("country", {"label": "Seat"}, ["FR"]),
        ("consent", {"label": "We have read the rules"}, ["on"]),
    ],
    "an accelerator in many cities": [
        ("choice", {"label": "Which city?", "choices": "Paris\nNew York\nOther"}, ["other"]),
        ("text", {"label": "Which other city?", "shown_if": "which_city other"}, ["Lyon"]),
        ("email", {"label": "Whom do we write to?"}, ["ada@papyrus.example"]),
        ("phone", {"label": "And ring?", "seen_by": "managers", "is_personal": "on"}, ["+33 1 23 45 67 89"]),
        ("choices", {"label": "What do you need?", "choices": "Money\nCustomers\nPeople"}, ["money", "people"]),
    ],
    "a prize with referees": [
        ("rows", {"label": "Referees", "row_columns": "Name* | text\nHow they know you | text", "min_rows": "2"},
         ["Cleo", "Customer", "Dag", "Professor"]),
        ("long_text", {"label": "Impact", "max_characters": "1500"}, ["Notaries save weeks."]),
        ("percentage", {"label": "Women in the team"}, ["50"]),
        ("integer", {"label": "Jobs made", "minimum": "0"}, ["7"]),
    ],
    "a programme for open models": [
        ("repository", {"label": "Your model"}, ["papyrus/reader-7b"]),
        ("rows", {"label": "Models in use", "row_columns":
                  "Model* | link\nSize in billions | number\nUse | choice: As it is; Trained further"},
         ["https://models.example/a", "7", "as_it_is"]),
        ("integer", {"label": "Compute", "unit": "GPU hours", "minimum": "0"}, ["1 500"]),
        ("long_text", {"label": "What do you give back?", "max_words": "150"}, ["The weights."]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_form_is_written_in_the_browser_and_answered(name, call, while_open, signed_in):
    Question.objects.filter(call=call).exclude(fills="name").delete()
    client, section = signed_in(factories.make_manager(call.programme)), call.sections.get()
    typed = QueryDict(mutable=True)
    typed["name"] = "Papyrus"
    for kind, told, answer in FORMS[name]:
        address = f"{reverse('setup:add_question', args=[call.pk, section.pk])}?kind={kind}"
        written = client.post(address, {"required": "on", **told})
        assert written.status_code == 302, written.context["form"].errors
        typed.setlist(Question.objects.latest("pk").key, answer)
    asked = list(call.questions.select_related("section"))
    assert len(asked) == 1 + len(FORMS[name])
    form = call_form.form_class(asked, complete=True)(typed)
    assert not form.errors
    answers = form.answers()
    assert call_form.problems(answers, asked, {}) == []
    assert all(
        call_form.as_read(question, answers[question.key]) for question in asked if question.kind != "consent"
    )
    page = client.get(reverse("preview:founder", args=[call.pk]))
    assert page.status_code == 200
