"""E-mail addresses are kept one way, however they are typed."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accelerator.messages import seals
from accelerator.models import Invitation, OutboxMessage, User
from accelerator.records.addresses import canonical


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lea@bücher.example", "lea@xn--bcher-kva.example"),
        (" Lea@BÜCHER.example ", "lea@xn--bcher-kva.example"),
        ("lea@xn--bcher-kva.example", "lea@xn--bcher-kva.example"),
        ("O.Hara+ai@Sub.People.example", "o.hara+ai@sub.people.example"),
    ],
)
def test_an_address_is_kept_in_one_way(typed, kept):
    assert canonical(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "lea", "@people.example", "lea@", "a b@people.example", "a@" + "ü" * 80]
)
def test_what_is_no_address_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="such as name@example"):
        canonical(typed)


@pytest.mark.parametrize("typed", ["léa@people.example", "ſam@people.example"])
def test_a_local_part_that_mail_cannot_carry_is_refused_by_its_reason(typed):
    with pytest.raises(ValidationError, match="letters that mail cannot carry"):
        canonical(typed)


@pytest.mark.django_db
def test_who_signs_up_and_in_with_an_internationalised_domain_is_one_person(client):
    client.post("/accounts/signup/", {"email": "bob@münchen.example", "name": "Bob"})
    assert User.objects.get().email == "bob@xn--mnchen-3ya.example"
    client.logout()
    client.post("/accounts/login/", {"login": "Bob@MÜNCHEN.example"})
    messages = OutboxMessage.objects.filter(to_email="bob@xn--mnchen-3ya.example")
    assert messages.count() == 2
    assert all("Enter this code" in seals.opened(m.text.encode()).decode() for m in messages)


@pytest.mark.django_db
def test_signing_up_with_a_local_part_that_mail_cannot_carry_says_so_and_keeps_what_was_typed(client):
    page = client.post("/accounts/signup/", {"email": "léa@people.example", "name": "Léa"}).content.decode()
    assert not User.objects.exists()
    assert "léa@people.example" in page


@pytest.mark.django_db
def test_an_invitation_from_the_shell_keeps_the_address_as_all_others(call):
    call_command("invite_manager", "boss@bücher.example")
    assert Invitation.objects.get().email == "boss@xn--bcher-kva.example"
    with pytest.raises(CommandError, match="cannot carry"):
        call_command("invite_manager", "böss@people.example")
