"""Closing an account: asked for, undone within fourteen days, else done, with a certificate of what was emptied.

The row of the person stays, under what they were instead of who: others' work points at it. What hangs on them in a
room, the room empties itself:

    @closing.refusals
    def holds_a_place(user, now): yield Refusal(_("…"), url, words)   # what must be settled first

    @closing.emptied
    def own_goals(user, now): yield Emptied(_("goals"), 3)            # does it, and says what it did
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accelerator import clock, history
from accelerator.announcements.models import Announcement, AnnouncementPutAway
from accelerator.calendar.models import CalendarAnswer, CalendarEntry, CalendarFeed, CalendarReply
from accelerator.groups.models import GroupMessage
from accelerator.messages.models import OutboxMessage
from accelerator.people import roles
from accelerator.people.models import AddressChange, SignedIn
from accelerator.policies.models import ConductContact, PolicyAcceptance
from accelerator.privacy import certificates, notices, tombstones, words
from accelerator.privacy.certificates import Emptied, Stays
from accelerator.privacy.models import AccountClosing, Certificate, DataExport
from accelerator.records.history import HistoryEntry
from accelerator.records.people import Invitation, Role, User
from accelerator.records.startups import TeamMember
from accelerator.registry import Registry
from accelerator.transitions import NotAllowed

DELAY = timedelta(days=14)
GONE = "–"  # where a signature stood
KIND = "account"
NOWHERE = "erased.invalid"  # the domain of addresses that are none
refusals = Registry()
emptied = Registry()

STAYS = [
    Stays(
        _lazy("history"),
        _lazy("Who did what when, without words; its chain proves that nothing was changed."),
    ),
    Stays(_lazy("hashes"), _lazy("Of what was submitted: receipts and published lists go on being true.")),
    Stays(
        _lazy("marks"),
        _lazy("Of applications and by reviewers, under no name: a decision has to be explained."),
    ),
    Stays(_lazy("shared work"), _lazy("What a team wrote together stays with those who are left in it.")),
]


@dataclass(frozen=True)
class Refusal:
    """What must be settled before an account can be closed, and where."""

    sentence: str
    url: str = ""
    words: str = ""


def why_not(user: User, now: datetime) -> list[Refusal]:
    return [refusal for ask_room in refusals for refusal in ask_room(user, now)]


def pending(user: User) -> AccountClosing | None:
    return AccountClosing.objects.filter(user=user, undone_at=None, done_at=None).first()


@refusals
def only_manager(user: User, now: datetime) -> Iterator[Refusal]:
    for role in Role.objects.live().filter(user=user).select_related("programme", "user"):
        if sentence := roles.why_it_must_stay(role):
            yield Refusal(sentence)


@transaction.atomic
def ask(user: User, *, now: datetime, is_idle: bool = False) -> AccountClosing:
    """Close it in fourteen days. The mail that says so holds a link that undoes it. `is_idle`: nobody asked, but nobody
    has used it for long either."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if found := pending(user):
        return found
    if settle := why_not(user, now):
        raise NotAllowed(settle[0].sentence)
    token = secrets.token_urlsafe(32)
    closing = AccountClosing.objects.create(
        user=user, asked_at=now, due_at=now + DELAY, token_hash=_hash(token)
    )
    history.record("user.closing_asked", user, by=None if is_idle else user, now=now)
    notices.closing_asked(closing, token, is_idle=is_idle)
    return closing


@transaction.atomic
def undo(closing: AccountClosing, *, now: datetime) -> None:
    """By its owner, or by whoever holds the link of the mail."""
    free = AccountClosing.objects.filter(pk=closing.pk, undone_at=None, done_at=None, due_at__gt=now)
    if not free.update(undone_at=now):
        raise NotAllowed(_("This can no longer be undone."))
    history.record("user.closing_undone", closing.user, by=closing.user, now=now)
    notices.closing_undone(closing, now=now)


def find(token: str) -> AccountClosing | None:
    return AccountClosing.objects.select_related("user").filter(token_hash=_hash(token)).first()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


# --- Doing it -----------------------------------------------------------------------------------------
@transaction.atomic
def carry_out(closing: AccountClosing, *, now: datetime) -> Certificate | None:
    """Once its time has come. Where something has to be settled first, the person is told, and it is as if undone."""
    free = AccountClosing.objects.select_for_update(of=("self",)).filter(undone_at=None, done_at=None)
    current = free.filter(pk=closing.pk, due_at__lte=now).select_related("user").first()
    if current is None:
        return None
    if settle := why_not(current.user, now):
        AccountClosing.objects.filter(pk=current.pk).update(undone_at=now)
        notices.closing_refused(current, settle[0].sentence, now=now)
        return None
    AccountClosing.objects.filter(pk=current.pk).update(done_at=now)
    return erase(current.user, now=now)


@transaction.atomic
def erase(user: User, *, now: datetime, tells: bool = True) -> Certificate:
    """Empty everything about a person, for good."""
    before = User.objects.select_for_update().get(pk=user.pk)
    was = _what_they_were(before)
    for role in Role.objects.live().filter(user=before):
        roles.end(role, by=before, reason="", now=now)
    done = [one for room in emptied for one in room(before, now)]
    instead = words.somebody_who_left(was)
    done += _empty_core(before, instead)
    history.record("user.closed", before, by=None, now=now)
    certificate = certificates.write(KIND, before, done, STAYS, now=now)
    address = before.email
    _forget(before, instead)
    if tells:
        notices.account_closed(address, certificate, now=now)
    cache.clear()
    public_id = before.public_id
    transaction.on_commit(lambda: tombstones.set_up(KIND, public_id, now))
    return certificate


def _what_they_were(user: User) -> str:
    """What most of what stays points at them as."""
    held = set(Role.objects.filter(user=user).values_list("kind", flat=True))
    if TeamMember.objects.filter(user=user).exists():
        return "founder"
    return next((kind for kind in ("reviewer", "mentor", "manager") if kind in held), "")


def _empty_core(user: User, instead: str) -> Iterator[Emptied]:
    to_them = OutboxMessage.objects.filter(Q(recipient=user) | Q(to_email__iexact=user.email))
    yield Emptied(_("mails to them"), words.empty_mails(to_them))
    to_them.update(to_email=_nowhere(user), address_is_fixed=True)
    before = AddressChange.objects.filter(user=user).values_list("from_email", flat=True)
    names = [user.email, user.name, *before]
    yield Emptied(
        _("mails that name them"), words.replace_in_mails(OutboxMessage.objects.all(), names, instead)
    )
    to_groups = words.replace_in_group_messages(GroupMessage.objects.all(), names, instead)
    yield Emptied(_("messages to groups that name them"), to_groups)
    announced = words.replace_in_announcements(Announcement.objects.all(), names, instead)
    yield Emptied(_("announcements that name them"), announced)
    AnnouncementPutAway.objects.filter(person=user).delete()
    yield Emptied(_("answers and notes that name them"), words.replace_in_threads(names, instead))
    about_them = Q(object_type=User._meta.label_lower, object_id=user.pk)
    for model in (Role, Invitation):
        rows = model._default_manager.filter(Q(user=user) if model is Role else Q(email=user.email))
        about_them |= Q(object_type=model._meta.label_lower, object_id__in=rows.values("pk"))
    yield Emptied(_("reasons and values"), words.erase_words(HistoryEntry.objects.filter(about_them)))
    yield Emptied(_("reasons and values"), words.erase_words(words.entries_that_say(names)))
    invited = Invitation.objects.filter(email=user.email)
    yield Emptied(_("invitations"), invited.update(email=_nowhere(user)))
    yield Emptied(_("calendar entries"), CalendarEntry.objects.filter(recipient=user).delete()[0])
    yield Emptied(_("answers to invitations"), CalendarAnswer.objects.filter(user=user).delete()[0])
    from_them = CalendarReply.objects.filter(Q(user=user) | Q(from_address__iexact=user.email))
    yield Emptied(_("answers of calendars"), from_them.delete()[0])
    yield Emptied(_("addresses of calendars"), CalendarFeed.objects.filter(user=user).delete()[0])
    TeamMember.objects.filter(user=user).update(title="")
    signed = PolicyAcceptance.objects.filter(person=user).exclude(name="")
    yield Emptied(_("signatures under policies"), signed.update(name=GONE))
    ConductContact.objects.filter(email=user.email).delete()
    for export in DataExport.objects.filter(user=user):
        export.content.delete(save=False)
        export.delete()


def _forget(user: User, instead: str) -> None:
    """The account itself: no address, no name, and nothing to sign in with."""
    for model in (EmailAddress, Authenticator, SocialAccount, SignedIn, AddressChange):
        model._default_manager.filter(user=user).delete()
    for session in Session.objects.filter(expire_date__gt=clock.real_now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
    user.email, user.name, user.title = _nowhere(user), instead, ""
    user.time_zone = User._meta.get_field("time_zone").default
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()


def _nowhere(user: User) -> str:
    return f"{user.public_id}@{NOWHERE}"


def is_closed(user: User) -> bool:
    return user.email == _nowhere(user)


@tombstones.replays(KIND)
def close_anew(public_id: str, now: datetime) -> bool:
    """After a restore: the person was told when it was done."""
    user = User.objects.filter(public_id=public_id).first()
    if user is None or is_closed(user):
        return False
    erase(user, now=now, tells=False)
    return True
