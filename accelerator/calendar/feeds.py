"""Calendars that one subscribes to: a private address of one person, at which their calendar application reads.

The address is a secret of its person. It is made of a row and of the installation's key, so that a copy of the database
holds no address; a new one replaces the earlier, which leads nowhere from then on. What is read there is asked anew each
time, as this person: with their role it is gone.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accelerator.calendar import ical, showing
from accelerator.calendar.models import CalendarFeed
from accelerator.calendar.showing import Appointment, Looking, Subject
from accelerator.records import languages
from accelerator.records.fields import new_public_id
from accelerator.records.people import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst

BEFORE, AHEAD = timedelta(days=180), timedelta(days=400)
CANCELLED_FOR = timedelta(days=30)
_SIGNER = signing.Signer(salt="calendar-feed", sep="~")


# --- The address ------------------------------------------------------------------------------------------
def address(feed: CalendarFeed) -> str:
    return settings.BASE_URL + reverse("calendars:feed", args=[_SIGNER.sign(feed.secret)])


def by_token(token: str) -> CalendarFeed | None:
    """Whose it is, while that person has an account."""
    try:
        secret = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    feeds = CalendarFeed.objects.select_related("user").filter(user__is_active=True)
    return feeds.filter(secret=secret).first()


# --- Making it, anew, and taking it back ------------------------------------------------------------------
@transaction.atomic
def make(user: User, reference: str, *, now: datetime) -> CalendarFeed:
    """The address of a calendar; the one that there is, where it was made before."""
    subject = showing.subject(user, reference)
    if subject is None:
        raise NotAllowed(_("You cannot look at that calendar, or not any more."))
    feed, _made = CalendarFeed.objects.get_or_create(
        user=user, subject=subject.reference, defaults={"made_at": now}
    )
    return feed


@transaction.atomic
def make_anew(feed: CalendarFeed, *, seen: str, now: datetime) -> None:
    """Another address in its place; `seen` is the fingerprint of the one that the page showed."""
    locked = _locked_as_seen(feed, seen)
    locked.secret, locked.made_at = new_public_id(), now
    locked.save(update_fields=["secret", "made_at"])


@transaction.atomic
def take_back(feed: CalendarFeed, *, seen: str) -> None:
    """Whoever reads there finds nothing from now on."""
    _locked_as_seen(feed, seen).delete()


def fingerprint(feed: CalendarFeed) -> str:
    """Of its address, for pages: it leads nowhere."""
    return sha256(f"calendar-feed:{feed.secret}".encode()).hexdigest()[:16]


def _locked_as_seen(feed: CalendarFeed, seen: str) -> CalendarFeed:
    locked = CalendarFeed.objects.select_for_update().filter(pk=feed.pk).first()
    if locked is None or fingerprint(locked) != seen:
        raise SomebodyWasFirst(_("This address was made anew or taken back already. Nothing was changed."))
    return locked


# --- What is read there -----------------------------------------------------------------------------------
def subject_of(feed: CalendarFeed) -> Subject | None:
    """Whose calendar it is, while its reader may look at it."""
    return showing.subject(feed.user, feed.subject)


def entries(feed: CalendarFeed, subject: Subject, now: datetime) -> list[Appointment]:
    """In the reader's language: half a year back, a year and a little ahead, and for 30 days what was cancelled."""
    looking = Looking(feed.user, subject, now - BEFORE, now + AHEAD, cancelled_since=now - CANCELLED_FOR)
    with translation.override(languages.of(feed.user, None)):
        found = showing.seen_by(looking)
    return [replace(entry, url=settings.BASE_URL + entry.url) for entry in found]


def etag(subject: Subject, found: list[Appointment]) -> str:
    """Another one when any of it reads differently."""
    return f'"{sha256(repr((ical.FEED_FORM, subject, found)).encode()).hexdigest()[:32]}"'


def text(feed: CalendarFeed, subject: Subject, found: list[Appointment]) -> str:
    with translation.override(languages.of(feed.user, None)):
        return ical.published(found, name=calendar_name(subject))


def calendar_name(subject: Subject) -> str:
    return subject.name or _("Your programme")
