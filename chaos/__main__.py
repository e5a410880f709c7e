"""`make chaos SEED=n`: Slipway under faults, and whether it kept its promises. docs/reliability.md says which.

Starts the whole of Slipway on scratch folders, lets people and messages come, kills and stops everything by a plan
drawn from the seed, waits until nothing is due any more, and compares. Ends with 1 when a promise is broken.
"""

import argparse
import json
import os
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

from chaos import faults
from chaos.world import World
from servers.places import EmbeddedError

PARTS = ("messages", "people", "seats")
ROUNDS, ROUND_SECONDS = 10, 8  # of ending leases and pauses, when patience is over


def say(line: str) -> None:
    print(line, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--submits", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60, help="for which everything goes wrong")
    parser.add_argument(
        "--patience",
        type=float,
        default=100,
        help="seconds to wait for quiet before leases and pauses are ended",
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of all processes there")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    began = time.monotonic()
    try:
        with World(options.seed) as world:
            try:
                findings, figures = run(world, options)
            finally:
                if options.logs:
                    keep_logs(world, options.logs)
    except EmbeddedError as problem:
        say(str(problem))
        return 1
    figures = {
        "seed": options.seed,
        **figures,
        **findings.figures,
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    if options.json:
        report = {**figures, "broken": findings.broken}
        Path(options.json).write_text(json.dumps(report, indent=1, default=str), encoding="utf-8")
    tell(figures, findings.broken)
    return 0 if findings.is_kept else 1


def run(world: World, options: argparse.Namespace):
    say(f"Seed {options.seed}: starting Slipway on scratch folders")
    world.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    wanted = {
        "messages": options.messages,
        "submits": options.submits,
        "uploads": options.submits // 5,
        "codes": options.submits // 5,
        "seconds": options.seconds,
        "seed": options.seed,
    }
    given = json.loads(world.run("-m", "chaos.cast", given=json.dumps(wanted)).splitlines()[-1])
    world.start_programs()
    os.environ.update(world.environment)
    django.setup()
    from chaos import checks  # which needs Django's models

    plan = faults.plan(options.seed, options.seconds, list(world.programs), with_disk=world.has_small_disk)
    if not world.has_small_disk:
        say("No disk is filled: that needs root and a tmpfs.")
    given |= {"port": world.port, "began": time.time() + 2}
    checks.close_call(
        given["closing_call"],
        datetime.fromtimestamp(given["began"], UTC) + timedelta(seconds=0.7 * options.seconds),
    )
    hand = faults.Hand(world, plan, given["began"])
    acting(world, hand, given)
    quiet = wait_for_quiet(world, hand, options.patience)
    evidence = checks.Evidence(read_acts(world), world.mail.attempts, hand.struck, world.files, given)
    return checks.examine(evidence), {"faults": [str(fault) for fault in plan], **quiet}


def acting(world: World, hand: faults.Hand, given: dict) -> None:
    """Let everything happen at once, until the last fault is over and everybody has had an answer."""
    note = world.home / "given.json"
    note.write_text(json.dumps(given))
    parts = [world.spawn("chaos.acts", part, given=note, told=world.home / f"{part}.jsonl") for part in PARTS]
    latest = given["began"] + given["seconds"] + 120
    told = 0
    try:
        while not hand.is_done or any(part.poll() is None for part in parts):
            hand.act()
            for one in hand.struck[told:]:
                say(f"  {one.fault}")
            told = len(hand.struck)
            world.tend()
            if time.time() > latest:
                raise SystemExit("The load did not come to its end.")
            time.sleep(0.05)
    finally:
        for part in parts:
            part.kill()
            part.wait()
    for name, part in zip(PARTS, parts, strict=True):
        if part.returncode:
            raise SystemExit(f"The load of {name} failed:\n{world.log_of('acts').read_text()[-3000:]}")


def wait_for_quiet(world: World, hand: faults.Hand, patience: float) -> dict:
    """Until nothing is due; then stop all carriers, so that nothing moves while it is examined.

    What still waits for a lease or a pause after `patience` seconds is not waited for: the carriers are killed once
    more, and leases and pauses are ended by hand, as if their time had passed.
    """
    from accelerator.messages import nudging
    from chaos import checks

    began, not_waited_for = time.monotonic(), 0
    left = _watch(world, patience)
    waited = round(time.monotonic() - began)
    if left:
        hand.kill_carriers()
        time.sleep(0.5)  # until PostgreSQL has done what they last asked
        not_waited_for = checks.let_time_pass(datetime.now(UTC), nobody_carries=True)
    for _round in range(ROUNDS):
        if not _watch(world, ROUND_SECONDS):
            break
        checks.let_time_pass(datetime.now(UTC))
        nudging.nudge()
    health = world.health()
    for program in world.programs.values():
        program.stop()
    return {"seconds until quiet": waited, "not waited for": not_waited_for, "health": health}


def _watch(world: World, seconds: float) -> int:
    """Until nothing is due or the time is up. Returns how many messages are left."""
    from chaos import checks

    until = time.monotonic() + seconds
    while (left := checks.unsettled(datetime.now(UTC))) and time.monotonic() < until:
        world.tend()
        time.sleep(0.3)
    return left


def read_acts(world: World) -> list[dict]:
    lines = [line for part in PARTS for line in (world.home / f"{part}.jsonl").read_text().splitlines()]
    return [json.loads(line) for line in lines]


def keep_logs(world: World, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in [*world.home.glob("*.log"), *world.home.glob("*.jsonl")]:
        shutil.copy(path, folder)
    attempts = [vars(one) for one in world.mail.attempts]
    (folder / "mails.json").write_text(json.dumps(attempts, indent=1), encoding="utf-8")


def tell(figures: dict, broken: dict[str, list[str]]) -> None:
    for name, value in figures.items():
        if name != "faults":
            say(f"{name:36} {value if not isinstance(value, dict) else json.dumps(value)}")
    say("")
    for name, whose in broken.items():
        say(f"{name:44} {len(whose)}{'  such as ' + '; '.join(whose[:3]) if whose else ''}")
    say("\nEvery promise was kept." if not any(broken.values()) else "\nBROKEN, see above.")


if __name__ == "__main__":
    sys.exit(main())
