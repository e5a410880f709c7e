"""What selection costs at 3,000 applications, 50 reviewers and 3 reviews each: `python -m bench.selection`.

Each line is the best and the middle of several runs, the least that the processor worked for one (which says
more on a busy machine), and what the best must not exceed. Ends with 1 if anything does.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from applications.reviewing.planning import Reader, ToRead, plan
from applications.scoring.agreement import agreement_per_criterion, interval_alpha
from applications.scoring.bundle import PromisedCriterion, Protocol, dossier
from applications.scoring.calibration import calibrate, learn_spread
from applications.scoring.comparability import comparability
from applications.scoring.marks import Marks
from applications.scoring.probability import top_k
from applications.scoring.ranking import rank
from applications.scoring.robustness import stress
from applications.scoring.verify_dossier import differences

APPLICATIONS, REVIEWERS, EACH, CRITERIA = 3000, 50, 3, 4


def demand(generator: np.random.Generator) -> dict:
    """Everything at once: tags, tight floors and caps, conflicts, two reviewers of each organisation."""
    fields = [f"field {number}" for number in range(8)]
    share = APPLICATIONS * EACH // REVIEWERS
    return {
        "applications": [
            ToRead(i, EACH, frozenset([fields[generator.integers(8)]])) for i in range(1, APPLICATIONS + 1)
        ],
        "readers": [
            Reader(
                j, j // 2, share + 10, share - 10, frozenset(f for f in fields if generator.random() < 0.35)
            )
            for j in range(1, REVIEWERS + 1)
        ],
        "conflicts": [
            (int(i) + 1, int(j) + 1)
            for i, j in np.argwhere(generator.random((APPLICATIONS, REVIEWERS)) < 0.02)
        ],
    }


def read(pairs: tuple[tuple[int, int], ...], generator: np.random.Generator) -> Marks:
    what, who = np.array(pairs).T
    quality = (
        generator.normal(5, 1.25, APPLICATIONS + 1)[what] + generator.normal(0, 0.75, REVIEWERS + 1)[who]
    )
    given = quality[:, None] + generator.normal(0, 1.25, (len(what), CRITERIA))
    return Marks(what, who, who // 2, np.clip(np.rint(given), 0, 10), np.array([40, 30, 20, 10.0]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    generator = np.random.default_rng(1)
    wanted = demand(generator)
    found = plan(**wanted, seed=1)
    marks = read(found.assignments, generator)
    spread = learn_spread(marks)
    calibration = calibrate(marks, spread)
    protocol = Protocol(tuple(PromisedCriterion(f"criterion {c}", w) for c, w in enumerate((40, 30, 20, 10))))
    made = dossier(marks, np.ones(len(marks), dtype=np.int64), protocol, salt=b"bench")

    def calibrated() -> None:
        result = calibrate(marks.only(np.arange(len(marks))))
        result.standard_error  # noqa: B018 - computed when asked for

    tasks: list[tuple[str, Callable[[], object], int, float | None]] = [
        ("assignment", lambda: plan(**wanted, seed=1), 2, 5000),
        ("calibration with standard errors", calibrated, 15, 50),
        ("P(top 5, 20, 40), 4,000 draws", lambda: top_k(calibration, [5, 20, 40]), 5, 1000),
        ("ranking", lambda: rank(marks, scores=calibration.score), 9, None),
        ("agreement per criterion", lambda: agreement_per_criterion(marks), 9, None),
        ("interval alpha", lambda: interval_alpha(marks.application, marks.totals), 9, None),
        ("comparability", lambda: comparability(found.assignments), 5, None),
        ("stress test", lambda: stress(marks), 2, None),
        (
            "dossier",
            lambda: dossier(marks, np.ones(len(marks), dtype=np.int64), protocol, salt=b"bench"),
            3,
            None,
        ),
        ("verification", lambda: differences(made.text), 2, None),
    ]
    figures: dict[str, dict[str, Any]] = {}
    print(f"{APPLICATIONS} applications, {REVIEWERS} reviewers, {EACH} reviews each; milliseconds")
    for name, task, times, limit in tasks:
        took, worked = [], []
        for _ in range(times):
            began, at_work = time.perf_counter(), time.process_time()
            task()
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - at_work))
        figures[name] = {
            "best": min(took),
            "middle": statistics.median(took),
            "processor": min(worked),
            "limit": limit,
        }
        bound = f"  at most {limit:.0f}" if limit else ""
        print(f"{name:36}{min(took):9.1f}{statistics.median(took):9.1f}{min(worked):9.1f}{bound}", flush=True)
    again = plan(**wanted, seed=1)
    print(f"a second plan is {'identical' if again == found else 'DIFFERENT'}; unmet: {len(found.unmet)}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)
    slow = [name for name, one in figures.items() if one["limit"] and one["best"] > one["limit"]]
    return 1 if slow or again != found else 0


if __name__ == "__main__":
    sys.exit(main())
