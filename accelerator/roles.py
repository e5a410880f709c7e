"""Who holds which role in a programme. The dashboard's door (`is_staff`) follows from the roles, never the reverse."""

from django.db import transaction

from accelerator import history
from accelerator.models import Partner, Programme, Role, User

OPENS_THE_DASHBOARD = [Role.Kind.MANAGER, Role.Kind.REVIEWER]


@transaction.atomic
def grant(
    user: User,
    programme: Programme,
    kind: str,
    *,
    partner: Partner | None = None,
    by: User | None = None,
    now,
) -> Role:
    """Give a role; whoever holds it already keeps it as it is."""
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
def end(role: Role, *, by: User | None, now) -> None:
    """Take a role back. What its holder did with it stays."""
    if Role.objects.live().filter(pk=role.pk).update(ended_at=now):
        role.ended_at = now
        history.record("role.ended", role, by=by, programme=role.programme, now=now, kind=role.kind)
        _open_or_close_the_dashboard(role.user)


def _open_or_close_the_dashboard(user: User) -> None:
    user.is_staff = user.is_superuser or Role.objects.held_by(user, *OPENS_THE_DASHBOARD).exists()
    user.save(update_fields=["is_staff"])
