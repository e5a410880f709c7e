"""Who holds which role in a programme. Access to the dashboard (`is_staff`) follows from the roles, never the reverse.

What else the end of a role brings about, higher applications add in their own `departures.py`, and say it beforehand:

    @roles.consequences
    def readings_handed_back(role, now): yield _("…")   # sentences for the person about to end it

    @roles.ended
    def hand_readings_back(role, by, reason, now): …    # may return a Destination, where `by` goes on

    @roles.restored
    def give_readings_back(role, ended_at, now): return _("…")   # what is back, or what stays gone; "" for neither
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.messages.models import OutboxMessage
from accelerator.people.destinations import Destination
from accelerator.records.people import Role, User
from accelerator.records.programmes import Partner, Programme
from accelerator.registry import Registry
from accelerator.transitions import NotAllowed, SomebodyWasFirst

consequences = Registry()
ended = Registry()
restored = Registry()

TO_BE_UNDONE = timedelta(days=14)  # for so long an end can be undone


@transaction.atomic
def grant(
    user: User,
    programme: Programme,
    kind: str,
    *,
    partner: Partner | None = None,
    by: User | None = None,
    now: datetime,
) -> Role:
    """Give a role; a person who holds it already keeps it as it is."""
    role, made = Role.objects.live().get_or_create(
        user=user,
        programme=programme,
        kind=kind,
        defaults={"partner": partner, "granted_at": now, "granted_by": by},
    )
    if made:
        history.record("role.granted", role, by=by, programme=programme, now=now, kind=kind, user=user.pk)
        _open_or_close_the_dashboard(user)
    return role


@transaction.atomic
def end(
    role: Role, *, by: User | None, reason: str = "", seen: str | None = None, now: datetime
) -> Destination | None:
    """Take a role back. What its holder did with it stays. Returns where `by` goes on: the first that a room names.

    Refused for the only manager of a programme: nobody could run it, or ask somebody in. `seen` is the fingerprint of
    what its page said would end: SomebodyWasFirst where that is something else by now.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=role.programme_id)
    if refusal := why_it_must_stay(role):
        raise NotAllowed(refusal)
    if seen is not None and seen != fingerprint(what_ends(role, now)):
        raise SomebodyWasFirst(
            _("What this ends is no longer what the page said. Look at it once more before you end the role.")
        )
    if not Role.objects.live().filter(pk=role.pk).update(ended_at=now, ended_by=by):
        raise SomebodyWasFirst(_("This role has ended already."))
    role.ended_at = now
    history.record(
        "role.ended", role, by=by, programme=role.programme, now=now, reason=reason, kind=role.kind
    )
    _open_or_close_the_dashboard(role.user)
    destinations = [hook(role, by, reason, now) for hook in ended]
    if by != role.user:
        _tell(role, now)
    return next(filter(None, destinations), None)


@transaction.atomic
def undo_end(role: Role, *, by: User, now: datetime) -> str:
    """Give a role back whose end was a mistake. Returns what came back with it, as sentences.

    Raises NotAllowed for anybody but whoever ended it, after `TO_BE_UNDONE`, and where its holder has it again.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=role.programme_id)
    role.refresh_from_db(fields=["ended_at", "ended_by"])
    if reason := why_it_stays_ended(role, by, now):
        raise NotAllowed(reason)
    ended_at = role.ended_at
    assert ended_at is not None  # else it would have stayed
    Role.objects.filter(pk=role.pk).update(ended_at=None, ended_by=None)
    role.ended_at = role.ended_by = None
    history.record("role.end_undone", role, by=by, programme=role.programme, now=now, kind=role.kind)
    _open_or_close_the_dashboard(role.user)
    came_back = [hook(role, ended_at, now) for hook in restored]
    _tell_it_is_back(role, ended_at, now)
    return " ".join(filter(None, came_back))


def why_it_stays_ended(role: Role, by: User, now: datetime) -> str:
    """Why this person cannot undo the end of a role, as a sentence; "" while they can."""
    if role.ended_at is None:
        return _("This role has not ended.")
    if role.ended_by_id != by.pk:
        return _("Only whoever ended a role can undo it. Ask the person in again instead.")
    if now >= role.ended_at + TO_BE_UNDONE:
        return _("This was more than fourteen days ago. Ask the person in again instead.")
    again = Role.objects.live().filter(user=role.user_id, programme=role.programme_id, kind=role.kind)
    return _("They have this role again already.") if again.exists() else ""


def ended_lately(programme: Programme, by: User, now: datetime) -> list[Role]:
    """The roles that this person ended and can still give back, the latest first."""
    found = Role.objects.filter(programme=programme, ended_by=by, ended_at__gt=now - TO_BE_UNDONE)
    held = Role.objects.live().filter(
        user=OuterRef("user"), programme=OuterRef("programme"), kind=OuterRef("kind")
    )
    return list(found.exclude(Exists(held)).select_related("user", "partner").order_by("-ended_at"))


def why_it_must_stay(role: Role) -> str:
    """Why this role cannot be ended, as a sentence; "" when it can."""
    if role.kind != Role.Kind.MANAGER:
        return ""
    managers = Role.objects.live().filter(programme=role.programme_id, kind=role.kind)
    if managers.exclude(pk=role.pk).exists():
        return ""
    return _(
        "%(person)s is the only manager of %(programme)s. Ask somebody else in first; once they have accepted, this "
        "role can end."
    ) % {"person": role.user, "programme": role.programme}


def what_ends(role: Role, now: datetime) -> list[str]:
    """Everything that ending this role brings about, as sentences."""
    return [sentence for say in consequences for sentence in say(role, now)]


def fingerprint(sentences: Iterable[str]) -> str:
    """Of what a page said, to be given back with the act."""
    return sha256("\n".join(sentences).encode()).hexdigest()[:16]


@consequences
def access_that_ends(role: Role, now: datetime) -> Iterator[str]:
    programme = {"programme": role.programme}
    if role.kind == Role.Kind.MANAGER:
        yield (
            _(
                "The dashboard of %(programme)s closes for them at once. What they decided stays as it is, under their name."
            )
            % programme
        )
    elif role.kind == Role.Kind.REVIEWER:
        yield (
            _("Their queue closes at once, and with it every application and deck of %(programme)s.")
            % programme
        )
    else:
        yield _("They no longer see the cohort, its startups and its calendar.")


def _tell(role: Role, now: datetime) -> None:
    outbox.enqueue(
        "accelerator.role_ended",
        key=_key_of_end(role, now),
        to=role.user,
        context={"role": role},
        programme=role.programme,
        about=role,
        now=now,
    )


def _tell_it_is_back(role: Role, ended_at: datetime, now: datetime) -> None:
    """Only those who were told that it ended; a letter that waits is not sent."""
    told = OutboxMessage.objects.filter(dedupe_key=_key_of_end(role, ended_at))
    if not told.exists() or outbox.cancel(told, reason=_("The role was given back.")):
        return
    outbox.enqueue(
        "accelerator.role_given_back",
        key=f"role-given-back:{role.pk}:{ended_at.isoformat()}",
        to=role.user,
        context={"role": role},
        programme=role.programme,
        about=role,
        now=now,
    )


def _key_of_end(role: Role, ended_at: datetime) -> str:
    """One end, one letter; an end that was undone may come again."""
    return f"role-ended:{role.pk}:{ended_at.isoformat()}"


def _open_or_close_the_dashboard(user: User) -> None:
    held = Role.objects.live().filter(user=user, kind__in=Role.NEEDS_SECOND_FACTOR)
    user.is_staff = user.is_superuser or held.exists()  # the door says what is missing: a second factor
    user.save(update_fields=["is_staff"])
