"""The managers' list of applications: who is in it, what it says of each, and what is given out of it."""

import csv
import io
import re

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.models import HistoryEntry, Reading, Startup, TeamMember
from applications.applying import withdrawal
from applications.lists.rows import each_row
from applications.models import Answer, Application, Decision
from applications.reviewing import conflicts
from applications.reviewing.sight import Sight

pytestmark = pytest.mark.django_db


def address(call, route="lists:applications") -> str:
    return reverse(route, args=[call.pk])


def shown(response) -> list[str]:
    return [line.cells[0].text for line in response.context["lines"]]


def cell(response, name: str, heading: str) -> str:
    (line,) = [one for one in response.context["lines"] if one.cells[0].text == name]
    (found,) = [one.text for one in line.cells if one.heading == heading]
    return found


def exported(client, call, query="", form="csv") -> list[list[str]]:
    response = client.post(address(call, "lists:export") + query, {"form": form})
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def manager(cast, while_open, signed_in):
    return signed_in(cast.manager)


@pytest.fixture
def draft(call):
    """Two of nine questions answered, the second one last."""
    answers = dict.fromkeys(("website", "one_line", "team_size", "topics", "consent_privacy", "country"))
    made = factories.make_application(
        call,
        factories.make_user("Aiko Mori"),
        name="Umi",
        answers={**answers, "problem": "Secretive submarines."},
    )
    Answer.objects.filter(application=made, key="problem").update(at=factories.WHILE_OPEN)
    Startup.objects.filter(pk=made.startup_id).update(country="JP", one_line="Secretive submarines")
    return made


# --- Who is in it ---------------------------------------------------------------------------------------
def test_a_manager_sees_every_state_and_of_a_draft_who_how_far_and_where_it_stopped(cast, manager, draft):
    response = manager.get(address(cast.call) + "?columns=status&columns=progress&columns=people")
    assert shown(response) == ["Kestrel", "Papyrus", "Umi"]
    assert cell(response, "Umi", "State") == "Draft"
    assert cell(response, "Umi", "How far") == "2 of 9 answered · last “Which problem do you solve?”"
    assert cell(response, "Umi", "Team") == "Aiko Mori"
    assert cell(response, "Papyrus", "How far") == ""
    assert cell(response, "Papyrus", "Team") == "Lena Aubry, Tomas Riha"


def test_a_file_counts_as_an_answer_of_a_draft(cast, manager, draft):
    factories.attach(draft)
    said = cell(manager.get(address(cast.call)), "Umi", "How far")
    assert said == "3 of 9 answered · last “Your deck”"


def test_a_question_that_is_not_asked_of_a_draft_counts_for_nothing(cast, manager, draft):
    asked = {"shown_if": {"question": "topics", "answers": ["speech"]}}
    cast.call.questions.filter(key__in=("deck", "consent_privacy")).update(**asked)
    cast.call.questions.get(key="deck").save()  # so that what is kept of the questions is read anew
    assert cell(manager.get(address(cast.call)), "Umi", "How far").startswith("2 of 7 answered")
    Answer.objects.filter(application=draft, key="topics").update(value=["speech"])
    assert cell(manager.get(address(cast.call)), "Umi", "How far").startswith("3 of 9 answered")


def test_no_column_holds_a_word_of_a_draft(cast, manager, draft):
    page = manager.get(address(cast.call))
    every = "&".join(f"columns={name}" for name, _heading, _shown in page.context["offered"])
    for response in (page, manager.get(f"{address(cast.call)}?{every}")):
        assert "Umi" in shown(response)
        assert "submarines" not in response.text.lower()
        assert "Japan" not in response.text
    assert "submarines" not in str(exported(manager, cast.call, f"?{every}")).lower()


def test_what_was_changed_since_the_submit_does_not_show(cast, manager):
    Startup.objects.filter(pk=cast.application.startup_id).update(
        country="JP", one_line="Secretive submarines"
    )
    Application.objects.filter(pk=cast.application.pk).update(draft_version=9)
    response = manager.get(address(cast.call))
    assert cell(response, "Papyrus", "Country") == "France"
    assert "Secretive" not in response.text
    assert "Japan" not in response.text


def test_of_what_was_withdrawn_the_name_and_how_far_are_left(cast, manager):
    application = factories.make_application(cast.call, name="Adieu", submitted=True)
    withdrawal.withdraw(application, by=application.started_by, now=factories.WHILE_OPEN)
    response = manager.get(address(cast.call) + "?show=withdrawn&columns=one_line&columns=submitted_at")
    assert shown(response) == ["Adieu"]
    assert cell(response, "Adieu", "In one line") == cell(response, "Adieu", "Submitted") == ""
    assert response.context["lines"][0].cells[0].url == ""


def test_the_list_narrows_by_state_and_says_how_many_there_are_of_each(cast, manager, draft):
    response = manager.get(address(cast.call))
    counts = {tab["label"]: tab["count"] for tab in response.context["listing"].tabs()}
    assert counts == {"All": 3, "Submitted": 2, "Drafts": 1, "Withdrawn": 0}
    assert shown(manager.get(address(cast.call) + "?show=draft")) == ["Umi"]
    assert shown(manager.get(address(cast.call) + "?q=-draft")) == ["Kestrel", "Papyrus"]
    assert shown(manager.get(address(cast.call) + "?show=nonsense&order=nonsense&columns=nonsense")) == [
        "Kestrel", "Papyrus", "Umi",
    ]  # fmt: skip


def test_whatever_has_a_conflict_is_in_no_count_no_line_and_no_file(cast, manager):
    conflicts.recuse(
        cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=factories.WHILE_OPEN
    )
    for query in ("", "?q=Papyrus", "?q=Lena", "?q=country:FR", "?q=-Kestrel"):
        response = manager.get(address(cast.call) + query)
        assert "Papyrus" not in shown(response)
        assert response.context["listing"].count == len(shown(response))
        assert not [row for row in exported(manager, cast.call, query) if "Papyrus" in row]
    assert not Reading.objects.filter(what="export", object_id=cast.application.pk).exists()


def test_a_line_that_became_barred_meanwhile_is_left_out(cast, manager):
    """Between the moment at which a file is asked for and the one at which the line is written."""
    sight = Sight(cast.manager, cast.call)
    ids = [cast.application.pk, cast.rival_application.pk]
    assert [row.name for row in each_row(sight, ids)] == ["Papyrus", "Kestrel"]
    conflicts.recuse(
        cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=factories.WHILE_OPEN
    )
    assert [row.name for row in each_row(sight, ids)] == ["Kestrel"]


def test_an_outcome_shows_to_whoever_may_know_it(cast, manager):
    Decision.objects.create(
        call=cast.call, application=cast.application, outcome="not_selected", decided_by=cast.other_manager
    )
    assert cell(manager.get(address(cast.call)), "Papyrus", "Decision") == "Not selected"
    conflicts.recuse(
        cast.rival_application, who=cast.manager, reason="Cousin", by=cast.manager, now=factories.WHILE_OPEN
    )
    assert cell(manager.get(address(cast.call)), "Papyrus", "Decision") == ""
    assert "Not selected" not in str(exported(manager, cast.call))


# --- Looking for something ------------------------------------------------------------------------------
def test_words_narrow_the_list_and_each_can_be_left_out_again(cast, manager):
    response = manager.get(address(cast.call) + "?q=lena+-kestrel")
    assert shown(response) == ["Papyrus"]
    first, second = response.context["listing"].active()
    assert (first.label, second.label) == ("lena", "-kestrel")
    assert shown(manager.get(first.url)) == ["Papyrus"]
    assert shown(manager.get(second.url)) == ["Papyrus"]


def test_a_country_in_a_line_is_a_link_that_narrows(cast, manager):
    other = factories.make_application(cast.call, name="Ålesund", submitted=True, answers={"country": "NO"})
    Startup.objects.filter(pk=other.startup_id).update(country="NO")
    response = manager.get(address(cast.call))
    offered = dict(response.context["listing"].narrowings())
    assert [one.label for one in offered["Country"]] == ["France", "Norway"]
    assert [one.label for one in offered["Topics"]] == ["Language", "Vision", "Speech"]
    assert shown(manager.get(offered["Country"][1].url)) == ["Ålesund"]
    assert offered["Country"][1].url in response.text.replace("&amp;", "&")
    assert shown(manager.get(offered["Verdict"][1].url)) == ["Kestrel", "Papyrus"]


def test_a_key_that_does_not_exist_is_said(cast, manager):
    response = manager.get(address(cast.call) + "?q=colour:red")
    assert "There is no “colour:” to look by." in response.text
    assert len(shown(response)) == 2


def test_the_list_is_ordered_by_the_head_that_is_followed(cast, manager):
    Application.objects.filter(pk=cast.application.pk).update(saved_at=factories.WHILE_OPEN)
    query = "?columns=saved_at&order=saved_at"
    response = manager.get(address(cast.call) + query)
    assert shown(response) == ["Kestrel", "Papyrus"]
    (head,) = [one for one in response.context["heads"] if one.label == "Last saved"]
    assert head.sorted == "ascending"
    assert shown(manager.get(address(cast.call) + head.url[head.url.index("?") :])) == ["Papyrus", "Kestrel"]


def test_a_hundred_stand_on_a_page_and_the_rest_on_the_next(cast, manager):
    for number in range(100):
        factories.make_application(cast.call, name=f"Startup {number:03}")
    assert len(shown(manager.get(address(cast.call)))) == 100
    assert shown(manager.get(address(cast.call) + "?page=2")) == ["Startup 098", "Startup 099"]
    assert len(exported(manager, cast.call)) == 103


# --- Given out ------------------------------------------------------------------------------------------
def test_the_file_holds_what_the_list_shows_in_its_order(cast, manager, draft):
    query = (
        "?q=-kestrel&columns=status&columns=country&columns=address&columns=answer-team_size&order=-startup"
    )
    response = manager.get(address(cast.call) + query)
    rows = exported(manager, cast.call, query)
    assert rows[0] == [head.label for head in response.context["heads"]]
    assert rows[1:] == [[one.text for one in line.cells] for line in response.context["lines"]]
    assert [row[0] for row in rows[1:]] == ["Umi", "Papyrus"]
    assert rows[2][1:] == ["Submitted", "France", cast.founder.email, "4"]


def test_a_name_that_is_a_formula_leaves_as_a_text(cast, manager):
    Startup.objects.filter(pk=cast.application.startup_id).update(name="=1+1")
    assert "'=1+1" in [row[0] for row in exported(manager, cast.call)]


def test_a_workbook_is_handed_out_under_its_own_name(cast, manager):
    response = manager.post(address(cast.call, "lists:export"), {"form": "xlsx"})
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert (
        response["Content-Disposition"] == 'attachment; filename="ai-startup-program-2023-applications.xlsx"'
    )
    assert manager.post(address(cast.call, "lists:export"), {"form": "exe"}).status_code == 404
    assert manager.get(address(cast.call, "lists:export")).status_code == 405


def test_an_export_goes_on_record_with_its_columns_and_with_each_application(cast, manager):
    exported(manager, cast.call, "?q=lena&columns=country")
    entry = HistoryEntry.objects.get(action="call.list_exported")
    assert entry.actor == cast.manager
    assert entry.details == {"applications": 1, "columns": ["startup", "country"], "form": "csv"}
    assert entry.side.values["name"] == "lena"  # may be somebody's name: can be erased
    read = Reading.objects.get(what="export")
    assert (read.object_id, read.person, read.count) == (cast.application.pk, cast.manager, 1)
    exported(manager, cast.call, "?q=lena")
    assert Reading.objects.get(what="export").count == 2


def test_a_founder_is_told_that_their_line_was_exported(cast, manager, signed_in, client):
    exported(manager, cast.call)
    page = factories.sign_in(client, cast.founder).get(reverse("privacy:my_data"))
    assert "a line in an exported list" in page.text.lower()


def test_a_file_of_thirty_lines_takes_as_many_queries_as_one_of_one(cast, manager):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported(manager, cast.call, "?columns=people&columns=reviews&columns=answer-problem")
        return len(captured)

    asked()
    few = asked()
    for number in range(15):
        factories.make_application(cast.call, name=f"Startup {number}", submitted=True)
        factories.make_application(cast.call, name=f"Draft {number}")
    assert asked() <= few + 3  # of drafts their progress: two queries, and the mark of an open transaction


def test_an_owner_stands_first_in_the_team(cast, manager):
    TeamMember.objects.filter(user=cast.founder).update(is_owner=False)
    TeamMember.objects.filter(user=cast.co_founder).update(is_owner=True)
    response = manager.get(address(cast.call) + "?columns=people&columns=address")
    assert cell(response, "Papyrus", "Team") == "Tomas Riha, Lena Aubry"
    assert cell(response, "Papyrus", "E-mail of the owner") == cast.co_founder.email


def test_an_empty_call_says_what_will_be_here(call, while_open, signed_in):
    client = signed_in(factories.make_manager(call.programme))
    page = client.get(address(call)).text
    assert "No application yet." in page
    assert "Nothing found." in client.get(address(call) + "?q=notaries").text
    assert not re.search(r"As CSV", page)


@pytest.mark.parametrize(
    "typed",
    [
        "漢" * 1000,
        '"' + "漢" * 999,
        "person:" + "é" * 900,
        "responsible:" + "漢" * 900,
        "x" * 5000,
        "country:" + "漢" * 900,
        'label:"%_\\',
        "stage:' OR 1=1",
        "\\' \\\\ ':*",
        "-" * 900,
        "a:b:c:d",
        "\u202e\u0301",
        "٣:٣ 5:5",
    ],
)
def test_nothing_that_is_typed_makes_the_list_fail(cast, manager, typed):
    for query in ({"q": typed}, {"order": typed, "columns": typed, "show": typed, "page": typed}):
        assert manager.get(address(cast.call), query).status_code == 200


@pytest.mark.parametrize("value", ["\x00", "\x00.1", "漢.漢", "a" * 5000, ".", "", "1.99999999999999999999"])
def test_nothing_that_is_sent_makes_an_act_fail(cast, manager, value):
    for route in ("lists:act", "lists:save_view", "lists:export"):
        for data in (
            {"which": value, "act": "label", "label": value},
            {"which": value, "act": "screen", "verdict": "eligible", "reason": value},
            {"which": value, "act": "put_in_charge", "person": value, "name": value, "form": value},
            {"act": value, "name": value, "is_shared": value},
        ):
            assert manager.post(address(cast.call, route), data).status_code < 500
    notes = reverse("lists:notes", args=[cast.call.pk, cast.application.public_id])
    assert manager.post(notes, {"text": value}).status_code < 500


def test_a_file_for_partners_has_nothing_about_people_and_nothing_for_the_managers_alone(cast, manager):
    cast.call.questions.filter(key="team_size").update(is_personal=True)
    cast.call.questions.filter(key="problem").update(seen_by="managers")
    names = ("people", "address", "notes", "country", "answer-team_size", "answer-problem", "answer-topics")
    query = "?" + "&".join(f"columns={name}" for name in names)
    assert len(exported(manager, cast.call, query)[0]) == 8
    told = {"form": "csv", "for_partners": "yes"}
    response = manager.post(address(cast.call, "lists:export") + query, told)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == ["Startup", "Country", "Topics"]
    assert cast.application.startup.team.first().user.email not in text
    assert "XLSX for partners" in manager.get(address(cast.call)).content.decode()
