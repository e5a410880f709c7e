"""A programme is edited on a page of its own; its colour and its sender reach its pages and its mails."""

from email import message_from_bytes, policy

import factories
import pytest
from django.urls import reverse
from page_forms import Form

from accelerator.messages import delivery, outbox
from accelerator.models import HistoryEntry, OutboxMessage, Programme
from accelerator.programmes import editing, programme_file, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(call, while_open):
    return call.programme


@pytest.fixture
def manager(programme, signed_in):
    return signed_in(factories.make_manager(programme))


@pytest.fixture(autouse=True)
def sends_from(settings):
    settings.DEFAULT_FROM_EMAIL = "Slipway <hello@slipway.example>"


def page_of(programme) -> str:
    return reverse("programmes:programme", args=[programme.slug])


def filled(client, programme, **fields) -> dict:
    text = client.get(page_of(programme)).text
    kept = {name: getattr(programme, name) for name in ("drafts_kept_months", "rejected_kept_months")}
    more = {"agreed_kept_months": 24, "members_kept_months": 36, "language": "en"}
    shown = Form(text, "seen").values
    texts = {"statement_en": str(programme.statement), "summary_en": str(programme.summary)}
    names = {name: getattr(programme, name) for name in ("name", "place", "time_zone", "contact")}
    return {**names, **texts, **kept, **more, "seen": shown["seen"], **fields}


def save(client, programme, **fields):
    return client.post(page_of(programme), filled(client, programme, **fields))


def test_words_in_two_languages_colour_and_sender_are_saved_and_on_record(manager, programme):
    wish = {
        "statement_fr": "Six mois à Paris.",
        "accent": "#5B2A86",
        "sender_name": "AI Startups",
        "sender_email": "Season@mail.slipway.example",
    }
    assert save(manager, programme, **wish).status_code == 302
    programme.refresh_from_db()
    assert programme.statement == {"en": "Six months in Paris.", "fr": "Six mois à Paris."}
    assert (programme.accent, programme.sender_name) == ("#5b2a86", "AI Startups")
    assert programme.sender_email == "season@mail.slipway.example"
    entry = HistoryEntry.objects.get(action="programme.changed")
    assert entry.changes["accent"] == ["", "#5b2a86"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"accent": "#ffff00"}, "hard to read"),
        ({"accent": "blue"}, "Write a colour as #"),
        ({"sender_email": "me@elsewhere.example"}, "taken for forged"),
        ({"sender_email": "me@notslipway.example"}, "taken for forged"),
        ({"sender_email": "me"}, "me"),
        ({"time_zone": "Atlantis/Centre"}, "Atlantis/Centre"),
        ({"statement_en": ""}, "This field is required."),
        ({"statement_en": "x" * 91}, "90"),
        ({"drafts_kept_months": "121"}, "120"),
        ({"drafts_kept_months": "9" * 30}, "120"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(manager, programme, fields, sentence):
    answer = save(manager, programme, place="Lyon", **fields)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert 'value="Lyon"' in answer.text
    programme.refresh_from_db()
    assert programme.place != "Lyon"


def test_a_page_that_became_stale_is_refused(manager, programme):
    wish = filled(manager, programme, place="Lyon")
    other = factories.make_manager(programme, "Ada Lovelace")
    editing.change(programme, {"place": "Nantes"}, seen="0", by=other, now=factories.WHILE_OPEN)
    answer = manager.post(page_of(programme), wish)
    assert "Ada Lovelace" in answer.text
    assert Programme.objects.get(pk=programme.pk).place == "Nantes"


def test_a_form_that_changes_nothing_writes_nothing(manager, programme):
    assert save(manager, programme).status_code == 302
    assert not HistoryEntry.objects.filter(action="programme.changed").exists()


def test_its_pages_take_its_colour(client, programme):
    address = reverse("public:programme", args=[programme.slug])
    assert "/colours/" not in client.get(address).text
    Programme.objects.filter(pk=programme.pk).update(accent="#5b2a86")
    assert 'href="/colours/5b2a86.css"' in client.get(address).text


def mail_of(programme):
    outbox.enqueue(
        "applications.withdrawn",
        key="to-somebody",
        to=factories.make_user(),
        words=("A word", "Hello"),
        programme=programme,
        about=programme,
        now=factories.WHILE_OPEN,
    )
    message = OutboxMessage.objects.select_related("programme", "recipient").get(dedupe_key="to-somebody")
    return message_from_bytes(delivery._mime(message), policy=policy.default)


def test_a_mail_is_from_the_programme_and_answers_go_to_its_contact(programme):
    programme.sender_name, programme.sender_email = "L’été, “IA”", "season@slipway.example"
    programme.accent = "#5b2a86"
    programme.save()
    mail = mail_of(programme)
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("L’été, “IA”", "season@slipway.example")
    assert mail["Reply-To"].addresses[0].addr_spec == programme.contact
    assert "border-top:4px solid #5b2a86" in mail.get_body(("html",)).get_content()


def test_an_address_that_this_site_may_not_send_from_is_not_used(manager, programme):
    Programme.objects.filter(pk=programme.pk).update(sender_email="season@elsewhere.example")
    programme.refresh_from_db()
    (sender,) = mail_of(programme)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (programme.name, "hello@slipway.example")
    assert "cannot be used here" in manager.get(page_of(programme)).text


def test_the_file_holds_them_and_loading_it_changes_nothing(programme):
    Programme.objects.filter(pk=programme.pk).update(
        accent="#5b2a86", sender_name="AI Startups", sender_email="season@slipway.example"
    )
    text = written.text(Programme.objects.get(pk=programme.pk))
    assert 'accent = "#5b2a86"' in text
    now = factories.WHILE_OPEN
    assert programme_file.load(programme_file.read(text, "p.toml"), now=now).said == []
    with pytest.raises(programme_file.FileRefused, match="hard to read"):
        programme_file.read(text.replace("#5b2a86", "#ffff00"), "p.toml")
