"""What a call's readings say once they are calibrated: the numbers behind ranking, agreement and dossier.

Worked out when somebody looks, and kept in this process until a mark, a verdict or the rubric changes: the
key is a hash of all that goes in, so nothing has to be told that it is out of date.
"""

import hashlib
import json
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from django.db import connection

from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import partners_of_founders
from applications.reviewing.marks import marks, quorum
from applications.reviewing.models import HIGHEST
from applications.scoring import flags
from applications.scoring.agreement import Agreement, agreement, agreement_per_criterion
from applications.scoring.calibration import MODEL, Calibration, Spread, calibrate, learn_spread
from applications.scoring.comparability import Comparability, comparability
from applications.scoring.probability import above, tied_at_the_cut, top_k
from applications.scoring.ranking import Cut, Quorum, Standing, cut, rank
from applications.scoring.readings import Floats, Readings
from applications.scoring.robustness import Stress, stress

KEPT = 8  # calls whose findings a process remembers


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that a page may ask; what few ask is worked out on the first question.

    Applications and reviewers are named by their primary keys. Arrays follow `readings.applications` and
    `readings.reviewers`, as in the scoring package.
    """

    readings: Readings
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
        return {int(application): at for at, application in enumerate(self.readings.applications)}

    @cached_property
    def totals(self) -> dict[int, list[float]]:
        """What the readers of each application gave."""
        totals = defaultdict(list)
        for application, total in zip(
            self.readings.application.tolist(), self.readings.totals.tolist(), strict=True
        ):
            totals[application].append(total)
        return dict(totals)

    @cached_property
    def can_compare(self) -> bool:
        """Somebody read what another read too; before that, nothing tells lenient from good."""
        return bool((self.readings.per_application > 1).any())

    @cached_property
    def standing(self) -> dict[int, Standing]:
        return {line.application: line for line in self.standings}

    @cached_property
    def incomplete(self) -> int:
        """How many have no place yet."""
        return sum(not line.is_complete for line in self.standings)

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

    @property
    def cut_score(self) -> float | None:
        """The score of the last inside."""
        return self.standing[self.edge[0]].score if self.edge else None

    @cached_property
    def tied(self) -> tuple[int, ...]:
        """Those whom the readings cannot tell apart at the last seat, best first."""
        return tied_at_the_cut(self.calibration, self.standings, self.seats)

    @cached_property
    def tied_ones(self) -> frozenset[int]:
        """The same, to look somebody up: with three readings each, hundreds of 2,000 are tied."""
        return frozenset(self.tied)

    @cached_property
    def stress(self) -> Stress:
        return stress(self.readings, seats=self.seats, quorum=self.quorum)

    @cached_property
    def unusual(self) -> tuple[flags.UnusualReading, ...]:
        return flags.unusual_readings(self.calibration)

    @cached_property
    def unusual_readings(self) -> Counter[int]:
        """How many readings of an application are unusual."""
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
        return flags.ceiling(self.readings, [HIGHEST] * len(self.readings.weights))

    @cached_property
    def agreement(self) -> Agreement:
        return agreement(self.readings)

    @cached_property
    def agreement_per_criterion(self) -> tuple[Agreement, ...]:
        return agreement_per_criterion(self.readings)

    @cached_property
    def comparability(self) -> Comparability:
        return comparability(zip(self.readings.application, self.readings.reviewer, strict=True))

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


_kept: OrderedDict[str, Findings] = OrderedDict()
_working = Lock()  # two who open a page at once wait for one working out


def of(call: Call) -> Findings:
    """The findings of a call as its marks stand now."""
    key = fingerprint(call)
    with _working:
        found = _kept.get(key)
        if found is None:
            found = _kept[key] = _find(call)
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _find(call: Call) -> Findings:
    read, needed = marks(call), quorum(call)
    spread = learn_spread(read)
    calibration = calibrate(read, spread)
    eligible = Application.objects.filter(call=call).eligible().values_list("pk", flat=True)
    return Findings(
        readings=read,
        spread=spread,
        calibration=calibration,
        standings=rank(read, scores=calibration.score, applications=eligible, quorum=needed),
        chances=top_k(calibration, [call.seats])[:, 0],
        seats=call.seats,
        quorum=needed,
        homes={application: min(close) for application, close in partners_of_founders(call).items()},
    )


# What the findings depend on, in one question and written out: building it as querysets took longer than answering it.
# It digests what the rules read (status, verdict, seal, withdrawal), not who passes them, so that it stays true when
# they change. The seed makes each digest its row's own: in a bare sum, two rows could exchange their values unseen.
_INPUTS = """
WITH of_partners AS MATERIALIZED (  -- few, and found before anything is joined
    SELECT id, email FROM accelerator_user WHERE split_part(email, '@', -1) = ANY (ARRAY(
        SELECT lower(domain #>> '{}')
          FROM accelerator_partner CROSS JOIN LATERAL jsonb_path_query(domains, '$[*]') domain
         WHERE programme_id = %(programme)s
    ))
)
SELECT
    (SELECT sum(hash_record_extended(ROW(status, sealed_at, eligibility), id))
       FROM applications_application WHERE call_id = %(call)s),
    (SELECT sum(hash_record_extended(ROW(review.status, review.submitted_at, assignment.withdrawn_at), review.id))
       FROM applications_review review
       JOIN applications_assignment assignment ON assignment.id = review.assignment_id
       JOIN applications_application application ON application.id = assignment.application_id
      WHERE application.call_id = %(call)s),
    (SELECT string_agg(recusal.id::text, ' ' ORDER BY recusal.id)
       FROM applications_recusal recusal
       JOIN applications_application application ON application.id = recusal.application_id
      WHERE application.call_id = %(call)s),
    (SELECT string_agg(concat(id, ':', partner_id), ' ' ORDER BY id)
       FROM applications_reviewer WHERE call_id = %(call)s),
    (SELECT string_agg(concat(id, ':', weight), ' ' ORDER BY position)
       FROM applications_criterion WHERE call_id = %(call)s),
    -- founders who write from a partner's domain, as `conflicts.partners_of_founders` reads them
    (SELECT string_agg(concat(application.id, ':', of_partners.email), ' ' ORDER BY application.id, of_partners.id)
       FROM of_partners
       JOIN accelerator_teammember member ON member.user_id = of_partners.id AND member.left_at IS NULL
       JOIN applications_application application ON application.startup_id = member.startup_id
      WHERE application.call_id = %(call)s),
    (SELECT string_agg(concat(id, ':', domains), ' ' ORDER BY id)
       FROM accelerator_partner WHERE programme_id = %(programme)s)
"""


def fingerprint(call: Call) -> str:
    """SHA-256 of everything that the findings depend on.

    A review whose marks change is submitted anew, so when each was submitted stands for its marks. PostgreSQL digests
    these rows, which are not fetched.
    """
    with connection.cursor() as cursor:
        cursor.execute(_INPUTS, {"call": call.pk, "programme": call.programme_id})
        inputs = cursor.fetchone()
    needed = quorum(call)
    promised = [call.pk, MODEL, call.seats, needed.readings, needed.organisations]
    return hashlib.sha256(json.dumps([*promised, *inputs], default=str).encode()).hexdigest()
