"""The last minute: submits come by the law 1/(time left), while everybody else goes on saving and reading.

The last press is a quarter of a second before the instant, so nobody may be refused.
"""

import argparse
import json
import os
import random
import time
from collections import Counter
from datetime import UTC, datetime

import django

from chaos.world import World
from stress import rival
from stress.findings import Findings, percentile

OPTIONS = (
    ("submits", 1000, "who submits in the time"),
    ("seconds", 60.0, "before the deadline"),
    ("saves", 100, "autosaves a second meanwhile"),
    ("visits", 10, "forms opened a second meanwhile"),
    ("times", 1, "the load of all of these, multiplied"),
    ("rival", False, "somebody tries to use up the sign-in of twenty founders, who sign in meanwhile"),
)
LAST = 0.25  # seconds before the instant: the last press
STAMP_MS, RECEIPT_MS = 250, 4000
CLIENTS = 2
LEAD = 8.0  # seconds until everybody is ready


def moments(count: int, seconds: float, rng: random.Random) -> list[float]:
    """Seconds before the deadline, by the law 1/t: of 1,000 in a minute 380 come in the last two seconds."""
    return [seconds * (LAST / seconds) ** rng.random() for _ in range(count)]


def run(options: argparse.Namespace) -> Findings:
    rng, times = random.Random(options.seed), options.times
    savers = max(2, options.saves * times)  # each saves once a second
    world = World(options.seed)
    letterboxes = rival.Letterboxes() if options.rival else None
    if letterboxes:
        world.mail = letterboxes  # type: ignore[assignment]  # an honest one, in its place
    with world:
        world.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        wanted = {"submits": options.submits * times, "savers": savers, "seed": options.seed}
        print(f"Writing {wanted['submits'] + savers} drafts", flush=True)
        given = json.loads(world.run("-m", "stress.cast", given=json.dumps(wanted)).splitlines()[-1])
        world.start_programs()
        os.environ.update(world.environment)
        django.setup()
        told = _let_them_come(world, given, options, rng, letterboxes)
        try:
            return _examine(world, given, told, options)
        finally:
            for program in world.programs.values():
                program.stop()


def _let_them_come(
    world: World,
    given: dict,
    options: argparse.Namespace,
    rng: random.Random,
    letterboxes: rival.Letterboxes | None,
) -> list[dict]:
    from chaos import checks

    begins = time.time() + LEAD
    closes = begins + options.seconds
    contest = None
    if letterboxes:
        contest = rival.Contest(
            world.port, letterboxes, begins=begins, seconds=options.seconds, seed=options.seed
        )
        contest.begin()
    given["closes"] = closes
    checks.close_call(given["call"], datetime.fromtimestamp(closes, UTC))
    left = moments(len(given["submitters"]), options.seconds, rng)
    parts = []
    for n in range(CLIENTS):
        own = {
            "port": world.port,
            "seed": options.seed + n,
            "begins": begins,
            "closes": closes,
            "submitters": given["submitters"][n::CLIENTS],
            "moments": [closes - one for one in left[n::CLIENTS]],
            "savers": given["savers"][n::CLIENTS],
            "save_every": len(given["savers"]) / (options.saves * options.times),
            "visit_every": len(given["savers"]) / max(1, options.visits * options.times),
        }
        note = world.home / f"rush{n}.json"
        note.write_text(json.dumps(own))
        parts.append(world.spawn("stress.client", given=note, told=world.home / f"told{n}.jsonl"))
    latest = closes + 120
    given["contest"] = contest
    try:
        while any(part.poll() is None for part in parts):
            if time.time() > latest:
                raise SystemExit("The rush did not come to its end.")
            world.tend()
            time.sleep(0.1)
    finally:
        for part in parts:
            part.kill()
            part.wait()
    if any(part.returncode for part in parts):
        raise SystemExit(f"The clients failed:\n{world.log_of('acts').read_text()[-3000:]}")
    if contest:
        contest.end()
    lines = [
        line for n in range(CLIENTS) for line in (world.home / f"told{n}.jsonl").read_text().splitlines()
    ]
    return [json.loads(line) for line in lines]


def _examine(world: World, given: dict, told: list[dict], options: argparse.Namespace) -> Findings:
    from applications.models import Submission, SubmitTicket

    found = Findings()
    submits = [one for one in told if one["act"] == "submit"]
    saves = [one for one in told if one["act"] == "save"]
    visits = [one for one in told if one["act"] == "visit"]
    closes = datetime.fromtimestamp(given["closes"], UTC)
    stamps = dict(SubmitTicket.objects.values_list("application", "stamped_at"))
    versions: dict[int, list[datetime]] = {}
    for application, received_at in Submission.objects.values_list("application", "received_at"):
        versions.setdefault(application, []).append(received_at)

    to_stamp = {
        one["pk"]: stamps[one["pk"]].timestamp() - one["planned"] for one in submits if one["pk"] in stamps
    }
    to_receipt = [one["receipt"] for one in submits if one["receipt"]]
    saved = [one["seconds"] for one in saves if one["status"] == 200]
    found.figures = {
        "submits": len(submits),
        "in the last two seconds": sum(given["closes"] - one["planned"] < 2 for one in submits),
        "press to stamp, ms p50/p99/max": [
            percentile(list(to_stamp.values()), share) for share in (0.5, 0.99, 1)
        ],
        "press to receipt, ms p50/p95/p99/max": [
            percentile(to_receipt, share) for share in (0.5, 0.95, 0.99, 1)
        ],
        "autosaves, by status": dict(Counter(one["status"] for one in saves)),
        "autosaves, ms p50/p99": [percentile(saved, share) for share in (0.5, 0.99)],
        "visits, by status": dict(Counter(one["status"] for one in visits)),
        "load average": round(os.getloadavg()[0], 1),
    }
    if contest := given["contest"]:
        _examine_sign_in(contest, found)
    late = [f"{one['pk']}: {one['note']}" for one in submits if one["status"] in {409, 422}]
    errors = [
        f"{one['pk']}: {one['status']} {one['note']}"
        for one in submits
        if one["status"] not in {200, 409, 422}
    ]
    closed = [
        one for one in saves if one["status"] == 409 and one["at"] + one["seconds"] >= given["closes"] - 0.5
    ]
    wrong = [f"{one['status']}" for one in saves if one["status"] not in {200, 503, 409}]
    wrong += [f"{one['status']}" for one in visits if one["status"] not in {200, 503}]
    found.promise("Nothing sent 250 ms or more before the instant is refused", late)
    found.promise("No submit is shed or fails", errors)
    found.promise(
        "Every receipt shown has its row, exactly one",
        [str(one["pk"]) for one in submits if one["receipt"] and len(versions.get(one["pk"], [])) != 1],
    )
    found.promise("Nothing stamped late is in", [f"{pk}" for pk, at in versions.items() if max(at) >= closes])
    found.promise("Saves and visits get an answer, or are asked to come back", wrong)
    found.promise(
        "Whoever is asked to come back is told when",
        [str(one["at"]) for one in visits if one["status"] == 503 and not one["retry"]],
    )
    if len([one for one in saves if one["status"] == 409]) > len(closed):
        found.promise("No save is refused before the instant", ["409 before the end"])
    if options.times == 1:
        stamp, receipt = percentile(list(to_stamp.values()), 0.99), percentile(to_receipt, 0.99)
        found.promise(
            f"99 of 100 are stamped within {STAMP_MS} ms", [f"{stamp} ms"] if stamp > STAMP_MS else []
        )
        found.promise(
            f"99 of 100 see their receipt within {RECEIPT_MS} ms",
            [f"{receipt} ms"] if receipt > RECEIPT_MS else [],
        )
    return found


def _examine_sign_in(contest: rival.Contest, found: Findings) -> None:
    took = list(contest.took.values())
    found.figures |= {
        "asked by the rival, by status": dict(Counter(contest.asked)),
        "mails to the twenty, most to one": max(contest.letterboxes.mails.values(), default=0),
        "sign-ins, ms p50/p95/max": [percentile(took, share) for share in (0.5, 0.95, 1)],
    }
    missing = [one for one in contest.addresses if one not in contest.took]
    found.promise(
        "Each founder signs in while a rival asks for their address",
        [f"{one}: {contest.failed.get(one, 'did not end')}" for one in missing],
    )
    found.promise(
        f"Each is in within {rival.WITHIN:.0f} s",
        [f"{one}: {seconds:.1f} s" for one, seconds in contest.took.items() if seconds > rival.WITHIN],
    )
