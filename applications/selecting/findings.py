"""What a call's reviews say once they are calibrated: the numbers behind ranking, agreement and dossier.

Worked out when somebody looks, and kept in this process under the call's `findings_version`, which every change of a
mark, a verdict, the rubric or a team raises (calls/findings_version.py). It is read before the inputs.
"""

import math
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import partners_of_founders
from applications.reviewing.marks import marks, quorum
from applications.reviewing.models import HIGHEST
from applications.scoring import flags
from applications.scoring.agreement import Agreement, agreement, agreement_per_criterion
from applications.scoring.calibration import Calibration, Spread, calibrate_counted
from applications.scoring.comparability import Comparability, comparability
from applications.scoring.marks import Floats, Marks
from applications.scoring.probability import above, tied_at_the_cut, top_k
from applications.scoring.ranking import Cut, Quorum, Standing, cut, rank
from applications.scoring.robustness import Stress, stress

KEPT = 16  # findings that a process remembers: of each call those of all, and those without what somebody may not see


@dataclass(frozen=True)
class ChangedReview:
    """A review whose marks were changed after its reviewer had seen the others': its totals, in points."""

    application: int
    reviewer: int
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that a page may ask; what few ask is worked out on the first question.

    `marks` are those that count in this call. Leniency, spread, agreement and what is at the top of the scale are always
    told from those before reviewers saw each other's.

    Applications and reviewers are named by their primary keys. Arrays follow `marks.applications` and
    `marks.reviewers`, as in the scoring package.
    """

    marks: Marks
    before: Marks
    after: Marks
    spread: Spread
    calibration: Calibration
    standings: tuple[Standing, ...]  # by calibrated score, best first; then those without a place
    chances: Floats  # (A,) of being truly among the best `seats`, 0 to 1
    seats: int
    quorum: Quorum
    homes: dict[int, int]  # which partner an application is close to, where one is

    @cached_property
    def row(self) -> dict[int, int]:
        """Where an application stands in the arrays; unread ones are missing."""
        return {int(application): at for at, application in enumerate(self.marks.applications)}

    @cached_property
    def totals(self) -> dict[int, list[float]]:
        """What the reviewers of each application gave."""
        totals = defaultdict(list)
        for application, total in zip(
            self.marks.application.tolist(), self.marks.totals.tolist(), strict=True
        ):
            totals[application].append(total)
        return dict(totals)

    @cached_property
    def can_compare(self) -> bool:
        """Somebody reviewed what another reviewed too; before that, nothing tells lenient from good."""
        return bool((self.marks.per_application > 1).any())

    @cached_property
    def changed(self) -> tuple[ChangedReview, ...]:
        """Reviews with other marks since their reviewers saw the others', in order of application and reviewer."""
        before, after = self.before, self.after
        return tuple(
            ChangedReview(
                int(before.application[k]),
                int(before.reviewer[k]),
                float(before.totals[k]),
                float(after.totals[k]),
            )
            for k in after.differ_from(before).nonzero()[0]
        )

    @cached_property
    def standing(self) -> dict[int, Standing]:
        return {line.application: line for line in self.standings}

    @cached_property
    def incomplete(self) -> int:
        """How many have no place yet."""
        return sum(not line.is_complete for line in self.standings)

    @cached_property
    def complete(self) -> int:
        """How many have a place."""
        return sum(line.is_complete for line in self.standings)

    @cached_property
    def ties(self) -> int:
        """How many share their place with others."""
        return sum(line.tied for line in self.standings)

    @cached_property
    def cut(self) -> Cut:
        """Where the seats end, by the ranking alone."""
        return cut(self.standings, self.seats)

    @cached_property
    def edge(self) -> tuple[int, int] | None:
        """The last inside and the first outside; None where all ranked ones have a seat."""
        ranked = [line.application for line in self.standings if line.is_complete]
        return (ranked[self.seats - 1], ranked[self.seats]) if len(ranked) > self.seats > 0 else None

    def near_the_cut(self, each_side: int) -> list[int]:
        """The last inside and the first outside, so many of each, best first."""
        ranked = [line.application for line in self.standings if line.is_complete]
        return ranked[max(0, self.seats - each_side) : self.seats + each_side]

    @property
    def cut_score(self) -> float | None:
        """The score of the last inside."""
        return self.standing[self.edge[0]].score if self.edge else None

    @cached_property
    def tied(self) -> tuple[int, ...]:
        """Those whom the reviews cannot tell apart at the last seat, best first."""
        return tied_at_the_cut(self.calibration, self.standings, self.seats)

    @cached_property
    def tied_ones(self) -> frozenset[int]:
        """The same, to look somebody up: with three reviews each, hundreds of 2,000 are tied."""
        return frozenset(self.tied)

    @cached_property
    def stress(self) -> Stress:
        return stress(self.marks, before=self.before, seats=self.seats, quorum=self.quorum)

    @cached_property
    def unusual(self) -> tuple[flags.UnusualReview, ...]:
        return flags.unusual_reviews(self.calibration)

    @cached_property
    def unusual_reviews(self) -> Counter[int]:
        """How many reviews of an application are unusual."""
        return Counter(one.application for one in self.unusual)

    @cached_property
    def decisive(self) -> tuple[flags.Decisive, ...]:
        """Reviewers without whom others would be chosen."""
        return flags.decisive_reviewers(self.stress)

    @cached_property
    def favours(self) -> tuple[flags.Reciprocity, ...]:
        """Partners whose reviewers are kinder to each other's startups than others are."""
        return flags.reciprocal_favours(self.calibration, self.homes)

    @cached_property
    def hanging(self) -> frozenset[int]:
        """Those who would lose or gain a seat without one reviewer."""
        return frozenset(a for one in self.decisive for a in (*one.would_leave, *one.would_enter))

    @cached_property
    def ceilings(self) -> tuple[flags.Ceiling, ...]:
        """For each criterion, how many marks are at the top of the scale."""
        return flags.ceiling(self.before, [HIGHEST] * len(self.before.weights))

    @cached_property
    def agreement(self) -> Agreement:
        return agreement(self.before)

    @cached_property
    def agreement_per_criterion(self) -> tuple[Agreement, ...]:
        return agreement_per_criterion(self.before)

    @cached_property
    def comparability(self) -> Comparability:
        return comparability(zip(self.marks.application, self.marks.reviewer, strict=True))

    @cached_property
    def usual_reviews(self) -> int:
        """How many reviews most applications have."""
        counts = Counter(self.marks.per_application.tolist())
        return max(counts, key=counts.__getitem__, default=0)

    @cached_property
    def leniency_interval(self) -> tuple[Floats, Floats]:
        """(R,) between which two points the leniency of each reviewer lies, in 95 of 100 cases."""
        leniency, error = self.calibration.leniency, self.calibration.leniency_error
        return leniency - 1.96 * error, leniency + 1.96 * error

    @cached_property
    def widest_leniency(self) -> int:
        """To how many whole points on either side leniencies are drawn."""
        low, high = self.leniency_interval
        return max(1, math.ceil(max(float(-low.min()), float(high.max())))) if len(low) else 1

    @cached_property
    def shares(self) -> dict[int, float]:
        """In which share of the stress test's variants an application is chosen; the others in none."""
        return self.stress.shares()

    def chance(self, application: int) -> float | None:
        at = self.row.get(application)
        return None if at is None else float(self.chances[at])

    def above(self, first: int, second: int) -> float:
        """The chance that one is truly above the other, 0 to 1."""
        return above(self.calibration, first, second)


_kept: OrderedDict[tuple, Findings] = OrderedDict()
_working = Lock()  # two requests for the same page wait for one calculation


def of(call: Call, *, without: frozenset[int] = frozenset()) -> Findings:
    """The findings of a call as its marks stand now, worked out as if some of its applications were not there.

    `without` are those that somebody may not see (`Sight.unseen`): the marks of each move the scores of all others, so a
    row that is only left out of a list could be told from the rest.
    """
    call = Call.objects.select_related("programme").get(pk=call.pk)
    settings = (call.seats, call.reviews_per_application, call.marks_that_count)
    state = (call.pk, call.findings_version, *settings, without)
    with _working:
        found = _kept.get(state)
        if found is None:
            found = _kept[state] = _find(call, without)
        _kept.move_to_end(state)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _find(call: Call, without: frozenset[int]) -> Findings:
    (before, after), needed = marks(call, without=without), quorum(call)
    read = after if call.marks_that_count == Call.MarksThatCount.AFTER else before
    calibration, spread = calibrate_counted(read, before)
    eligible = Application.objects.filter(call=call).exclude(pk__in=without).eligible()
    return Findings(
        marks=read,
        before=before,
        after=after,
        spread=spread,
        calibration=calibration,
        standings=rank(
            read, scores=calibration.score, applications=eligible.values_list("pk", flat=True), quorum=needed
        ),
        chances=top_k(calibration, [call.seats])[:, 0],
        seats=call.seats,
        quorum=needed,
        homes={
            application: min(close)
            for application, close in partners_of_founders(call).items()
            if application not in without
        },
    )
