"""What people type is no link in our mails, and no address stands in a subject."""

import email
import re
from email import policy

import factories
import pytest

from accelerator.messages import delivery, outbox
from accelerator.models import OutboxMessage, Startup
from accelerator.people import invitations

pytestmark = pytest.mark.django_db
EVIL = "Account locked: verify at http://evil.example/login"


def html_of(message: OutboxMessage) -> str:
    mail = email.message_from_bytes(delivery._mime(message), policy=policy.default)
    return mail.get_body(("html",)).get_content()


def test_only_our_own_links_can_be_pressed(call, settings):
    words = (
        "Hello",
        f"{EVIL}\n\nhttp://localhost:8000/applications/.\n\nhttp://localhost:8000.evil.example/x "
        "www.evil.example me@evil.example <a href='http://evil.example'>here</a> (http://localhost:8000/a/?b=1&c=2)",
    )
    outbox.enqueue("accelerator.sign_in", key="k", to=factories.make_user(), words=words)
    html = html_of(OutboxMessage.objects.get())
    assert re.findall(r'href="([^"]*)"', html) == [
        "http://localhost:8000/applications/", "http://localhost:8000/a/?b=1&amp;c=2",
    ]  # fmt: skip
    assert "verify at http://evil.example/login" in html, "it is text"
    assert "&lt;a href=" in html


def test_a_startups_name_imitates_nobody_in_a_subject(call, while_open):
    """One from before names were cleaned."""
    startup = Startup.objects.create(name=EVIL)
    owner = factories.make_user()
    startup.members.create(user=owner, is_owner=True)
    invitations.invite("co_founder", email="a@people.example", by=owner, startup=startup, now=while_open)
    message = OutboxMessage.objects.get()
    assert message.subject == "Join the team of “Account locked: verify at …"
    assert re.findall(r'href="([^"]*)"', html_of(message)) == [
        link for link in re.findall(r'href="([^"]*)"', html_of(message)) if "/invitations/" in link
    ]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Papyrus: a place in the AI Startup Program", "Papyrus: a place in the AI Startup Program"),
        ("Booking.com and/or S.p.A.: 23:59, 1/2", "Booking.com and/or S.p.A.: 23:59, 1/2"),
        ("see www.evil.example now", "see … now"),
        ("evil.example/login\r\nBcc: a@b.example", "… Bcc: a@b.example"),
    ],
)
def test_a_subject_is_one_line_without_links(words, shown):
    assert outbox.in_subject(words) == shown
