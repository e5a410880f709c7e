"""`make chaos`, short: the real thing as a process of its own, with 120 messages and eight seconds of faults."""

import json
import os
import smtplib
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from chaos import faults
from chaos.mail_server import End, MailServer, Manner, manner

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ["drain", "beat", "web", "worker 1", "worker 2"]


@pytest.mark.servers
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_nothing_is_lost_doubled_or_falsely_flagged_while_everything_fails(tmp_path):
    figures = tmp_path / "figures.json"
    ours = ("SLIPWAY_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    short = ["--messages", "120", "--submits", "15", "--seconds", "8", "--patience", "3", "--seed", "2"]

    done = subprocess.run(
        [sys.executable, "-m", "chaos", *short, "--json", figures],
        cwd=CHECKOUT,
        env=plain,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert figures.exists(), done.stdout + done.stderr
    found = json.loads(figures.read_text())
    assert {name: whose for name, whose in found["broken"].items() if whose} == {}
    assert done.returncode == 0
    assert found["messages accepted"] == 120
    assert found["receipts seen"] + found["refused as too late"] == 15
    struck = " ".join(found["faults"])
    assert all(f"kill {name}" in struck for name in PROGRAMS)


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_holds_each_kind_of_fault_and_ends_with_its_run(seed):
    plan = faults.plan(seed, 60, PROGRAMS, with_disk=True)

    assert {(fault.kind, fault.target) for fault in plan} >= {
        *(("kill", name) for name in PROGRAMS),
        *((kind, "Valkey") for kind in ("stop", "flush", "crash")),
        *((kind, "PostgreSQL") for kind in ("stop", "crash")),
        *((kind, "mail server") for kind in ("go away", "fall silent")),
        ("fill", "disk"),
    }
    assert all(0 <= fault.at < 60 and fault.at + fault.seconds < 75 for fault in plan)


@pytest.mark.parametrize("seed", range(20))
def test_one_target_has_one_fault_at_a_time(seed):
    plan = faults.plan(seed, 30, PROGRAMS, with_disk=True)

    for target in {fault.target for fault in plan}:
        mine = [fault for fault in plan if fault.target == target]
        assert all(one.at + one.seconds < two.at for one, two in pairwise(mine))


def test_the_same_seed_gives_the_same_trouble():
    assert faults.plan(7, 60, PROGRAMS, with_disk=True) == faults.plan(7, 60, PROGRAMS, with_disk=True)
    assert faults.plan(7, 60, PROGRAMS, with_disk=True) != faults.plan(8, 60, PROGRAMS, with_disk=True)


def test_a_mail_server_is_hostile_to_some_in_each_of_its_manners_and_in_the_end_honest_to_nearly_all():
    addresses = [f"p{number}@chaos.example" for number in range(2000)]

    assert {manner(1, address, 0) for address in addresses} == set(Manner)
    assert {manner(1, address, 2) for address in addresses} == {Manner.HONEST}


@pytest.fixture
def mail():
    server = MailServer(seed=1)
    server.start()
    yield server
    server.stop()


def somebody_who_meets(wanted: Manner) -> str:
    addresses = (f"p{number}@chaos.example" for number in range(10_000))
    return next(address for address in addresses if manner(1, address, 0) == wanted)


def hand_over(mail: MailServer, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=5) as client:
        client.sendmail("us@example.org", [recipient], b"Message-ID: <1@example.org>\r\n\r\nHello.\r\n")


@pytest.mark.servers
@pytest.mark.parametrize(
    "wanted, end, raised",
    [
        (Manner.LATER, End.REFUSED_FOR_NOW, smtplib.SMTPRecipientsRefused),
        (Manner.NEVER, End.REFUSED_FOR_GOOD, smtplib.SMTPRecipientsRefused),
        (Manner.LATER_AFTER_TEXT, End.REFUSED_FOR_NOW, smtplib.SMTPDataError),
        (Manner.DROP, End.DROPPED, smtplib.SMTPServerDisconnected),
    ],
)
def test_the_mail_server_logs_how_each_attempt_ended(mail, wanted, end, raised):
    recipient = somebody_who_meets(wanted)

    with pytest.raises(raised):
        hand_over(mail, recipient)

    (attempt,) = mail.attempts
    assert (attempt.recipient, attempt.end) == (recipient, end)


@pytest.mark.servers
def test_the_mail_server_keeps_what_arrived_by_its_message_id_and_a_hash_of_its_bytes(mail):
    recipient = somebody_who_meets(Manner.HONEST)

    hand_over(mail, recipient)
    hand_over(mail, recipient)

    assert [(one.message_id, one.has_arrived) for one in mail.attempts] == [("<1@example.org>", True)] * 2
    assert len({one.digest for one in mail.attempts}) == 1
