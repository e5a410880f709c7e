"""Who may do what, as sentences. The same predicate guards the view and hides the button."""

from accelerator.records.people import Role, User
from accelerator.records.programmes import Programme


def can_manage(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MANAGER).filter(programme=programme).exists()
