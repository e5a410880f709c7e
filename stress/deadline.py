"""Submits within 150 ms of real deadlines, by real code in real transactions, while something else happens at the instant.

Each round has a call of its own. By turns: nothing else; the call is sealed at the very instant, two minutes before the
product does it; the tick goes round and round; somebody holds the window for a second; the deadline is moved while the
seal is being written. Every second round the people press with a ticket, and the rest of their submit comes after the
instant. The last round goes over HTTP: at the instant the web server is killed and PostgreSQL crashes, and browsers try
again with their key.

Who was stamped in time, and still waits for a lock when such an early seal comes, is told late. That is counted and
breaks no promise; to be told one thing and have the other would.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import django

from chaos.world import World
from servers import places
from stress.findings import Findings

OPTIONS = (
    ("submits", 10_000, "in all rounds together"),
    ("rounds", 50, "each with a deadline of its own"),
    ("crash", 60, "people in the round over HTTP"),
)
AROUND = 0.15  # seconds before and after the instant
PROCESSES = 4
MOST_AT_ONCE = 160  # connections to PostgreSQL
MEANWHILE = ("nothing", "seal", "tick", "held", "moved")
# A seal at the very instant does not leave what was stamped in time the two minutes it has to be written.
SEALED_AT_ONCE = {"seal", "moved"}
MET_THE_SEAL = "stamped in time, met a seal at the very instant"
STAMP_MS = 250
LEAD = 2.5


def run(options: argparse.Namespace) -> Findings:
    found, rng = Findings(), random.Random(options.seed)
    rounds = max(options.rounds, math.ceil(options.submits / MOST_AT_ONCE))
    each = max(1, options.submits // rounds)
    with World(options.seed) as world:
        world.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        wanted = {"submits": options.crash, "savers": 0, "seed": options.seed}
        given = json.loads(world.run("-m", "stress.cast", given=json.dumps(wanted)).splitlines()[-1])
        os.environ.update(
            world.environment | {"SLIPWAY_TESTING": "1"}
        )  # no pool: a connection for each thread
        django.setup()
        races = Races(found, rng)
        with _submitters(PROCESSES) as parts:
            for number in range(rounds):
                races.race(parts, number, each)
                print(f"Round {number + 1} of {rounds}", flush=True)
        races.sum_up()
        if options.crash:
            _crash(world, given, found, rng)
    return found


class _submitters:
    """Processes that submit, with Django at hand."""

    def __init__(self, count: int):
        command = [sys.executable, "-m", "stress.submitter"]
        self.parts = [
            subprocess.Popen(
                command, cwd=places.CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _ in range(count)
        ]

    def __enter__(self):
        return self.parts

    def __exit__(self, *exc) -> None:
        for part in self.parts:
            if part.stdin:
                part.stdin.close()
            part.kill()
            part.wait()


class Races:
    def __init__(self, found: Findings, rng: random.Random):
        self.found, self.rng = found, rng
        self.count: Counter = Counter()
        self.longest = 0.0
        self.rounds = 0
        for words in (
            "Nobody told accepted is missing",
            "Nobody stamped late is in",
            "Nobody stamped in time is refused",
            "Nobody told late has a version",
            "What is sealed is what was accepted",
            "Seal and moved deadline never both hold",
            "No submit fails otherwise",
        ):
            found.promise(words)

    def race(self, parts: list, number: int, each: int) -> None:
        self.rounds += 1
        meanwhile = MEANWHILE[number % len(MEANWHILE)]
        with_ticket = number % 2 == 1 and meanwhile in {"nothing", "tick", "held"}
        call, drafts = _round(number, each)
        closes = time.time() + LEAD
        _close(call, closes)
        wishes = [
            {"pk": draft.pk, "at": closes + self.rng.uniform(-AROUND, AROUND), "ticket": with_ticket}
            for draft in drafts
        ]
        for n, part in enumerate(parts):
            part.stdin.write(json.dumps(wishes[n :: len(parts)]) + "\n")
            part.stdin.flush()
        moved = _at_the_instant(meanwhile, call, closes)
        told = [one for part in parts for one in json.loads(part.stdout.readline())]
        self._compare(call, told, closes, meanwhile, moved)

    def _compare(self, call, told: list[dict], closes: float, meanwhile: str, moved: bool) -> None:
        from accelerator.models import HistoryEntry
        from applications.applying import sealing
        from applications.models import Call, Submission

        instant = datetime.fromtimestamp(closes, UTC)
        fresh = Call.objects.select_related("window").get(pk=call.pk)
        if meanwhile == "moved":
            both = fresh.window.sealed_at is not None and fresh.window.closes_at > instant + timedelta(
                seconds=1
            )
            self.found.promise("Seal and moved deadline never both hold", ["both"] if both else [])
            if moved:  # everybody is in time then
                instant = fresh.window.closes_at
        versions = {
            (one.application_id, str(one.idempotency_key)): one
            for one in Submission.objects.filter(application__call=call).defer("content")
        }
        stamps = dict(
            HistoryEntry.objects.filter(
                action="application.refused_late", object_id__in=[one["pk"] for one in told]
            ).values_list("object_id", "happened_at")
        )
        promise = self.found.promise
        for one in told:
            version = versions.get((one["pk"], one["key"]))
            words = f"{meanwhile}: {one['pk']}"
            self.count[one["told"] if one["told"] in {"accepted", "late"} else "otherwise"] += 1
            self.count["with a ticket"] += one["ticket"]
            if one["told"] == "accepted":
                promise("Nobody told accepted is missing", [] if version else [words])
                if version and version.received_at >= instant:
                    promise("Nobody stamped late is in", [words])
            elif one["told"] == "late":
                promise("Nobody told late has a version", [words] if version else [])
                stamp = stamps[one["pk"]].timestamp()
                if stamp < min(closes, instant.timestamp()):
                    if meanwhile in SEALED_AT_ONCE:
                        self.count[MET_THE_SEAL] += 1
                    else:
                        promise("Nobody stamped in time is refused", [words])
                if one["sent"] < closes:
                    self.count["sent before, stamped after"] += 1
                    self.longest = max(self.longest, (one["stamp"] or stamp) - one["sent"])
            else:
                promise("No submit fails otherwise", [f"{words} {one['told']}"])
        if not fresh.window.sealed_at:
            later = fresh.window.closes_at + timedelta(minutes=2, seconds=1)
            sealing.SEALED_AFTER = timedelta(minutes=2)
            sealing.seal_call(fresh, now=later)
        accepted = {one["pk"] for one in told if one["told"] == "accepted"}
        sealed = set(call.applications.sealed().values_list("pk", flat=True))
        promise("What is sealed is what was accepted", [str(pk) for pk in accepted ^ sealed])

    def sum_up(self) -> None:
        self.found.figures |= {
            "submits": self.count["accepted"] + self.count["late"] + self.count["otherwise"]
        }
        self.found.figures |= {name: self.count[name] for name in ("accepted", "late", "with a ticket")}
        self.found.figures["sent before the instant, stamped after"] = self.count[
            "sent before, stamped after"
        ]
        self.found.figures[MET_THE_SEAL] = self.count[MET_THE_SEAL]
        milliseconds = round(self.longest * 1000)
        self.found.figures["longest of these from press to stamp, ms"] = milliseconds
        self.found.promise(
            f"Whoever pressed before and is refused was stamped within {STAMP_MS} ms",
            [f"{milliseconds} ms"] if milliseconds > STAMP_MS else [],
        )


def _round(number: int, each: int) -> tuple:
    from applications.models import Call
    from bench import filling
    from chaos import cast

    now = datetime.now(UTC)
    first = Call.objects.select_related("programme").order_by("pk")[0]
    window = {"opens_at": now - timedelta(days=5), "closes_at": now + timedelta(days=1)}
    call = filling.copy_call(first, slug=f"round-{number}", name=f"Round {number}", **window)
    return call, cast.drafts(call, filling.people(f"round{number}-founder", each))


def _close(call, closes: float) -> None:
    from chaos import checks

    checks.close_call(call.pk, datetime.fromtimestamp(closes, UTC))


def _at_the_instant(meanwhile: str, call, closes: float) -> bool:
    """What happens beside the submits. True when the deadline was moved."""
    from django.db import connection, transaction

    from accelerator.messages import reminders
    from accelerator.transitions import NotAllowed
    from applications.applying import deadlines, sealing
    from applications.models import Call, CallWindow

    moved = False
    wait = threading.Event().wait
    wait(max(0.0, closes - 0.05 - time.time()))
    fresh = Call.objects.select_related("programme", "window").get(pk=call.pk)
    if meanwhile == "tick":
        while time.time() < closes + 0.4:
            reminders.tick()
    elif meanwhile == "held":
        with transaction.atomic():
            CallWindow.objects.select_for_update().get(call=call)
            wait(1)
    elif meanwhile in {"seal", "moved"}:
        sealing.SEALED_AFTER = timedelta(0)

        def seal() -> None:
            try:
                while not sealing.seal_call(fresh, now=datetime.now(UTC)) and time.time() < closes + 0.3:
                    wait(0.001)
            finally:
                connection.close()

        sealer = threading.Thread(target=seal)
        sealer.start()
        if meanwhile == "moved":
            wait(max(0.0, closes - time.time()))
            window = fresh.window
            later = window.closes_at + timedelta(hours=1)
            now = datetime.now(UTC)
            try:
                moved = deadlines.move(
                    fresh, opens_at=window.opens_at, closes_at=later, seen=None, by=None, now=now
                )
            except NotAllowed:
                moved = False
        sealer.join()
        sealing.SEALED_AFTER = timedelta(minutes=2)
    connection.close()
    return moved


def _crash(world: World, given: dict, found: Findings, rng: random.Random) -> None:
    """Over HTTP: the web server is killed and PostgreSQL crashes at the instant; browsers try again with their key."""
    from applications.models import Submission
    from chaos import checks

    world.start_programs()
    closes = time.time() + 8
    checks.close_call(given["call"], datetime.fromtimestamp(closes, UTC))
    own = {
        "port": world.port, "seed": 1, "begins": closes, "closes": closes, "savers": [], "save_every": 1,
        "visit_every": 1, "patient": True, "submitters": given["submitters"],
        "moments": [closes + rng.uniform(-2, AROUND) for _ in given["submitters"]],
    }  # fmt: skip
    note, told = world.home / "crash.json", world.home / "crash.jsonl"
    note.write_text(json.dumps(own))
    part = world.spawn("stress.client", given=note, told=told)
    struck = False
    while part.poll() is None:
        if not struck and time.time() >= closes - 0.2:
            struck = True
            world.kill("web")
            world.crash("PostgreSQL")
        world.tend()
        time.sleep(0.02)
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    shown = [one for one in lines if one["receipt"]]
    keys = Counter(
        Submission.objects.filter(application__call=given["call"]).values_list("application", flat=True)
    )
    found.figures["with a kill and a crash at the instant: receipts / people"] = (
        f"{len(shown)} / {len(lines)}"
    )
    found.promise(
        "After a crash every receipt that was shown has its row",
        [str(one["pk"]) for one in shown if not keys[one["pk"]]],
    )
    found.promise("A repeat makes no second version", [str(pk) for pk, count in keys.items() if count > 1])
    found.promise(
        "Everybody gets an answer in the end",
        [f"{one['pk']}: {one['status']} {one['note']}" for one in lines if one["status"] not in {200, 409}],
    )
    for program in world.programs.values():
        program.stop()
