"""Notes of managers beside an application: who reads them, and who is written to."""

import factories
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accelerator.messages import delivery
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed
from applications.lists import noting
from applications.models import ApplicationNote
from applications.reviewing import conflicts
from applications.selecting import emptying

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
KIND = "applications.note_names_you"


@pytest.fixture
def odile(cast):
    return factories.make_manager(cast.call.programme, "Odile Ferrand")


@pytest.fixture
def manager(cast, reviewing, signed_in):
    return signed_in(cast.manager)


def page_of(cast) -> str:
    return reverse("lists:notes", args=[cast.call.pk, cast.application.public_id])


def write(cast, said, by=None):
    return noting.write(cast.application, said, by=by or cast.manager, now=NOW)


# --- Who reads them -------------------------------------------------------------------------------------
def test_a_note_is_read_by_the_managers_of_the_call_and_counted_in_the_list(cast, manager, signed_in, odile):
    manager.post(page_of(cast), {"text": "Their <register> is closed.\n\nAsk again."})
    page = signed_in(odile).get(page_of(cast)).text
    assert "Their &lt;register&gt; is closed." in page
    assert "Take it back" not in page
    response = signed_in(odile).get(reverse("lists:applications", args=[cast.call.pk]) + "?columns=notes")
    lines = {line.cells[0].text: line.cells[1] for line in response.context["lines"]}
    assert (lines["Papyrus"].text, lines["Papyrus"].url, lines["Kestrel"].text) == ("1", page_of(cast), "0")


def test_a_draft_has_notes_too(cast, manager):
    draft = factories.make_application(cast.call, name="Umi")
    address = reverse("lists:notes", args=[cast.call.pk, draft.public_id])
    manager.post(address, {"text": "Came to the open day."})
    assert "Came to the open day." in manager.get(address).text


def test_whoever_has_a_conflict_has_no_page_of_it_and_writes_none(cast, manager, signed_in, odile):
    write(cast, "Between us.")
    conflicts.recuse(cast.application, who=odile, reason="Cousin", by=odile, now=NOW)
    assert signed_in(odile).get(page_of(cast)).status_code == 404
    assert signed_in(odile).post(page_of(cast), {"text": "Me too"}).status_code == 404
    with pytest.raises(NotAllowed, match="conflict of interest"):
        write(cast, "Me too", by=odile)
    assert ApplicationNote.objects.count() == 1


@pytest.mark.parametrize("said", ["", "  \n ", "x" * 5001])
def test_nothing_and_too_much_are_no_note(cast, reviewing, said):
    with pytest.raises(NotAllowed):
        write(cast, said)


# --- Taken back -----------------------------------------------------------------------------------------
def test_only_its_writer_takes_a_note_back_and_that_there_was_one_stays(cast, manager, signed_in, odile):
    note = write(cast, "Wrong startup, sorry.").note
    with pytest.raises(NotAllowed, match="whoever wrote it"):
        noting.take_back(note, by=odile, now=NOW)
    manager.post(reverse("lists:take_note_back", args=[cast.call.pk, cast.application.public_id, note.pk]))
    assert not ApplicationNote.objects.exists()
    kept = HistoryEntry.objects.filter(action__startswith="application.note").order_by("pk")
    assert [one.action for one in kept] == ["application.note_written", "application.note_taken_back"]
    assert "sorry" not in str(list(kept.values_list("details", "side__values")))


def test_notes_go_with_the_application(cast, reviewing, odile):
    write(cast, "@Odile: between us")
    emptying.empty(cast.application, why="time", now=NOW)
    assert not ApplicationNote.objects.exists()
    with pytest.raises(NotAllowed, match="no longer kept"):
        cast.application.refresh_from_db()
        write(cast, "And again")


# --- Named ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "named", "nobody"),
    [
        ("Nobody is meant.", [], []),
        ("@Odile please call", ["Odile Ferrand"], []),
        ("@odile, @ODILE and @Odile Ferrand!", ["Odile Ferrand"], []),
        ("see (@Odile)", ["Odile Ferrand"], []),
        ("@Zoé Martin and @Zoe Marchand", ["Zoé Martin", "Zoe Marchand"], []),
        ("@zoe martin", ["Zoé Martin"], []),
        ("@Zoe", [], ["Zoe"]),
        ("@Odiles", [], ["Odiles"]),
        ("write to odile@people.example", [], []),
        ("@Paul Varga of the other programme", [], ["Paul"]),
        ("@Lena Aubry, a founder", [], ["Lena"]),
        ("@Inès writes to herself", [], []),
    ],
)
def test_an_at_and_a_name_mean_one_manager_or_are_said_to_mean_none(
    cast, reviewing, odile, said, named, nobody
):
    for name in ("Zoé Martin", "Zoe Marchand"):
        factories.make_manager(cast.call.programme, name)
    written = write(cast, said)
    assert [str(one) for one in written.note.named.order_by("pk")] == named
    assert written.nobody == nobody
    assert set(OutboxMessage.objects.filter(kind=KIND).values_list("recipient__name", flat=True)) == set(
        named
    )


def test_the_mail_leads_to_the_note_and_holds_no_word_of_it(cast, reviewing, odile):
    write(cast, "@Odile their register is closed")
    mail = OutboxMessage.objects.get(kind=KIND)
    assert mail.subject == "Inès Moreau names you in a note on Papyrus"
    assert page_of(cast) in mail.text
    assert "register" not in mail.text


def test_a_manager_with_a_conflict_gets_no_mail_and_the_writer_learns_it(cast, manager, odile):
    conflicts.recuse(cast.application, who=odile, reason="Cousin", by=odile, now=NOW)
    response = manager.post(page_of(cast), {"text": "@Odile please call"})
    said = [str(one) for one in get_messages(response.wsgi_request)]
    assert said[1].startswith("“@Odile” names no manager who may read this")
    assert not OutboxMessage.objects.filter(kind=KIND).exists()


def test_a_mail_does_not_leave_once_the_note_is_gone_or_a_conflict_has_come_up(cast, reviewing, odile):
    first, second = write(cast, "@Odile one").note, write(cast, "@Odile two").note
    versions = {str(first.pk), str(second.pk)}
    noting.take_back(first, by=cast.manager, now=NOW)
    conflicts.recuse(cast.application, who=odile, reason="Cousin", by=odile, now=NOW)
    delivery.deliver()
    left = dict(OutboxMessage.objects.filter(kind=KIND).values_list("version", "status"))
    assert left == dict.fromkeys(versions, "skipped")
