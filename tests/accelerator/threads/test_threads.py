"""What comes back: by the link of a mail or by mail, told apart, seen by whom it concerns, settled once."""

import io
import sys
from contextlib import contextmanager
from datetime import timedelta

import factories
import pytest
from django.core.management import call_command
from django.urls import reverse

from accelerator.messages import delivery, outbox, reply_links
from accelerator.models import HistoryEntry, OutboxMessage, Reply, ThreadNote
from accelerator.threads import answering, incoming
from accelerator.transitions import NotAllowed, SomebodyWasFirst

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
HOST = "localhost"


@pytest.fixture
def mail(cast, reviewing):
    """One to the founder about their application."""
    outbox.enqueue(
        "applications.withdrawn",
        key="k",
        to=cast.founder,
        words=("About Papyrus", "Hello Lena"),
        programme=cast.call.programme,
        about=cast.application,
        now=NOW,
    )
    return OutboxMessage.objects.get(dedupe_key="k")


def raw(
    mail,
    text="Thank you, it is clear.",
    *,
    sender="lena@people.example",
    mail_id="<1@people.example>",
    **headers,
):
    lines = {
        "From": f"Lena Aubry <{sender}>",
        "Message-ID": mail_id,
        "In-Reply-To": f"<{mail.public_id}@{HOST}>",
        "Subject": "Re: About Papyrus",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items() if value)
    body = text if isinstance(text, bytes) else text.encode()
    return head.encode() + b"\r\n\r\n" + body


def path_of(link):
    return "/" + link.split("/", 3)[3]


def told():
    return set(
        OutboxMessage.objects.filter(kind="accelerator.reply_came").values_list("recipient__name", flat=True)
    )


# --- By the link at the foot of a mail ------------------------------------------------------------------
def test_whoever_got_a_mail_writes_back_without_signing_in(mail, cast, client):
    sent = delivery._mime(mail).decode()
    address = path_of(reply_links.link(mail))
    assert f"Answer here: http://localhost:8000{address}" in sent.replace("=\r\n", "").replace("=7E", "~")
    assert "About Papyrus" in client.get(address).content.decode()
    assert "It is with us." in client.post(address, {"text": "May we send a newer deck?"}).content.decode()
    reply = Reply.objects.get()
    assert (reply.message, reply.text, reply.kind) == (mail, "May we send a newer deck?", "reply")
    assert told() == {"Inès Moreau"}
    assert "newer deck" not in OutboxMessage.objects.get(kind="accelerator.reply_came").text


@pytest.mark.parametrize("token", ["made-up", "made-up~sig", "~", "x" * 500])
def test_a_link_that_we_did_not_write_leads_nowhere(mail, client, token):
    assert client.get(reverse("threads:reply", args=[token])).status_code == 404
    assert client.get(reverse("threads:reply", args=[f"{mail.public_id}~{'A' * 43}"])).status_code == 404


def test_codes_and_closed_accounts_are_not_answered(mail, cast, client):
    outbox.enqueue_secret(
        "accelerator.sign_in", to=cast.founder.email, subject="Code", text="123", useless_after=None
    )
    secret = OutboxMessage.objects.get(kind="accelerator.sign_in")
    assert client.get(path_of(reply_links.link(secret))).status_code == 404
    cast.founder.is_active = False
    cast.founder.save()
    assert client.get(path_of(reply_links.link(mail))).status_code == 404


def test_a_link_ends_after_half_a_year(mail, client):
    factories.at(NOW + timedelta(days=181))
    assert client.get(path_of(reply_links.link(mail))).status_code == 404


def test_a_flood_of_answers_to_one_mail_is_stopped_and_says_so(mail, client):
    address = path_of(reply_links.link(mail))
    for _time in range(answering.TO_ONE_MAIL_A_DAY):
        client.post(address, {"text": "again"})
    assert "That was much for one day." in client.post(address, {"text": "again"}).content.decode()
    assert Reply.objects.count() == answering.TO_ONE_MAIL_A_DAY


# --- By mail --------------------------------------------------------------------------------------------
def read(octets):
    out = io.StringIO()
    with standard_input(octets):
        call_command("read_reply", stdout=out)
    return out.getvalue().strip()


@contextmanager
def standard_input(octets):
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(octets))
    try:
        yield
    finally:
        sys.stdin = before


def test_a_mail_is_kept_beside_the_one_it_answers_once(mail):
    assert read(raw(mail)) == "Kept."
    assert read(raw(mail)) == "It was there already."
    reply = Reply.objects.get()
    assert (reply.text, reply.kind, reply.from_address) == (
        "Thank you, it is clear.",
        "reply",
        "lena@people.example",
    )
    assert reply.is_from_elsewhere  # our mail went to another address
    assert told() == {"Inès Moreau"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<all.people.example>"},
    ],
)
def test_what_a_machine_wrote_waits_for_nobody(mail, headers):
    assert read(raw(mail, "I am away until Monday.", **headers)) == "Kept."
    assert Reply.objects.get().kind == "automatic"
    assert not Reply.objects.waiting().exists()
    assert told() == set()


def test_a_mail_that_could_not_be_delivered_is_told_apart(mail):
    bounce = (
        b"From: MAILER-DAEMON@mx.example\r\nMessage-ID: <b@mx.example>\r\nAuto-Submitted: auto-replied\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/plain\r\n\r\nNo such mailbox.\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; lena@people.example\r\n\r\n"
        b"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"
        + mail.public_id.encode()
        + b"@localhost>\r\nX-Slipway-Kind: applications.withdrawn\r\n\r\n--x--\r\n"
    )
    assert read(bounce) == "Kept."
    reply = Reply.objects.waiting().get()
    assert (reply.kind, reply.text) == ("bounce", "No such mailbox.")


def test_one_of_our_own_that_comes_round_is_let_go(mail):
    assert read(raw(mail, X_Slipway_Kind="applications.withdrawn")).startswith("Let go: It is one of our own")
    assert read(raw(mail, mail_id=f"<abcdefgh@{HOST}>")).startswith("Let go")
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"no headers at all",
        b"From: a@b\r\n\r\nwho are you?",
        b"In-Reply-To: <nobody-knows@localhost>\r\n\r\nHello",
        b"In-Reply-To: <nobody-knows@other.example>\r\n\r\nHello",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 500,
        b"From: " + b"(" * 5000 + b"\r\nMessage-ID: =?x?q?=00?=\r\n\r\n",
    ],
)  # fmt: skip
def test_whatever_else_comes_in_is_let_go_without_a_trace(mail, octets):
    assert read(octets).startswith("Let go: ")
    assert not Reply.objects.exists()


def test_one_that_is_too_large_is_let_go(mail):
    assert "too large" in read(raw(mail, b"x" * (incoming.LONGEST_MAIL + 1)))


@pytest.mark.parametrize(
    "headers, text, kept",
    [
        ({"Content_Type": "text/plain; charset=no-such-thing"}, "Größe".encode(), "Größe"),
        ({"Content_Type": "text/plain"}, "Größe".encode("latin-1"), "Größe"),
        ({"Content_Type": "text/plain; charset=utf-8"}, b"a\x00b", "ab"),
        ({"Content_Type": "text/html"}, b"<style>p{}</style><p>Yes &amp; no<script>x()</script>", "Yes & no"),
        ({}, b"Yes.\r\n\r\nOn Monday, Relay wrote:\r\n> Hello Lena\r\n> Bye\r\n", "Yes."),
        ({}, b"Yes.\r\n> Hello Lena\r\n\r\n> Bye\r\n", "Yes."),
        ({}, b"> Hello Lena\r\nYes, to this.\r\n", "> Hello Lena\nYes, to this."),
        ({}, b"", "(without words)"),
        ({}, b"x" * 30_000, "x" * incoming.LONGEST_TEXT),
    ],
)
def test_what_was_written_is_read_as_well_as_it_can_be(mail, headers, text, kept):
    read(raw(mail, text, **headers))
    assert Reply.objects.get().text.replace("\r\n", "\n") == kept


# --- What managers do -----------------------------------------------------------------------------------
@pytest.fixture
def reply(mail):
    return answering.by_form(mail, "May we?", now=NOW)


def test_a_manager_sees_what_waits_answers_and_it_is_settled(reply, cast, signed_in):
    client = signed_in(cast.manager)
    assert "1 answer waits for us" in client.get(reverse("admin:index")).content.decode()
    listed = client.get(reverse("threads:waiting")).content.decode()
    assert "Lena Aubry" in listed
    address = reverse("threads:reply_page", args=[reply.public_id])
    shown = client.get(address).content.decode()
    assert "May we?" in shown
    assert "Hello Lena" in shown
    client.post(reverse("threads:take", args=[reply.public_id]))
    assert "Inès Moreau" in client.get(reverse("threads:waiting")).content.decode()
    client.post(reverse("threads:note", args=[reply.public_id]), {"text": "Ask Paul first"})
    client.post(address, {"text": "You may."})
    answer = OutboxMessage.objects.get(kind="accelerator.answer")
    assert (answer.recipient, answer.subject) == (cast.founder, "Re: About Papyrus")
    assert answer.text.startswith("You may.")
    assert answer.object_id == cast.application.pk
    assert "Ask Paul first" not in answer.text
    assert "Lena Aubry" not in client.get(reverse("threads:waiting")).content.decode()
    whole = client.get(reverse("threads:thread", args=[answer.public_id])).content.decode()
    assert whole.index("Hello Lena") < whole.index("May we?")
    assert "You may." in whole
    assert "Ask Paul first" in whole


def test_two_who_answer_at_once_do_not_both(reply, cast):
    other = factories.make_manager(cast.call.programme, "Paul Varga")
    answering.answer(reply, "Yes.", by=other, now=NOW)
    with pytest.raises(SomebodyWasFirst, match="Paul Varga"):
        answering.answer(reply, "No.", by=cast.manager, now=NOW)
    assert OutboxMessage.objects.filter(kind="accelerator.answer").count() == 1


def test_a_manager_with_a_conflict_neither_sees_nor_hears_of_it(mail, cast, signed_in):
    other = factories.make_manager(cast.call.programme, "Paul Varga")
    cast.application.recusals.create(user=other, reason="Kin", declared_by=other)
    reply = answering.by_form(mail, "May we?", now=NOW)
    ThreadNote.objects.create(message=mail, text="Careful", by=cast.manager, at=NOW)
    assert told() == {"Inès Moreau"}
    client = signed_in(other)
    assert "Lena Aubry" not in client.get(reverse("threads:waiting")).content.decode()
    for name, of in (("reply_page", reply), ("thread", mail)):
        assert client.get(reverse(f"threads:{name}", args=[of.public_id])).status_code == 404
    assert client.post(reverse("threads:settle", args=[reply.public_id])).status_code == 404


def test_who_left_is_no_longer_written_to(reply, cast):
    cast.founder.is_active = False
    cast.founder.save()
    with pytest.raises(NotAllowed, match="can no longer be written to"):
        answering.answer(reply, "Yes.", by=cast.manager, now=NOW)


def test_the_word_to_managers_does_not_leave_once_it_is_settled(reply, cast):
    answering.settle(reply, by=cast.manager, now=NOW)
    delivery.deliver()
    assert OutboxMessage.objects.get(kind="accelerator.reply_came").status == "skipped"
    answering.open_again(reply, by=cast.manager, now=NOW)
    assert Reply.objects.waiting().get() == reply


# --- Made public ----------------------------------------------------------------------------------------
QUESTION = "May we send a newer deck?"


def came(mail, text=QUESTION):
    return Reply.objects.create(message=mail, text=text, came_at=NOW)


def test_a_question_and_its_answer_are_made_public_with_words_that_were_read_over(
    mail, cast, signed_in, client
):
    reply = came(mail, "Hello, Lena here. May we send a newer deck?")
    manager = signed_in(cast.manager)
    answering.answer(reply, "Yes, until Friday.", by=cast.manager, now=NOW)
    address = reverse("threads:make_public", args=[reply.public_id])
    assert address in manager.get(reverse("threads:reply_page", args=[reply.public_id])).content.decode()
    shown = manager.get(address).content.decode()
    assert "Lena here" in shown
    assert "Yes, until Friday." in shown
    said = manager.post(address, {"question": QUESTION, "answer": "Yes."}, follow=True).content.decode()
    public = client.get(reverse("public:programme", args=[cast.call.programme.slug])).content.decode()
    assert QUESTION in public
    assert "Lena here" not in public
    made = cast.call.programme.frequent_questions.last()
    undo = reverse("threads:take_off", args=[made.pk])
    assert undo in said
    manager.post(undo)
    public = client.get(reverse("public:programme", args=[cast.call.programme.slug])).content.decode()
    assert QUESTION not in public
    assert HistoryEntry.objects.about(reply).filter(action="reply.made_public").exists()


@pytest.mark.parametrize("question", ["What did lena aubry ask?", "", "x" * 400])
def test_nobody_is_named_on_the_public_page_and_what_was_typed_stays(mail, cast, signed_in, question):
    reply = came(mail)
    before = cast.call.programme.frequent_questions.count()
    address = reverse("threads:make_public", args=[reply.public_id])
    page = signed_in(cast.manager).post(address, {"question": question, "answer": "Typed."}).content.decode()
    assert "Typed." in page
    assert question in page
    assert cast.call.programme.frequent_questions.count() == before


def test_the_same_question_is_not_made_public_twice(mail, cast, signed_in):
    reply, typed = came(mail), {"question": QUESTION, "answer": "Yes."}
    address = reverse("threads:make_public", args=[reply.public_id])
    manager = signed_in(cast.manager)
    manager.post(address, typed)
    assert "stands on the public page already" in manager.post(address, typed).content.decode()


def test_what_a_machine_wrote_is_not_made_public(mail, cast, signed_in):
    reply = came(mail)
    Reply.objects.filter(pk=reply.pk).update(kind="automatic")
    address = reverse("threads:make_public", args=[reply.public_id])
    assert signed_in(cast.manager).get(address).status_code == 404


def test_a_manager_with_a_conflict_makes_nothing_of_the_team_public(mail, cast, signed_in):
    reply = came(mail)
    cast.application.recusals.create(user=cast.manager, reason="Kin", declared_by=cast.manager)
    address = reverse("threads:make_public", args=[reply.public_id])
    assert signed_in(cast.manager).get(address).status_code == 404
