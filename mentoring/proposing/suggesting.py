"""Who will have too little in the coming two weeks, and whom they could meet: asked in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Q

from cohorts.admission.models import Cohort, Membership
from mentoring.mentors.availability import Slot
from mentoring.mentors.models import Mentor
from mentoring.proposing.models import ProposedSession
from mentoring.sessions.models import MentoringSession
from mentoring.sessions.openings import COUNTED_BACK, Openings

AHEAD = timedelta(days=14)
TIME_TO_ANSWER = timedelta(days=1)  # at least, before a mentor's notice begins
NEAREST, TIMES = 6, 3  # mentors looked at for each startup, and days of each


@dataclass(frozen=True)
class Suggestion:
    """A startup with nothing booked ahead, and an hour that both have; without a slot nobody has time."""

    member: Membership
    mentor: Mentor | None = None
    slot: Slot | None = None
    shared: int = 0  # topics of both
    is_new: bool = False  # they have not met


def with_too_little(cohort: Cohort, members: Sequence[Membership], now: datetime) -> list[Membership]:
    """Nothing booked in the two weeks from now, while the cohort runs, and nothing proposed that still waits."""
    if not cohort.starts_at <= now < cohort.ends_at:
        return []
    ahead = MentoringSession.objects.upcoming(now).filter(starts_at__lt=now + AHEAD)
    met = set(ahead.filter(membership__in=members).values_list("membership", flat=True))
    waiting = ProposedSession.objects.waiting(now).filter(membership__in=members)
    asked = set(waiting.values_list("membership", flat=True))
    return [member for member in members if member.pk not in met | asked]


def suggestions(cohort: Cohort, members: Sequence[Membership], now: datetime) -> list[Suggestion]:
    """One for each of those with too little, chosen for all of them together."""
    from mentoring.proposing import matching

    needy = with_too_little(cohort, members, now)
    if not needy:
        return []
    world = _World(cohort, needy, now)
    chances = [chance for member in needy for chance in world.chances(member)]
    chosen = {chance.startup: chance for chance in matching.best(chances)}
    return [world.suggestion(member, chosen.get(member.pk)) for member in needy]


class _World:
    """All that is in the way of these startups and of all mentors, read once."""

    def __init__(self, cohort: Cohort, members: list[Membership], now: datetime):
        self.now, self.until = now, now + AHEAD
        mentors = Mentor.objects.active().filter(programme=cohort.programme).for_booking()
        self.mentors = {mentor.pk: mentor for mentor in mentors.order_by("pk")}
        self.events = list(cohort.call.events.binding())
        self.by_user: dict[int, list[MentoringSession]] = defaultdict(list)
        self.by_startup: dict[int, list[MentoringSession]] = defaultdict(list)
        self.met: dict[int, set[int]] = defaultdict(set)
        self.load: dict[int, int] = defaultdict(int)
        for session in self._sessions(members):
            self.by_user[session.mentor.user_id].append(session)
            self.by_startup[session.membership.startup_id].append(session)
            self.met[session.membership_id].add(session.mentor_id)
            self.load[session.mentor_id] += session.ends_at > now - COUNTED_BACK
        waiting = ProposedSession.objects.waiting(now).filter(mentor__in=self.mentors)
        self.proposed = set(waiting.values_list("mentor", "starts_at"))

    def _sessions(self, members: list[Membership]) -> Iterable[MentoringSession]:
        users = [mentor.user_id for mentor in self.mentors.values()]
        startups = [member.startup_id for member in members]
        recent = Q(mentor__user__in=users, ends_at__gt=self.now - COUNTED_BACK)
        theirs = Q(membership__startup__in=startups)
        sessions = MentoringSession.objects.occupying().filter(recent | theirs)
        return sessions.select_related("mentor__user", "membership")

    def fit(self, member: Membership, mentor: Mentor) -> float:
        """Shared topics first, then somebody new, then who gave little of late."""
        shared = len(set(member.topics) & set(mentor.topics))
        return 20 * min(shared, 3) + 10 * self.is_new(member, mentor) - min(self.load[mentor.pk], 9)

    def is_new(self, member: Membership, mentor: Mentor) -> bool:
        return mentor.pk not in self.met[member.pk]

    def chances(self, member: Membership):
        from mentoring.proposing.matching import Chance

        ranked = sorted(self.mentors.values(), key=lambda mentor: (-self.fit(member, mentor), mentor.pk))
        for mentor in ranked[:NEAREST]:
            worth = 30 + self.fit(member, mentor)
            for rank, slot in enumerate(self._times(member, mentor)):
                day = slot.starts_at.astimezone(mentor.zone).date()
                yield Chance(member.pk, mentor.pk, slot.starts_at, day, worth - rank)

    def _times(self, member: Membership, mentor: Mentor) -> Iterable[Slot]:
        """The first free time of each of the first days."""
        near = {one.pk: one for one in self.by_user[mentor.user_id] + self.by_startup[member.startup_id]}
        opened = Openings(mentor, member, self.now, list(near.values()), self.events)
        first: dict[object, Slot] = {}
        for slot in islice(opened.offered(), 200):
            if slot.starts_at >= self.until or len(first) == TIMES:
                break
            is_asked = (mentor.pk, slot.starts_at) in self.proposed
            if slot.starts_at >= opened.earliest + TIME_TO_ANSWER and not is_asked:
                first.setdefault(slot.starts_at.astimezone(mentor.zone).date(), slot)
        return list(first.values())[:TIMES]

    def suggestion(self, member: Membership, chance) -> Suggestion:
        if chance is None:
            return Suggestion(member)
        mentor = self.mentors[chance.mentor]
        slot = Slot(chance.starts_at, chance.starts_at + timedelta(minutes=mentor.session_minutes))
        shared = len(set(member.topics) & set(mentor.topics))
        return Suggestion(member, mentor, slot, shared, self.is_new(member, mentor))
