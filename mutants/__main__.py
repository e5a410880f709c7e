"""`python -m mutants`: try all mutants, or those named, in two lanes. Fails when one survives."""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue

from mutants.entries import Mutant, Unfit, load
from mutants.lanes import CHECKOUT, Fate, Lane, Outcome
from servers.embedded import scratch_servers

LANES = ("a", "b")


def main() -> int:
    """0 when every mutant was killed; 1 when one survived or does not run; 2 when an entry is unfit."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--list", action="store_true", help="say which there are, and why")
    asked = parser.parse_args()
    try:
        mutants = chosen(load(), asked.names)
        for mutant in mutants:
            check(mutant)
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return 2
    if asked.list:
        print(*(f"{mutant.name}: {mutant.why}" for mutant in mutants), sep="\n")
        return 0
    os.environ["SLIPWAY_TESTING"] = "1"
    with scratch_servers(), tempfile.TemporaryDirectory(prefix="slipway-mutants-") as home:
        return run(mutants, [Lane(name, Path(home), dict(os.environ)) for name in LANES])


def chosen(mutants: list[Mutant], names: list[str]) -> list[Mutant]:
    """Those named, or all. Raises Unfit for a name that nobody has."""
    if unknown := set(names) - {mutant.name for mutant in mutants}:
        raise Unfit(f"No mutant is called {', '.join(sorted(unknown))}. See: python -m mutants --list")
    return [mutant for mutant in mutants if not names or mutant.name in names]


def check(mutant: Mutant) -> None:
    """Raises Unfit unless the mutant can be put into its file as it is now."""
    path = CHECKOUT / mutant.file
    if not path.is_file():
        raise Unfit(f"{mutant.name}: there is no file {mutant.file}. Name the one that holds the rule now.")
    mutant.applied_to(path.read_text(encoding="utf-8"))


def run(mutants: list[Mutant], lanes: list[Lane]) -> int:
    """First the tests without any bug, then each mutant; survivors are listed at the end."""
    began = time.monotonic()
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    with ThreadPoolExecutor(len(lanes)) as pool:
        shares = [tests[number :: len(lanes)] or tests[:1] for number in range(len(lanes))]
        if red := list(filter(None, pool.map(lambda lane, share: lane.green(share), lanes, shares))):
            print(*red, "These tests fail without any bug. Mend them first.", sep="\n")
            return 1
        print(f"{len(tests)} tests pass without any bug ({time.monotonic() - began:.0f} s).", flush=True)
        waiting: SimpleQueue[Mutant] = SimpleQueue()
        for mutant in mutants:
            waiting.put(mutant)
        outcomes = [one for found in pool.map(lambda lane: work(lane, waiting), lanes) for one in found]
    bad = [outcome for outcome in outcomes if outcome.fate in (Fate.SURVIVED, Fate.BROKEN)]
    print(
        f"{len(outcomes) - len(bad)} of {len(outcomes)} mutants killed in {time.monotonic() - began:.0f} s."
    )
    for outcome in bad:
        print(f"\n{outcome.mutant.name} {outcome.fate.value}: {outcome.mutant.why}")
        print(f"  {outcome.mutant.file}; {', '.join(outcome.mutant.tests)}")
        if outcome.fate is Fate.BROKEN:
            print(outcome.output)
    return 1 if bad else 0


def work(lane: Lane, waiting: "SimpleQueue[Mutant]") -> list[Outcome]:
    """Try what waits, one after the other, until nothing does."""
    outcomes = []
    while True:
        try:
            mutant = waiting.get_nowait()
        except Empty:
            return outcomes
        began = time.monotonic()
        fate, output = lane.tried(mutant)
        outcomes.append(Outcome(mutant, fate, time.monotonic() - began, output))
        print(f"  {outcomes[-1].seconds:5.1f} s  {mutant.name}: {fate.value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
