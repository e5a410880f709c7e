"""Who holds which role in a programme. Access to the dashboard (`is_staff`) follows from the roles, never the reverse.

What else the end of a role brings about, higher applications add in their own `departures.py`, and say it beforehand:

    @roles.consequences
    def readings_handed_back(role, now): yield _("…")   # sentences for the person about to end it

    @roles.ended
    def hand_readings_back(role, by, reason, now): …    # may return a Destination, where `by` goes on
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.people.destinations import Destination
from accelerator.records.people import Role, User
from accelerator.records.programmes import Partner, Programme
from accelerator.registry import Registry
from accelerator.transitions import NotAllowed, SomebodyWasFirst

consequences = Registry()
ended = Registry()


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
    if not Role.objects.live().filter(pk=role.pk).update(ended_at=now):
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
        key=f"role-ended:{role.pk}",
        to=role.user,
        context={"role": role},
        programme=role.programme,
        about=role,
        now=now,
    )


def _open_or_close_the_dashboard(user: User) -> None:
    held = Role.objects.live().filter(user=user, kind__in=Role.NEEDS_SECOND_FACTOR)
    user.is_staff = user.is_superuser or held.exists()  # the door says what is missing: a second factor
    user.save(update_fields=["is_staff"])
