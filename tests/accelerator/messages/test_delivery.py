"""What becomes of a message when the mail server, the carrier, the key or the message itself fails."""

import threading
import time
from datetime import timedelta
from functools import partial

import factories
import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail_servers import HANG, HANG_UP, NONSENSE, mail_server, self_signed

from accelerator import clock
from accelerator.messages import delivery, kinds, outbox, transport
from accelerator.models import OutboxMessage, User

pytestmark = pytest.mark.django_db

SOON = (timedelta(0),) * 6  # tried again at once, six times
PAUSES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600))
deliver = partial(delivery.deliver, back_off=SOON)


def write(address="a@people.example", *, key="", **fields) -> OutboxMessage:
    """A message that is due."""
    fields = {"kind": "test.note", "subject": "A note", "text": f"To {address}.\n", **fields}
    message = OutboxMessage(
        dedupe_key=key or f"note:{address}",
        to_email=address,
        address_is_fixed=True,
        created_at=clock.now(),
        due_at=clock.now(),
        **fields,
    )
    outbox.write([message])
    return OutboxMessage.objects.get(dedupe_key=message.dedupe_key)


def write_code(address="a@people.example", **fields) -> OutboxMessage:
    useless_after = clock.now() + timedelta(minutes=15)
    outbox.enqueue_secret(
        "accelerator.sign_in", to=address, subject="Your code", text="123456", useless_after=useless_after
    )
    return OutboxMessage.objects.get(to_email=address, is_secret=True)


def reread(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=message.pk)


def only(stage: str, answer, recipient: str = ""):
    """An answer for one stage (and one recipient), all else being well."""
    return lambda at, to: answer if at == stage and (not recipient or to == recipient) else None


def once(stage: str, answer):
    """The answer for the first mail only."""
    answers = [answer]
    return lambda at, _to: answers.pop() if at == stage and answers else None


def time_passes() -> None:
    """Leases end and pauses are over."""
    earlier = clock.real_now() - timedelta(seconds=1)
    OutboxMessage.objects.update(next_try_at=earlier)
    OutboxMessage.objects.filter(lease_until__isnull=False).update(lease_until=earlier)


# --- What a mail says of itself ---------------------------------------------------------------------------
def test_a_mail_comes_in_the_name_of_its_programme_and_asks_for_no_answer_of_a_machine(call):
    write(programme=call.programme)
    with mail_server() as server:
        assert deliver() == 1
    (mail,) = server.arrived
    assert mail.header("From").startswith(call.programme.name)
    assert mail.header("Reply-To") == call.programme.contact
    assert mail.header("Auto-Submitted") == "auto-generated"
    assert mail.header("X-Auto-Response-Suppress") == "All"
    assert b"X-Slipway-About" not in mail.content


# --- Refusals ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stage", ["rcpt", "data", "text"])
def test_a_mail_that_is_refused_for_now_waits_longer_each_time_and_dies_at_last(stage):
    message = write()
    with mail_server(only(stage, "450 greylisted")):
        for attempts, pause in enumerate(PAUSES, 1):
            before = clock.real_now()
            assert delivery.deliver() == 0
            message = reread(message)
            assert (message.status, message.attempts) == ("waiting", attempts)
            assert message.last_error == "450 greylisted"
            assert pause <= message.next_try_at - before < pause + timedelta(seconds=5)
            assert message.lease_until is None
            assert delivery.deliver() == 0, "not before its time"
            assert reread(message).attempts == attempts
            time_passes()
        delivery.deliver()
    assert reread(message).status == "dead"
    assert not reread(message).may_have_arrived_twice


@pytest.mark.parametrize("stage", ["rcpt", "data", "text"])
def test_a_mail_that_is_refused_for_good_is_not_tried_again(stage):
    message = write()
    with mail_server(only(stage, "550 no such user")) as server:
        assert deliver() == 0
        time_passes()
        assert deliver() == 0
    message = reread(message)
    assert (message.status, message.attempts, message.last_error) == ("dead", 1, "550 no such user")
    assert server.connections == 1


def test_a_refused_recipient_does_not_hold_up_the_others():
    people = [write(f"p{n}@people.example") for n in range(12)]
    with mail_server(only("rcpt", "550 no such user", "p3@people.example")) as server:
        assert deliver() == 11
    assert len({mail.recipient for mail in server.arrived}) == 11
    assert reread(people[3]).status == "dead"


def test_after_a_refusal_the_mail_is_made_anew_for_the_address_of_the_day(cast):
    person = cast.founder
    outbox.write([
        OutboxMessage(
            kind="test.note", dedupe_key="k", recipient=person, to_email=person.email, subject="A note",
            text="Good news.", created_at=clock.now(), due_at=clock.now(),
        )
    ])  # fmt: skip
    with mail_server(once("rcpt", "450 later")) as server:
        assert deliver() == 0
        User.objects.filter(pk=person.pk).update(email="moved@people.example")
        time_passes()
        assert deliver() == 1
    (mail,) = server.arrived
    assert mail.recipient == "moved@people.example"
    message = OutboxMessage.objects.get()
    assert message.to_email == "moved@people.example"
    assert mail.message_id.startswith(f"<{message.public_id}@")


def test_a_person_is_written_to_where_they_read_mail_today(cast):
    outbox.write([
        OutboxMessage(
            kind="test.note", dedupe_key=str(fixed), recipient=cast.founder, to_email=cast.founder.email,
            address_is_fixed=fixed, text="Good news.", created_at=clock.now(), due_at=clock.now(),
        )
        for fixed in (False, True)
    ])  # fmt: skip
    before = cast.founder.email
    User.objects.filter(pk=cast.founder.pk).update(email="lena.new@people.example")
    with mail_server() as server:
        assert deliver() == 2
    assert {mail.recipient for mail in server.arrived} == {"lena.new@people.example", before}


def test_who_has_closed_their_account_is_not_written_to(cast):
    User.objects.filter(pk=cast.founder.pk).update(is_active=False)
    message = write(recipient=cast.founder)
    with mail_server() as server:
        assert deliver() == 0
    assert (reread(message).status, server.arrived) == ("skipped", [])


# --- Addresses --------------------------------------------------------------------------------------------
def test_an_internationalised_domain_is_written_to_and_delays_nobody():
    write("lea@bücher.example")
    for n in range(5):
        write(f"p{n}@people.example")
    with mail_server() as server:
        assert deliver() == 6
    assert "lea@xn--bcher-kva.example" in {mail.recipient for mail in server.arrived}
    assert not OutboxMessage.objects.filter(may_have_arrived_twice=True).exists()


def test_an_address_that_mail_cannot_carry_dies_with_a_sentence_and_nothing_is_sent():
    message = write("léa@people.example")
    write("p@people.example")
    with mail_server() as server:
        assert deliver() == 1
    assert "cannot carry" in reread(message).last_error
    assert [mail.recipient for mail in server.arrived] == ["p@people.example"]


# --- Unclear ends -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", [HANG, HANG_UP, NONSENSE])
def test_silence_after_the_text_is_an_unclear_end_and_the_same_bytes_go_once_more(answer):
    message = write()
    with mail_server(once("text", answer)) as server:
        assert deliver() == 0
        found = reread(message)
        assert (found.status, found.attempts, found.may_have_arrived_twice) == ("sending", 1, False)
        assert deliver() == 1
    first, second = server.arrived
    assert (first.recipient, first.content) == (second.recipient, second.content)
    found = reread(message)
    assert (found.status, found.attempts, found.may_have_arrived_twice) == ("sent", 2, True)


def test_a_server_that_never_answers_after_the_text_gets_a_mail_twice_and_no_third_time():
    message = write()
    with mail_server(only("text", HANG_UP)) as server:
        for _try in range(5):
            deliver()
            time_passes()
    assert len(server.arrived) == 2
    message = reread(message)
    assert (message.status, message.may_have_arrived_twice) == ("dead", True)


def test_a_code_whose_end_was_unclear_goes_as_the_same_bytes_and_is_erased_then(while_open):
    message = write_code()
    with mail_server(once("text", HANG_UP)) as server:
        deliver()
        waiting = reread(message)
        assert b"123456" not in bytes(waiting.mime)
        clock.freeze(while_open + timedelta(minutes=1))
        assert deliver() == 1
    assert server.arrived[0].content == server.arrived[1].content
    assert b"123456" in server.arrived[0].content
    assert (bytes(reread(message).mime), reread(message).text) == (b"", "")


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", [HANG, HANG_UP])
def test_silence_before_the_text_is_no_unclear_end(stage, answer):
    message = write()
    with mail_server(once(stage, answer)) as server:
        assert deliver() == 0
        assert (reread(message).status, reread(message).may_have_arrived_twice) == ("waiting", False)
        assert deliver() == 1
    assert len(server.arrived) == 1
    assert not reread(message).may_have_arrived_twice


def test_a_mail_that_takes_too_long_in_all_is_ended_by_the_watchdog():
    """Each single reply is in time, the whole is not: only a clock over all sees that."""
    message = write()
    with mail_server(lambda stage, _to: 0.3, timeout=1) as server:
        began = time.monotonic()
        assert deliver(watchdog=0.5) == 0
        assert time.monotonic() - began < 1.2
    assert "0.5 seconds" in reread(message).last_error
    assert server.arrived == []


def test_what_became_useless_after_an_unclear_end_is_not_sent_again(while_open):
    message = write(useless_after=while_open + timedelta(hours=1))
    with mail_server(only("text", HANG_UP)) as server:
        deliver()
        clock.freeze(while_open + timedelta(hours=1))
        deliver()
    assert reread(message).status == "skipped"
    assert len(server.arrived) == 1


# --- Servers that cannot be reached -----------------------------------------------------------------------
def test_a_server_that_is_away_costs_no_message_an_attempt():
    messages = [write(f"p{n}@people.example") for n in range(12)]
    with mail_server() as server:
        server.stop()
        for _try in range(9):
            assert deliver() == 0
            time_passes()
        assert {(reread(m).status, reread(m).attempts) for m in messages} == {("waiting", 0)}
        assert "refused" in reread(messages[0]).last_error
        server.start()
        assert deliver() == 12


@pytest.mark.parametrize("greeting", [HANG, HANG_UP, "554 no service", NONSENSE])
def test_a_server_that_does_not_greet_costs_no_message_an_attempt(greeting):
    message = write()
    with mail_server(only("greeting", greeting)):
        assert deliver() == 0
    assert (reread(message).status, reread(message).attempts) == ("waiting", 0)
    assert reread(message).lease_until is None


@pytest.mark.parametrize("how", ["use_tls", "use_ssl"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(how, tmp_path):
    message = write()
    options = {how: True, "tls": self_signed(tmp_path), "is_tls_from_the_start": how == "use_ssl"}
    with mail_server(**options) as server:
        assert deliver() == 0
    assert server.begun == 0
    assert "certificate" in reread(message).last_error.lower()


def test_without_a_mail_server_in_the_settings_messages_wait_and_say_why(settings):
    settings.TESTING = False
    settings.MAIL_BACKEND = ""
    message = write()
    assert deliver() == 0
    assert "SMTP_URL" in reread(message).last_error


# --- Leases -----------------------------------------------------------------------------------------------
def test_a_carrier_that_dies_leaves_what_it_had_not_begun_untried():
    messages = [write(f"p{n}@people.example") for n in range(10)]
    claimed = delivery.claim()
    assert len(claimed) == 10  # and now it is gone
    assert delivery.claim() == [], "nobody else carries them while the lease lasts"
    time_passes()
    with mail_server() as server:
        assert deliver() == 10
    assert len(server.arrived) == 10
    assert {(m.attempts, m.may_have_arrived_twice) for m in map(reread, messages)} == {(1, False)}


def test_a_lease_is_on_the_machines_clock_not_on_the_programmes(while_open):
    write()
    assert delivery.claim()
    clock.freeze(while_open + timedelta(days=30))  # a rehearsal jumps
    assert delivery.claim() == []


def test_who_has_lost_the_lease_sends_nothing():
    message = write()
    (slow,) = delivery.claim()
    time_passes()
    with mail_server() as server:
        with transport.Carrier() as carrier:
            assert not delivery.carry(slow, carrier, delivery.Rules())
        assert server.arrived == [], "the lease was over"
        assert deliver() == 1
        with transport.Carrier() as carrier:
            assert not delivery.carry(slow, carrier, delivery.Rules())
    assert len(server.arrived) == 1
    assert reread(message).attempts == 1


def test_who_has_lost_the_lease_does_not_write_over_what_became_of_it():
    message = write()
    (slow,) = delivery.claim()
    time_passes()
    (quick,) = delivery.claim()
    with mail_server() as server, transport.Carrier() as carrier:
        OutboxMessage.objects.update(lease_until=clock.real_now() + timedelta(minutes=1))
        assert not delivery.carry(slow, carrier, delivery.Rules())
        assert delivery.carry(quick, carrier, delivery.Rules())
    assert len(server.arrived) == 1
    assert reread(message).status == "sent"


def test_what_is_withdrawn_after_the_claim_is_not_sent():
    message = write()
    (claimed,) = delivery.claim()
    outbox.cancel(OutboxMessage.objects.all(), reason="Not any more.")
    with mail_server() as server, transport.Carrier() as carrier:
        assert not delivery.carry(claimed, carrier, delivery.Rules())
    assert (server.arrived, reread(message).status) == ([], "cancelled")


@pytest.mark.django_db(transaction=True)
def test_two_carriers_and_a_slow_server_send_each_mail_once():
    """Each mail takes a fifth of the lease, and ten of them twice the lease: nobody gets two."""
    factories.at(factories.WHILE_OPEN)
    for n in range(14):
        write(f"p{n}@people.example")

    def run():
        try:
            deliver(lease=timedelta(seconds=0.5))
        finally:
            connections.close_all()

    with mail_server(lambda stage, _to: 0.1 if stage == "rcpt" else None) as server:
        carriers = [threading.Thread(target=run) for _ in range(2)]
        for carrier in carriers:
            carrier.start()
        for carrier in carriers:
            carrier.join(20)
        time.sleep(0.5)
        deliver()
    assert sorted(mail.recipient for mail in server.arrived) == sorted(
        f"p{n}@people.example" for n in range(14)
    )
    assert not OutboxMessage.objects.filter(may_have_arrived_twice=True).exists()


def test_a_lane_ends_in_time_says_so_and_gives_back_what_it_had_not_begun():
    for n in range(6):
        write(f"p{n}@people.example")
    with mail_server(only("rcpt", 0.2)) as server:
        assert delivery.lane(seconds=0.5)
        sent = len(server.arrived)
        assert 1 <= sent < 6
        assert not OutboxMessage.objects.filter(status="waiting", lease_until__isnull=False).exists()
        assert not delivery.lane(seconds=20)
    assert len(server.arrived) == 6


def test_a_code_that_comes_in_does_not_wait_behind_slow_mail(monkeypatch):
    for n in range(30):
        write(f"p{n}@people.example")
    whole, carried = delivery.carry, []

    def carry(message, *arguments):
        carried.append(message.to_email)
        if len(carried) == 13:
            write_code("waits@people.example")
        return whole(message, *arguments)

    monkeypatch.setattr(delivery, "carry", carry)
    monkeypatch.setattr(delivery, "SLOW", 0.02)
    with mail_server(only("rcpt", 0.03)):
        deliver(limit=20)
    assert carried.index("waits@people.example") == 13


# --- One row, one fate ------------------------------------------------------------------------------------
@pytest.fixture
def breaking(monkeypatch):
    """`breaking(place, error, address)`: what is done for that address raises there."""

    def put(place: str, error: Exception, address: str):
        owner = {"why_unwanted": kinds}.get(place, delivery)
        whole = getattr(owner, place)

        def raises(message, *arguments, **options):
            if message.to_email == address:
                raise error
            return whole(message, *arguments, **options)

        monkeypatch.setattr(owner, place, raises)

    return put


@pytest.mark.parametrize("place", ["why_unwanted", "_mime", "_address", "_carry"])
@pytest.mark.parametrize(
    "error", [ValueError("odd"), KeyError("x"), UnicodeEncodeError("ascii", "ü", 0, 1, "no")]
)
def test_whatever_is_raised_for_one_row_ends_in_that_row(breaking, place, error):
    bad, *others = [write(f"p{n}@people.example") for n in range(12)]
    breaking(place, error, bad.to_email)
    with mail_server() as server:
        assert deliver() == 11
        for _try in range(9):
            time_passes()
            deliver()
    assert len(server.arrived) == 11
    assert {reread(other).status for other in others} == {"sent"}
    bad = reread(bad)
    assert (bad.status, bad.attempts) == ("dead", 7)
    assert type(error).__name__ in bad.last_error


_faults = st.sampled_from(
    ["450 later", "550 no", "421 closing", HANG_UP, NONSENSE, "unopenable", "raises", "odd address"]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.integers(0, 13), _faults, max_size=4), st.sampled_from(["rcpt", "data", "text"]))
def test_of_n_rows_of_which_some_fail_in_any_way_the_others_arrive_once_in_the_same_run(
    monkeypatch, faults, stage
):
    OutboxMessage.objects.all().delete()
    whole = delivery._mime

    def made(message):
        if message.subject == "raises":
            raise LookupError("a template that is not there")
        return whole(message)

    monkeypatch.setattr(delivery, "_mime", made)
    for n in range(14):
        fault = faults.get(n, "")
        address = f"p{n}@people.example" if fault != "odd address" else f"é{n}@people.example"
        fields = {"is_secret": True, "text": "sealed by nobody"} if fault == "unopenable" else {}
        write(address, **fields, subject=fault or "A note")

    def answers(at, recipient):
        number = recipient[1 : recipient.find("@")]
        fault = faults.get(int(number)) if at == stage and number else None
        return fault if fault in {"450 later", "550 no", "421 closing", HANG_UP, NONSENSE} else None

    with mail_server(answers) as server:
        delivery.deliver()
    good = {f"p{n}@people.example" for n in range(14) if n not in faults}
    arrived = [mail.recipient for mail in server.arrived if mail.recipient in good]
    assert sorted(arrived) == sorted(good)
    bad = OutboxMessage.objects.exclude(to_email__in=good)
    assert bad.count() == len(faults)
    assert not bad.filter(last_error="").exists()
    assert not bad.filter(lease_until__isnull=False).exists()


# --- Keys -------------------------------------------------------------------------------------------------
def test_a_code_sealed_with_the_key_before_opens_and_leaves(settings):
    write_code()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key " * 5
    with mail_server() as server:
        assert deliver() == 1
    assert b"123456" in server.arrived[0].content


def test_what_no_key_opens_is_dead_at_once_by_name_and_holds_up_nobody(settings):
    code = write_code()
    others = [write(f"p{n}@people.example") for n in range(3)]
    settings.SECRET_KEY = "a new key " * 5
    with mail_server() as server:
        assert deliver() == 3
    assert reread(code).status == "dead"
    assert "SLIPWAY_PREVIOUS_KEYS" in reread(code).last_error
    assert len(server.arrived) == len(others)


# --- Services that take no MIME ---------------------------------------------------------------------------
def test_a_backend_that_takes_no_mime_gets_the_same_frozen_parts(settings, mailoutbox, call):
    message = write(
        programme=call.programme, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", calendar_method="REQUEST"
    )
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_OPTIONS = {}
    assert deliver() == 1
    (mail,) = mailoutbox
    assert mail.extra_headers["Message-ID"].startswith(f"<{message.public_id}@")
    assert mail.body == message.text.strip() or mail.body.strip() == message.text.strip()
    assert [kind for _content, kind in mail.alternatives] == ["text/html", "text/calendar; method=REQUEST"]
    assert mail.to == [message.to_email]


def test_what_is_raised_after_the_mail_was_taken_is_an_unclear_end(monkeypatch):
    """The server took it, and then the database timed out: the row must know that it may have arrived."""
    message = write()
    finish, fails = delivery._finish, [True]

    def once_failing(row, status, **fields):
        if status == "sent" and fails:
            fails.pop()
            raise TimeoutError("in the middle of the last step")
        return finish(row, status, **fields)

    monkeypatch.setattr(delivery, "_finish", once_failing)
    with mail_server() as server:
        assert deliver() == 0
        found = reread(message)
        assert (found.status, found.attempts, found.may_have_arrived_twice) == ("sending", 1, False)
        assert deliver() == 1
    assert server.arrived[0].content == server.arrived[1].content
    assert (reread(message).attempts, reread(message).may_have_arrived_twice) == (2, True)


def test_what_dies_without_a_clear_answer_is_flagged_before_a_manager_sends_it_again(cast):
    message = write()
    OutboxMessage.objects.update(attempts=6)  # refused for now six times
    with mail_server(once("text", HANG_UP)) as server:
        assert deliver() == 0
        dead = reread(message)
        assert (dead.status, dead.may_have_arrived_twice) == ("dead", True)
        outbox.retry(dead, by=cast.manager, now=clock.now())
        assert deliver() == 1
    assert server.arrived[0].content == server.arrived[1].content
    assert reread(message).may_have_arrived_twice
