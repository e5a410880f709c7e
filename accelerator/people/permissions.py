"""Who may do what, as sentences. The same predicate guards the view and hides the button.

A room may keep some managers from the people of a programme, in its `departures.py`:

    @permissions.kept_from_people
    def who_has_a_part(user): return Programme.objects.filter(…)   # whose people this manager leaves to others
"""

from accelerator.records.people import Role, User
from accelerator.records.programmes import Programme
from accelerator.registry import Registry

kept_from_people = Registry()


def can_manage(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MANAGER).filter(programme=programme).exists()


def with_people_of(user: User):
    """The programmes whose people this person asks in and whose roles they end."""
    programmes = Programme.objects.managed_by(user)
    for kept in kept_from_people:
        programmes = programmes.exclude(pk__in=kept(user).values("pk"))
    return programmes
