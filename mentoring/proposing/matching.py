"""Whom to propose to whom: the choice that is best as a whole. Pure, solved by HiGHS.

Every startup gets at most one proposal; a mentor at most one a day and few in all, so that two of them never overlap.
As many startups as can be get one; among such choices the fitting ones win, and equal ones in their order.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import highspy

SOMEBODY = 1000.0  # what it is worth that a startup gets anybody at all
MOST = 3  # proposals to one mentor at once
ORDER = 1e-6  # among equals the earlier in the list


@dataclass(frozen=True)
class Chance:
    """One startup with one mentor at one time, and how well they fit (0 to 100)."""

    startup: int
    mentor: int
    starts_at: datetime
    day: date  # of the mentor's calendar
    worth: float


def best(chances: Sequence[Chance], *, most: int = MOST) -> list[Chance]:
    """Those to propose, in the order of the list."""
    if not chances:
        return []
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0}.items():
        solver.setOptionValue(option, value)
    groups: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for number, chance in enumerate(chances):
        solver.addCol(SOMEBODY + chance.worth - ORDER * number, 0.0, 1.0, 0, [], [])
        solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
        groups["startup", chance.startup].append(number)
        groups["day", chance.mentor, chance.day].append(number)
        groups["mentor", chance.mentor].append(number)
    for name, numbers in groups.items():
        bound = most if name[0] == "mentor" else 1
        solver.addRow(0.0, float(bound), len(numbers), numbers, [1.0] * len(numbers))
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    values = solver.getSolution().col_value
    return [chance for chance, value in zip(chances, values, strict=True) if value > 0.5]
