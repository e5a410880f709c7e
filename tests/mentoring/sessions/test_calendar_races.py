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

from accelerator.models import OutboxMessage, Role, TeamMember
from accelerator.people import roles
from accelerator.transitions import NotAllowed
from applications.applying import team
from mentoring.models import MentoringSession
from mentoring.sessions import booking, notices

PAIRS = 200
SLOT = timedelta(minutes=45)
SENT, WAITING, SENDING = OutboxMessage.Status.SENT, OutboxMessage.Status.WAITING, OutboxMessage.Status.SENDING


class People:
    """A mentor and a team of three; one of them may leave, and somebody may join."""

    def __init__(self):
        call = factories.make_call()
        self.membership = make_membership(call)
        self.mentor = make_mentor(call, "Hélène Kervella", meeting_link="https://meet.example/h")
        self.startup = self.membership.startup
        self.owner = self.startup.members.get(is_owner=True).user
        self.leaver, self.newcomer = factories.make_user("Tomas Riha"), factories.make_user("Nora Quist")


class Round:
    """A session just booked, and what may happen to it. Each act sees it as it was before the other one began."""

    def __init__(self, people: People, luck: random.Random):
        self.people, self.startup, self.owner = people, people.startup, people.owner
        self.member = TeamMember.objects.create(startup=self.startup, user=people.leaver)
        self.pk = booking.book(
            people.mentor,
            people.membership,
            starts_at=TUESDAY_14H,
            topic="Which test set?",
            by=self.owner,
            now=JANUARY,
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
            TeamMember.objects.create(startup=self.startup, user=self.people.newcomer)
            booking.invite_newcomer(self.startup, self.people.newcomer, now=JANUARY)

    def leave(self, _session):
        team.leave(self.member, now=JANUARY)

    def mentor_leaves(self, _session):
        roles.end(self._role().get(), by=None, reason="A new post", now=JANUARY)

    def tidy_up(self):
        """The hour is free for the next round, and everybody is as they were."""
        MentoringSession.objects.filter(pk=self.pk).update(status=MentoringSession.Status.CANCELLED)
        TeamMember.objects.filter(startup=self.startup, is_owner=False).delete()
        if not self._role().exists():
            roles.grant(self.people.mentor.user, self.people.mentor.programme, "mentor", now=JANUARY)

    def _role(self):
        return Role.objects.live().filter(user=self.people.mentor.user, kind="mentor")


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
            assert (last.method == "REQUEST") == (person in expected), (
                "it holds what is not, or lacks what is"
            )
            if person in expected:
                assert (last.starts_at, last.ends_at) == (session.starts_at, session.ends_at), (
                    "it holds another time"
                )
        assert expected <= {person for person, _address in chains}, "somebody was never invited"
    except AssertionError as fault:
        return str(fault) or "it reads differently"
    return ""


@pytest.mark.django_db(transaction=True)
def test_calendars_agree_with_the_session_after_two_hundred_races():
    factories.at(JANUARY)
    people, luck = People(), random.Random(2024)
    kinds = [KINDS[0]] * (PAIRS // 4)
    kinds += [luck.choice(KINDS) for _ in range(PAIRS - len(kinds))]
    luck.shuffle(kinds)
    faults, refused = Counter(), Counter()
    with ThreadPoolExecutor(2) as pool:
        for names in kinds:
            played = Round(people, luck)
            acts = [partial(getattr(played, name), played.session()) for name in names]
            outcomes = race(pool, acts, [luck.choice([0, 0, 0.002, 0.005]) for _ in names])
            assert None in outcomes, "one of the two goes through"
            refused[names] += any(outcomes)
            if fault := faults_of(played):
                faults[" and ".join(names), fault.splitlines()[0]] += 1
            played.tidy_up()
        list(pool.map(lambda _: (time.sleep(0.05), connections.close_all()), range(2)))
    assert sum(refused.values()) >= PAIRS // 8, f"too few met each other: {refused}"
    assert not faults, f"{sum(faults.values())} of {PAIRS}: {faults}"
