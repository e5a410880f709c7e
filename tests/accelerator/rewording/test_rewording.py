"""A programme words its mails itself: places with plain values, checked, in versions, and back to what is shipped."""

import re
from datetime import UTC, datetime

import factories
import factories_founder as founders
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accelerator import clock
from accelerator.messages import reminders, wordings
from accelerator.models import OutboxMessage, OwnWording, Programme
from accelerator.programmes import written
from accelerator.rewording import rewording
from accelerator.transitions import SomebodyWasFirst, WrongValue
from applications.models import Letter
from applications.selecting import deciding, letters

pytestmark = pytest.mark.django_db
NEARS = "applications.deadline_nears"
EVE = datetime(2023, 11, 30, 9, tzinfo=UTC)
WORDS = {
    "subject": "{startup}, {when}",
    "text": "Dear {name},\n\nuntil {deadline}: {link}\n\nMissing:\n- {missing}",
}


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


def write(programme, kind=NEARS, language="en", by=None, **words):
    return rewording.write(programme, kind, language, **{**WORDS, **words}, by=by, now=clock.now())


def reminded(call, **fields):
    founders.make_draft(call, factories.make_user("Lena Aubry"), **fields)
    factories.at(EVE)
    reminders.tick()
    return OutboxMessage.objects.get(kind=NEARS)


# --- What is sent ---------------------------------------------------------------------------------------
def test_a_mail_says_the_words_of_its_programme_with_plain_values(call, while_open):
    write(call.programme)
    mail = reminded(call)
    assert mail.subject == "Papyrus, in 38 hours"
    assert mail.text.startswith("Dear Lena,\n\nuntil Friday 1 December 2023, 23:59 Paris time: http")
    assert "Hello" not in mail.text


def test_another_programme_and_another_language_say_ours(call, while_open):
    write(factories.make_programme("other", name="Other"))
    write(call.programme, language="fr")
    assert "is a draft. It counts only once it is submitted" in reminded(call).text


def test_a_paragraph_whose_places_are_all_empty_is_left_out(call, while_open):
    write(
        call.programme,
        text="{link} {deadline}\n\nNext time: {reason}\n\nBye".replace("{reason}", "{missing}"),
    )
    draft = founders.make_draft(call, factories.make_user("Noor Haddad"), name="Kestrel")
    founders.attach(draft)
    factories.at(EVE)
    reminders.tick()
    text = OutboxMessage.objects.get(kind=NEARS).text
    assert "Next time" not in text
    assert text.endswith("Bye\n")


def test_what_a_founder_typed_stays_what_it_is(call, while_open):
    write(call.programme)
    assert reminded(call, name="{deadline}").subject.startswith("{deadline}, ")


def test_letters_of_decision_say_them_too_and_keep_what_is_known_only_on_release(cast, reviewing):
    write(
        cast.call.programme,
        "applications.letter_offer",
        subject="{startup}: yes",
        text="Yes, {startup}. Until {answer_by}: {link}\n\nThey said:\n{comments}",
    )
    deciding.pick(cast.application, by=cast.manager, now=clock.now())
    letters.prepare_letters(cast.call, by=cast.manager, now=clock.now())
    letter = Letter.objects.get(application=cast.application)
    assert letter.subject == "Papyrus: yes"
    assert letter.text == f"Yes, Papyrus. Until {Letter.ANSWER_BY}: {Letter.OFFER_LINK}\n"


# --- What can be written --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words, sentence",
    [
        ({"text": "{link} {deadline} {startup.founder}"}, "{startup.founder} stands for nothing"),
        ({"text": "{link} {deadline} {password}"}, "{password} stands for nothing"),
        ({"subject": "{nmae}"}, "{nmae} stands for nothing"),
        ({"text": "Hurry up, {deadline}"}, "of no use without {link}"),
        ({"subject": " "}, "Write something here"),
        ({"text": "{link} {deadline}" + "x" * 10_000}, "longer than 10000 signs"),
    ],
)
def test_words_that_would_not_do_are_refused_with_a_sentence(call, while_open, words, sentence):
    with pytest.raises(WrongValue, match=re.escape(sentence)):
        write(call.programme, **words)
    assert not OwnWording.objects.exists()


def test_two_who_write_at_once_do_not_overwrite_each_other(call, while_open):
    write(call.programme)
    with pytest.raises(SomebodyWasFirst):
        rewording.write(call.programme, NEARS, "en", **WORDS, by=None, now=clock.now(), seen=0)


def test_back_to_ours_is_a_version_and_what_was_written_stays(call, while_open):
    write(call.programme)
    rewording.restore(call.programme, NEARS, "en", by=None, now=clock.now(), seen=1)
    assert "It counts only once it is submitted" in reminded(call).text
    assert list(OwnWording.objects.values_list("number", "as_shipped")) == [(1, False), (2, True)]


# --- What is shipped, in the same form ------------------------------------------------------------------
@pytest.mark.parametrize("kind", sorted(wordings.declared))
def test_what_is_shipped_can_be_written_as_it_stands(kind, call):
    """So a manager begins from our words: each place is found again, and none of the stand-ins is left."""
    subject, text = wordings.declared[kind].shipped("en", call.programme)
    rewording.must_be_sayable(kind, subject, text)
    assert not re.search(r"29\d\d|9100000|Stand", subject + text)
    assert set(wordings.declared[kind].expressions) <= set(wordings.EXPLAINED)


# --- The pages ------------------------------------------------------------------------------------------
def test_a_manager_writes_looks_and_goes_back(call, manager, while_open, signed_in):
    client = signed_in(manager)
    address = reverse("wordings:one_kind", args=[call.programme.slug, NEARS, "en"])
    listed = client.get(reverse("wordings:every_kind", args=[call.programme.slug])).content.decode()
    assert address in listed
    assert "Yours" not in listed
    assert "the application of {startup} to {programme}" in client.get(address).content.decode()
    typed = {"subject": "Soon", "text": "Dear {name}, {link} {deadline}", "seen": 0}
    looked = client.post(address, {**typed, "look": "1"}).content.decode()
    assert "Dear Maximiliane-Alexandrina" in looked
    assert "<del" in looked
    assert not OwnWording.objects.exists()
    refused = client.post(address, {**typed, "text": "Dear {name}"}).content.decode()
    assert "of no use without {link} and {deadline}" in refused
    said = client.post(address, typed, follow=True).content.decode()
    assert "The mails say so from now on." in said
    assert "Version 1" in said
    own = OwnWording.objects.get()
    assert (own.subject, own.written_by) == ("Soon", manager)
    restore = reverse("wordings:restore", args=[call.programme.slug, NEARS, "en"])
    client.post(restore, {"seen": "0"})
    assert OwnWording.objects.count() == 1  # a page of before
    client.post(restore, {"seen": "1"})
    assert OwnWording.objects.latest("pk").as_shipped


def test_a_mail_that_is_there_already_keeps_its_words(call, while_open):
    mail = reminded(call)
    write(call.programme)
    mail.refresh_from_db()
    assert "is a draft" in mail.text


# --- The programme file ---------------------------------------------------------------------------------
def test_the_file_holds_them_and_loading_it_changes_nothing(while_open, tmp_path):
    file = tmp_path / "programme.toml"
    call_command("load_programme", "tests/programmes/small-programme.toml")
    programme = Programme.objects.get()
    write(programme)
    text = written.text(programme)
    file.write_text(text)
    call_command("load_programme", str(file))
    assert OwnWording.objects.count() == 1
    file.write_text(text.replace("Dear {name}", "Good morning {name}"))
    call_command("load_programme", str(file))
    assert OwnWording.objects.latest("pk").text.startswith("Good morning {name}")
    file.write_text(text.replace("{link}", "{lnik}"))
    with pytest.raises(CommandError, match=r"\{lnik\} stands for nothing in this mail"):
        call_command("load_programme", str(file))
