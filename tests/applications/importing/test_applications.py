"""Applications that another tool holds: given as a table, matched, read line by line, and brought in whole or not at all."""

import io
import uuid
from datetime import UTC, datetime, timedelta

import factories
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from letterbox import code_for
from xlsxwriter import Workbook

from accelerator import clock, history
from accelerator.models import HistoryEntry, OutboxMessage, Startup, User
from accelerator.privacy import tidying
from accelerator.transitions import NotAllowed
from applications.applying import drafts, receipts, sealing, submission
from applications.applying.models import ReceiptList
from applications.importing import bringing_in
from applications.importing.models import TableToImport
from applications.models import Application, ImportedApplication, Submission
from applications.selecting import emptying

pytestmark = pytest.mark.django_db
HEAD = "Startup name,Email,Your name,Country,In one line,Which problem do you solve?,How many are you?,Topics,Submitted at,Token\n"
KESTREL = 'Kestrel,Noor@Kestrel.example,Noor Haddad,France,Maps heat,Roofs leak heat.,4,"Language, Vision",2023-11-20 09:12:33,abc\n'
PARLURE = "Parlure,ana@parlure.example,Ana Ruiz,Spain,Speaks,Nobody is heard.,3,Speech,2023-11-21 10:00,def\n"


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, while_open):
    return factories.sign_in(Client(), person)


def give(manager, call, text: str, **wishes):
    """Paste the table and, where `wishes` says so, match its columns otherwise; the page with what would come of it."""
    given = manager.post(reverse("importing:applications", args=[call.pk]), {"pasted": text})
    assert given.status_code == 302, given.context["form"].errors
    page = manager.get(given.url)
    if wishes:
        answer = manager.post(given.url, shown(page) | wishes)
        assert answer.status_code == 302, answer.context["form"].errors
        page = manager.get(given.url)
    return page


def shown(page) -> dict[str, str]:
    """What stands in the form about the columns."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else value for name, value in found.items() if value not in (None, False)
    }


def fates(page) -> dict[int, str]:
    return {line.number: str(line.fate) for line in page.context["plan"].lines}


def why(page, number: int) -> str:
    line = next(line for line in page.context["plan"].lines if line.number == number)
    return " ".join([*line.problems, *line.notes])


def bring_in(manager, page) -> list[str]:
    """Press the button below the lines; what the next page says."""
    stored, call = page.context["stored"], page.context["call"]
    seen = page.context["plan"].fingerprint
    answer = manager.post(reverse("importing:bring_in", args=[call.pk, stored.public_id]), {"seen": seen})
    assert answer.status_code == 302
    return [str(one) for one in get_messages(answer.wsgi_request)]


def workbook(rows) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return file.getvalue()


# --- Brought in -----------------------------------------------------------------------------------------
def test_a_line_becomes_a_submitted_application_of_its_owner(manager, person, call):
    said = bring_in(manager, give(manager, call, HEAD + KESTREL + PARLURE))
    assert said == ["2 applications are here now."]
    one = Application.objects.get(startup__name="Kestrel")
    assert one.is_submitted
    assert one.submitted_at == datetime(2023, 11, 20, 8, 12, 33, tzinfo=UTC)  # on the clock of Paris
    assert one.startup.owner.email == "noor@kestrel.example"
    assert one.startup.owner.name == "Noor Haddad"
    assert (one.startup.country, one.startup.one_line) == ("FR", "Maps heat")
    version = one.last_version
    assert version.answers["topics"] == ["language", "vision"]
    assert version.answers["team_size"] == 4
    assert version.answers["name"] == "Kestrel"
    assert version.answers["consent_privacy"] is False
    assert version.content_hash == receipts.digest(version.content)
    assert version.received_at == one.submitted_at
    assert one.answers == {k: v for k, v in version.answers.items() if v not in (None, "")}


def test_it_is_marked_and_stands_in_the_history(manager, person, call):
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    one = Application.objects.get()
    page = manager.get(reverse("reviewing:panel_application", args=[call.pk, one.public_id])).text
    assert "Brought in" in page
    assert f"by {person}" in page
    assert "Brought in from another tool" in page  # its history
    entry = HistoryEntry.objects.get(action="call.applications_imported")
    assert (entry.actor, entry.details["applications"]) == (person, 1)
    assert Submission.objects.get().content["imported_at"] == receipts.stamp_text(factories.WHILE_OPEN)


def test_no_mail_goes_to_a_founder_unless_it_is_wished(manager, call):
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    assert not OutboxMessage.objects.exists()
    bring_in(manager, give(manager, call, HEAD + PARLURE, tells="on"))
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.recipient.email) == ("applications.imported", "ana@parlure.example")


def test_the_owner_signs_in_by_a_code_and_goes_on_writing(manager, call, client):
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    one = Application.objects.get()
    client.post(reverse("account_request_login_code"), {"email": "noor@kestrel.example"})
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_for("noor@kestrel.example")})
    assert answer.status_code == 302
    page = client.get(one.get_absolute_url())
    assert page.status_code == 200
    assert "Roofs leak heat." in page.text
    receipt = client.get(reverse("applying:receipt", args=[one.public_id, 1])).text
    assert "You sent it in another form" in receipt


def test_the_next_file_of_the_tool_brings_in_what_is_new_alone(manager, call):
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    changed = KESTREL.replace("Kestrel,Noor@Kestrel.example", "Kestrel Ltd,office@kestrel.example")
    page = give(manager, call, HEAD + changed + PARLURE)  # known by the number that the tool gave it
    assert fates(page) == {2: "here", 3: "new"}
    page = give(manager, call, HEAD + KESTREL.replace(",abc", ",") + PARLURE)  # and by owner and name
    assert fates(page) == {2: "here", 3: "new"}
    bring_in(manager, page)
    assert Application.objects.count() == 2


def test_an_owner_who_has_this_startup_already_applies_with_it(manager, call):
    founder = factories.make_user("Noor", email="noor@kestrel.example")
    startup = factories.make_startup(founder, name="kestrel")
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    assert Application.objects.get().startup == startup
    startup.refresh_from_db()
    assert startup.one_line == "Reads land registers"  # it knows better what it is


def test_columns_that_were_matched_once_are_matched_the_next_time(manager, call):
    text = "Who,Mail to,Blurb\nKestrel,noor@kestrel.example,Maps heat\n"
    page = give(manager, call, text)
    assert page.context["plan"] is None
    assert "Name of the startup" in page.text
    page = give(manager, call, text, column_0="startup", column_1="email", column_2="question:one_line")
    assert fates(page) == {2: "new"}
    again = give(manager, call, text.replace("Kestrel", "Parlure"))
    assert fates(again) == {2: "new"}
    assert again.context["plan"].lines[0].said["answers"]["one_line"] == "Maps heat"


def test_one_column_for_each_choice_is_one_answer(manager, call):
    text = "Startup,Email,T1,T2,T3\nKestrel,noor@kestrel.example,Language,,Speech\n"
    page = give(manager, call, text, **{f"column_{at}": "question:topics" for at in (2, 3, 4)})
    assert page.context["plan"].lines[0].said["answers"]["topics"] == ["language", "speech"]


def test_a_file_is_named_and_a_workbook_is_read(manager, call):
    rows = [
        ["Startup", "Email", "Submitted at"],
        ["Kestrel", "noor@kestrel.example", datetime(2023, 11, 20, 9)],
    ]
    file = SimpleUploadedFile("Call 2023.xlsx", workbook(rows))
    given = manager.post(reverse("importing:applications", args=[call.pk]), {"file": file})
    page = manager.get(given.url)
    bring_in(manager, page)
    assert ImportedApplication.objects.get().file_name == "Call 2023.xlsx"
    assert Application.objects.get().submitted_at == datetime(2023, 11, 20, 8, tzinfo=UTC)


# --- What stands against a line -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",noor@kestrel.example,,,,,,,,", "Column “Startup name”: It has no name."),
        ("Kestrel,,,,,,,,,", "Column “Email”: There is no e-mail address."),
        ("Kestrel,noor at kestrel,,,,,,,,", "Column “Email”: “noor at kestrel” is no e-mail address."),
        (
            "Kestrel,n@k.example,,Atlantis,,,,,,",
            "Column “Country”: “Atlantis”. We know no country of this name.",
        ),
        ("Kestrel,n@k.example,,,,,many,,,", "Column “How many are you?”: “many”."),
        (
            "Kestrel,n@k.example,,,,,,Knitting,,",
            "“Knitting”. That is none of the choices: Language, Vision and Speech.",
        ),
        ("Kestrel,n@k.example,,,,,,,soon,", "“soon” is no time that we can read."),
        ("Kestrel,n@k.example,,,,,,,2023-12-02 00:00,", "after the deadline of this call"),
        ("Kestrel,n@k.example,,,,,,,2023-11-29,", "still to come"),
        ("x" * 121 + ",n@k.example,,,,,,,,", "longer than 120 signs"),
    ],
)
def test_a_line_that_cannot_come_in_says_which_column_and_what_to_do(manager, call, line, said):
    page = give(manager, call, HEAD + line + "\n" + PARLURE)
    assert fates(page) == {2: "wrong", 3: "new"}
    assert said in why(page, 2)
    assert bring_in(manager, page) == ["1 application is here now."]
    assert Application.objects.get().startup.name == "Parlure"


def test_answers_that_do_not_fit_are_left_out_where_that_is_wished(manager, call):
    line = "Kestrel,n@k.example,,Atlantis,Maps heat,,many,,,\n"
    page = give(manager, call, HEAD + line, without_unfit="on")
    assert fates(page) == {2: "new"}
    assert "“Atlantis” is left out" in why(page, 2)
    bring_in(manager, page)
    assert Application.objects.get().last_version.answers["country"] is None
    assert Application.objects.get().last_version.answers["one_line"] == "Maps heat"


def test_a_text_that_is_too_long_stays_as_it_was_written(manager, call):
    long = "word " * 60
    page = give(manager, call, HEAD + f"Kestrel,n@k.example,,,,{long},,,,\n")
    assert "it stays as it is" in why(page, 2)
    bring_in(manager, page)
    assert Application.objects.get().last_version.answers["problem"] == long.strip()


def test_what_was_not_submitted_there_is_left_out(manager, call):
    text = "Startup,Email,Status\nA,a@b.example,Incomplete\nB,b@b.example,withdrawn\nC,c@b.example,Complete\n"
    page = give(manager, call, text + ",nowhere,Draft\n")
    assert fates(page) == {2: "out", 3: "out", 4: "new", 5: "out"}
    assert why(page, 5) == "It was not submitted there (“Draft”)."


def test_the_same_startup_twice_in_a_table_is_asked_about(manager, call):
    page = give(
        manager, call, HEAD + KESTREL + KESTREL.replace(",abc", ",xyz").replace("Kestrel,", "KESTREL,")
    )
    assert fates(page) == {2: "new", 3: "wrong"}
    assert "as in line 2" in why(page, 3)


def test_whoever_reviews_or_manages_here_is_no_applicant(manager, person, call):
    reviewer = factories.make_reviewer(call, "Ada Stern").user
    text = f"Startup,Email\nA,{reviewer.email}\nB,{person.email}\n"
    page = give(manager, call, text)
    assert fates(page) == {2: "wrong", 3: "wrong"}
    assert "role in the programme" in why(page, 2)
    assert "your own address" in why(page, 3)


def test_days_are_read_as_the_column_or_the_manager_says(manager, call):
    text = "Startup,Email,Timestamp\nA,a@b.example,11/9/2023 8:05:00 PM\nB,b@b.example,11/20/2023 9:00:00\n"
    page = give(manager, call, text)
    assert page.context["plan"].lines[0].received_at == datetime(2023, 11, 9, 19, 5, tzinfo=UTC)
    doubtful = "Startup,Email,Timestamp\nA,a@b.example,11/09/2023 08:05\n"
    page = give(manager, call, doubtful)
    assert "can be read in two ways" in page.text
    assert page.context["plan"].lines[0].received_at == datetime(2023, 9, 11, 6, 5, tzinfo=UTC)
    page = give(manager, call, doubtful, day_first="month")
    assert page.context["plan"].lines[0].received_at == datetime(2023, 11, 9, 7, 5, tzinfo=UTC)


def test_a_heading_that_says_utc_is_believed(manager, call):
    page = give(manager, call, "Startup,Email,Submit Date (UTC)\nA,a@b.example,2023-11-20 09:00:00\n")
    assert page.context["plan"].lines[0].received_at == datetime(2023, 11, 20, 9, tzinfo=UTC)


# --- What was seen is what is done ----------------------------------------------------------------------
def test_a_page_that_is_no_longer_true_brings_nothing_in(manager, call):
    page = give(manager, call, HEAD + KESTREL + PARLURE)
    factories.make_application(call, factories.make_user("Ana", email="ana@parlure.example"), name="Parlure")
    (said,) = bring_in(manager, page)
    assert "no longer what you read" in said
    assert not ImportedApplication.objects.exists()


def test_a_second_press_brings_nothing_in_twice(manager, call):
    page = give(manager, call, HEAD + KESTREL)
    bring_in(manager, page)
    assert "imported or thrown away meanwhile" in bring_in(manager, page)[-1]
    assert Application.objects.count() == 1
    assert TableToImport.objects.get().lines == []


def test_all_comes_in_or_nothing(manager, call, monkeypatch):
    page = give(manager, call, HEAD + KESTREL + PARLURE)

    def fails_at_the_end(rows):
        assert Application.objects.count() == len(rows) == 2
        raise NotAllowed("The last statement fails.")

    monkeypatch.setattr(bringing_in.ImportedApplication.objects, "bulk_create", fails_at_the_end)
    assert bring_in(manager, page) == ["The last statement fails."]
    assert not Application.objects.exists()
    assert not Startup.objects.exists()
    assert not User.objects.filter(email="noor@kestrel.example").exists()


def test_a_table_is_its_givers_alone_and_goes_within_days(manager, call):
    page = give(manager, call, HEAD + KESTREL)
    address = reverse("importing:table", args=[call.pk, page.context["stored"].public_id])
    other = factories.sign_in(Client(), factories.make_manager(call.programme, "Odile"))
    assert other.get(address).status_code == 404
    tidying.tidy(clock.real_now() + timedelta(days=1))
    assert TableToImport.objects.exists()
    tidying.tidy(clock.real_now() + timedelta(days=3))
    assert not TableToImport.objects.exists()


def test_it_is_thrown_away(manager, call):
    page = give(manager, call, HEAD + KESTREL)
    address = reverse("importing:throw_away", args=[call.pk, page.context["stored"].public_id])
    assert manager.post(address).status_code == 302
    assert not TableToImport.objects.exists()


# --- In every state of a call ---------------------------------------------------------------------------
def test_after_the_close_the_table_has_to_say_when(manager, call):
    factories.at(factories.AFTER_CLOSE)
    page = give(manager, call, "Startup,Email\nKestrel,noor@kestrel.example\n")
    assert "say when it was submitted" in why(page, 2)
    page = give(manager, call, "Startup,Email\nKestrel,noor@kestrel.example\n", received_on="2023-11-30")
    assert fates(page) == {2: "new"}
    bring_in(manager, page)
    assert Application.objects.get().submitted_at == datetime(2023, 11, 30, 11, tzinfo=UTC)


def test_a_sealed_call_is_sealed_anew_with_what_came_in(manager, call):
    factories.make_application(call, submitted=True)
    factories.at(factories.REVIEWING)
    assert sealing.seal_call(call, now=factories.REVIEWING)
    call.window.refresh_from_db()
    before = call.window.seal_hash
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    call.window.refresh_from_db()
    assert call.window.sealed_at
    assert call.window.seal_hash != before
    one = Application.objects.get(startup__name="Kestrel")
    assert one.is_sealed
    assert one.public_id in ReceiptList.objects.filter(call=call).last().text
    assert Application.objects.awaiting_screening().filter(pk=one.pk).exists()


def test_a_draft_of_a_call_takes_applications_too(manager, call):
    type(call).objects.filter(pk=call.pk).update(is_draft=True)
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    one = Application.objects.submitted().get()
    owner = factories.sign_in(Client(), one.started_by)
    for address in (one.get_absolute_url(), reverse("applying:my_applications"), "/"):
        assert owner.get(address).status_code == 200


def test_while_the_call_is_open_its_owner_changes_it_and_submits_again(manager, call):
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    one = Application.objects.get()
    factories.attach(one)
    drafts.save_draft(
        one,
        {"problem": "Other", "consent_privacy": True},
        by=one.started_by,
        now=factories.WHILE_OPEN,
        version=1,
    )
    one.refresh_from_db()
    second = submission.submit(
        one, by=one.started_by, draft_version=one.draft_version, idempotency_key=uuid.uuid4()
    )
    assert (second.number, second.previous_hash) == (2, one.submissions.get(number=1).content_hash)
    assert "imported_at" not in second.content


def test_nothing_comes_in_once_the_decisions_are_published(manager, person, call):
    page = give(manager, call, HEAD + KESTREL)
    factories.release(call, person, [])
    (said,) = bring_in(manager, page)
    assert "published" in said
    assert (
        "Nothing can be imported here." in manager.get(reverse("importing:applications", args=[call.pk])).text
    )
    assert not Application.objects.exists()


# --- Odds and ends --------------------------------------------------------------------------------------
@pytest.mark.parametrize("data", [{}, {"pasted": "   "}, {"pasted": "Name,Email"}, {"pasted": "\x00"}])
def test_what_is_no_table_is_said_on_the_page(manager, call, data):
    answer = manager.post(reverse("importing:applications", args=[call.pk]), data)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_thing_is_said_by_one_column(manager, call):
    given = manager.post(
        reverse("importing:applications", args=[call.pk]),
        {"pasted": "Startup,Company,Email\nA,B,a@b.example\n"},
    )
    answer = manager.post(
        given.url,
        shown(manager.get(given.url)) | {"column_0": "startup", "column_1": "startup", "column_2": "email"},
    )
    assert "Another column says that already" in answer.text


def test_the_page_asks_as_much_for_thirty_lines_as_for_one(manager, call):
    def lines(count):
        return "Startup,Email\n" + "".join(f"S{n},s{n}@b.example\n" for n in range(count))

    asked = []
    for count in (1, 30):
        page = give(manager, call, lines(count))
        with CaptureQueriesContext(connection) as queries:
            manager.get(reverse("importing:table", args=[call.pk, page.context["stored"].public_id]))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_bringing_thirty_lines_in_asks_as_much_as_one(manager, person, call):
    asked = []
    for count in (1, 30):
        text = "Startup,Email\n" + "".join(f"S{count}-{n},s{count}-{n}@b.example\n" for n in range(count))
        page = give(manager, call, text)
        with CaptureQueriesContext(connection) as queries:
            bringing_in.bring_in(
                page.context["stored"],
                seen=page.context["plan"].fingerprint,
                by=person,
                now=factories.WHILE_OPEN,
            )
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert Application.objects.count() == 31


def test_what_is_emptied_loses_the_name_of_its_file(manager, call):
    bring_in(manager, give(manager, call, HEAD + KESTREL))
    one = Application.objects.get()
    emptying.empty(one, why="time", now=factories.REVIEWING)
    assert ImportedApplication.objects.get().their_id == ""
    assert history.of(one).exists()
