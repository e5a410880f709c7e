"""Where somebody is signed in: listed, ended, and ended by itself when it is not used.

Each session knows when it began and was last used; a row beside it, written every few minutes at most, lets its owner
see it. All of this goes by the machine's clock: a rehearsed jump of a month signs nobody out.
"""

import re
import time
from datetime import UTC, datetime, timedelta

from allauth.account.signals import email_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accelerator import clock
from accelerator.people.models import SignedIn
from accelerator.records.people import Role, User

WRITTEN_EVERY = 5 * 60  # seconds
LONGEST = timedelta(days=30)
IDLE = timedelta(days=14)
IDLE_WITHOUT_TRUST = timedelta(hours=12)
STAYS = "stay_signed_in"  # in the session: this is one's own device, as was ticked when signing in
_KEPT = "signed_in"  # in the session: when it began, was used, how long it may rest, and its row

_BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
             ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")]  # fmt: skip
_SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")]  # fmt: skip


def device(user_agent: str) -> str:
    """“Firefox on Windows”."""
    browser = next((name for sign, name in _BROWSERS if re.search(rf"\b{sign}\w*/", user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown device")


def longest_rest(user: User, *, stays: bool) -> timedelta:
    """How long a session may go unused: half a day for whoever sees what others entrusted to us."""
    if user.is_superuser:
        return IDLE_WITHOUT_TRUST
    kinds = set(Role.objects.live().filter(user=user).values_list("kind", flat=True))
    if Role.Kind.MANAGER in kinds or (kinds and not stays):
        return IDLE_WITHOUT_TRUST
    return IDLE


def note_use(request: HttpRequest, user: User) -> bool:
    """Whether the session still counts. Its last use is written every few minutes at most."""
    session, now = request.session, time.time()
    kept = session.get(_KEPT)
    if kept is None or kept["user"] != user.pk:
        kept = {"user": user.pk, "began": now, "used": 0, "rest": 0, "key": ""}
    elif now - kept["began"] >= LONGEST.total_seconds() or now - kept["used"] >= kept["rest"]:
        return False
    if now - kept["used"] < WRITTEN_EVERY and kept["key"] == session.session_key:
        return True
    if kept["key"] not in ("", session.session_key):  # the same session under a new key
        SignedIn.objects.filter(session_key=kept["key"]).update(session_key=session.session_key)
    rest = longest_rest(user, stays=bool(session.get(STAYS))).total_seconds()
    session[_KEPT] = {**kept, "used": now, "rest": rest, "key": session.session_key}
    row = SignedIn(
        session_key=session.session_key or "",
        user=user,
        device=device(request.headers.get("User-Agent", ""))[:80],
        began_at=datetime.fromtimestamp(kept["began"], UTC),
        used_at=datetime.fromtimestamp(now, UTC),
    )
    SignedIn.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["user", "device", "used_at"],
    )
    return True


@receiver(user_logged_in)
def begin(sender, request, user: User, **_more) -> None:
    if not request.session.session_key:  # somebody else was signed in here, whose session is gone
        request.session.create()
    note_use(request, user)


@receiver(user_logged_out)
def forget(sender, request, user: User | None, **_more) -> None:
    SignedIn.objects.filter(session_key=request.session.session_key or "").delete()


@receiver([email_changed, authenticator_added, authenticator_removed, authenticator_reset])
def end_others_after_a_change(sender, request, user: User, **_more) -> None:
    """Whoever changes how the account is protected is left alone with it."""
    if request.user.is_authenticated:
        end_others(request)


def of(user: User) -> QuerySet[SignedIn]:
    """Where this person is signed in now, last used first."""
    live = Session.objects.filter(expire_date__gt=clock.real_now()).values("session_key")
    return SignedIn.objects.filter(user=user, session_key__in=live).order_by("-used_at")


def end(rows: QuerySet[SignedIn]) -> int:
    """Sign out there. Returns how many."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignedIn.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all(user: User) -> int:
    return end(SignedIn.objects.filter(user=user))


def end_others(request: HttpRequest) -> int:
    """Everywhere but here."""
    others = SignedIn.objects.filter(user=request.user.pk).exclude(session_key=request.session.session_key)
    return end(others)
