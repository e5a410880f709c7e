"""Two people change one session at the same moment, 200 times over: whatever comes of it, every calendar agrees."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import calendar_chains
import factories
import pytest
from django.db import close_old_connections, connections, transaction
from factories_cohort import JANUARY, TUESDAY_14H, make_membership, make_mentor

from accelerator import roles
from accelerator.models import OutboxMessage, Role, TeamMember
from accelerator.transitions import NotAllowed
from applications import team
from mentoring import booking, notices
from mentoring.models import Mentor, MentoringSession

PAIRS = 200
SLOT = timedelta(minutes=45)
SENT, WAITING, SENDING = OutboxMessage.Status.SENT, OutboxMessage.Status.WAITING, OutboxMessage.Status.SENDING


class Round:
    """A session just booked, and what may happen to it. Each act sees it as it was before the other one began."""

    def __init__(self, mentor: Mentor, membership, number: int, luck: random.Random):
        self.owner = membership.startup.members.get(is_owner=True).user
        self.startup, self.mentor = membership.startup, mentor
        self.leaver = TeamMember.objects.create(startup=self.startup, user=factories.make_user())
        self.newcomer = factories.make_user()
        self.role = Role.objects.live().get(user=mentor.user, kind="mentor")
        self.pk = booking.book(
            mentor, membership, starts_at=TUESDAY_14H, topic=f"Question {number}", by=self.owner, now=JANUARY
        ).pk
        for mail in OutboxMessage.objects.filter(object_id=self.pk):
            mail.status = luck.choice([SENT, SENT, WAITING, SENDING])
            mail.save(update_fields=["status"])

    def session(self) -> MentoringSession:
        return MentoringSession.objects.with_both_sides().get(pk=self.pk)

    def move(self, session):
        booking.reschedule(session, starts_at=TUESDAY_14H + SLOT, by=self.owner, now=JANUARY)

    def move_later(self, session):
        booking.reschedule(session, starts_at=TUESDAY_14H + 2 * SLOT, by=self.owner, now=JANUARY)

    def cancel(self, session):
        booking.cancel(session, reason="Ill", by=self.owner, now=JANUARY)

    def join(self, _session):
        with transaction.atomic():
            TeamMember.objects.create(startup=self.startup, user=self.newcomer)
            booking.invite_newcomer(self.startup, self.newcomer, now=JANUARY)

    def leave(self, _session):
        team.leave(self.leaver, now=JANUARY)

    def mentor_leaves(self, _session):
        roles.end(self.role, by=None, reason="A new post", now=JANUARY)

    def tidy_up(self):
        """The hour is free for the next round, and everybody is as they were."""
        MentoringSession.objects.filter(pk=self.pk).update(status=MentoringSession.Status.CANCELLED)
        TeamMember.objects.filter(startup=self.startup, is_owner=False).delete()
        if not Role.objects.live().filter(user=self.mentor.user, kind="mentor").exists():
            roles.grant(self.mentor.user, self.mentor.programme, "mentor", now=JANUARY)


KINDS = [
    ("move", "cancel"),
    ("move", "move_later"),
    ("move", "join"),
    ("move", "leave"),
    ("cancel", "cancel"),
    ("cancel", "join"),
    ("cancel", "leave"),
    ("join", "leave"),
    ("move", "mentor_leaves"),
    ("cancel", "mentor_leaves"),
    ("leave", "mentor_leaves"),
]


def race(pool: ThreadPoolExecutor, acts, pauses) -> list:
    """Both at once, each on a connection of its own; what each raised, or None."""
    ready = threading.Barrier(2)

    def run(act, pause):
        close_old_connections()
        ready.wait(timeout=10)
        time.sleep(pause)
        try:
            act()
        except NotAllowed as refusal:
            return refusal
        return None

    return [
        future.result(timeout=60)
        for future in [pool.submit(run, *pair) for pair in zip(acts, pauses, strict=True)]
    ]


def faults_of(played: Round) -> str:
    session = played.session()
    expected = {person.pk for person in notices.people(session)} if session.is_booked else set()
    chains = calendar_chains.chains(session)
    try:
        for (person, _address), chain in chains.items():
            calendar_chains.check(chain)
            last = chain[-1]
            assert (last.method == "REQUEST") == (person in expected), f"{last} for {person}"
            if person in expected:
                assert (last.starts_at, last.ends_at) == (session.starts_at, session.ends_at), last
        assert expected <= {person for person, _address in chains}, "somebody was never invited"
    except AssertionError as fault:
        return str(fault) or "it reads differently"
    return ""


@pytest.mark.django_db(transaction=True)
def test_calendars_agree_with_the_session_after_two_hundred_races():
    factories.at(JANUARY)
    call, luck = factories.make_call(), random.Random(2024)
    membership, mentor = (
        make_membership(call),
        make_mentor(call, "Hélène Kervella", meeting_link="https://meet.example/h"),
    )
    kinds = [KINDS[0]] * (PAIRS // 4)
    kinds += [luck.choice(KINDS) for _ in range(PAIRS - len(kinds))]
    luck.shuffle(kinds)
    faults, refused = Counter(), Counter()
    with ThreadPoolExecutor(2) as pool:
        for number, names in enumerate(kinds):
            played = Round(mentor, membership, number, luck)
            acts = [partial(getattr(played, name), played.session()) for name in names]
            outcomes = race(pool, acts, [luck.choice([0, 0, 0.002, 0.005]) for _ in names])
            assert None in outcomes, "one of the two goes through"
            refused[names] += any(outcomes)
            if fault := faults_of(played):
                faults[names, fault.splitlines()[0][:90]] += 1
            played.tidy_up()
        list(pool.map(lambda _: (time.sleep(0.05), connections.close_all()), range(2)))
    assert sum(refused.values()) >= PAIRS // 8, f"too few met each other: {refused}"
    assert not faults, f"{sum(faults.values())} of {PAIRS}: {faults}"
