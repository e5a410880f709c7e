"""What a mentor's change of zone means: their weekly hours are on the wall clock of their account."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.people import zones
from accelerator.records.people import User
from mentoring.mentors.models import Availability, Mentor


@zones.consequences
def weekly_hours_move(user: User) -> Iterator[str]:
    if Availability.objects.filter(mentor__in=Mentor.objects.serving().filter(user=user)).exists():
        yield _(
            "Your weekly hours as a mentor are in %(zone)s now, too. Booked sessions stay when they are."
        ) % {"zone": wording.zone_name(user.zone)}
