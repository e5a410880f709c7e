"""Texts and sessions for both sites: the same sizes, the same people."""

import random

APPLICATIONS, REVIEWERS, EACH = 2000, 40, 3
APPLICANTS = 4000  # a new one for each application that is measured, so that nobody's own pages grow
SHORT, LONG = 50, 250  # assignments in the queues of the first two reviewers
WORDS = (
    "market climate battery platform patient farmer logistics payment model sensor grid credit tenant school "
    "robot water carbon supply clinic energy licence weights corpus speech vision retrieval latency"
).split()
_random = random.Random(42)


def text(words: int) -> str:
    return " ".join(_random.choice(WORDS) for _ in range(words)).capitalize() + "."


def long_text() -> str:
    return text(50) + "\n\n" + text(50)


_quality = [_random.gauss(5.5, 1.5) for _ in range(APPLICATIONS)]
_leniency = [_random.gauss(0, 0.7) for _ in range(REVIEWERS)]


def marks(count: int, application: int = 0, reviewer: int = 0) -> list[int]:
    """Some applications are better and some reviewers kinder, so that a ranking has something to find."""
    middle = _quality[application] + _leniency[reviewer]
    return [min(10, max(0, round(_random.gauss(middle, 1.2)))) for _ in range(count)]


def assignments() -> list[tuple[int, int]]:
    """(application, reviewer) by number: three readers each, a queue of 50, one of 250, the others even."""
    asked = [SHORT, LONG] + [(APPLICATIONS * EACH - SHORT - LONG) // (REVIEWERS - 2)] * (REVIEWERS - 2)
    left = dict(enumerate(asked))
    pairs = []
    for application in range(APPLICATIONS):
        readers = sorted(left, key=lambda reader: -left[reader])[:EACH]
        for reader in readers:
            left[reader] -= 1
            pairs.append((application, reader))
    return pairs


def sign_in(users) -> list[str]:
    """A session for each of these people; its key is the cookie."""
    from datetime import UTC, datetime, timedelta

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils.crypto import get_random_string

    store, until = SessionStore(), datetime.now(UTC) + timedelta(days=1)
    sessions = [
        Session(
            session_key=get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789"),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for user in users
    ]
    Session.objects.bulk_create(sessions, batch_size=2000)
    return [session.session_key for session in sessions]
