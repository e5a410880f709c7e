"""Who may do what, as sentences. The same predicate guards the view and hides the button."""

from accelerator.records.people import Role, User
from accelerator.records.programmes import Programme
from accelerator.records.startups import Startup


def can_manage(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MANAGER).filter(programme=programme).exists()


def holds(request, kind: str) -> bool:
    """Whether the reader holds such a role in any programme; asked once per request, before anything costlier."""
    if not hasattr(request, "kinds_of_role"):
        request.kinds_of_role = set(Role.objects.held_by(request.user).values_list("kind", flat=True))
    return kind in request.kinds_of_role


def can_edit_startup(user: User, startup: Startup) -> bool:
    return Startup.objects.of(user).filter(pk=startup.pk).exists()


def can_invite_co_founder(user: User, startup: Startup) -> bool:
    return can_edit_startup(user, startup)
