"""Once a day of the programme's clock: what is no longer to be kept goes, in small portions, and managers are told before
and after. Which things those are, the rooms say:

    @sweeping.swept
    def applications(now): …; return True   # True once there is nothing left to do today
"""

from datetime import UTC, datetime

from accelerator.messages.models import DoneMoment
from accelerator.registry import Registry

swept = Registry()


def todays(now: datetime) -> DoneMoment:
    """The row that says that this day's sweep is over."""
    return DoneMoment(key=f"sweep:{now.astimezone(UTC).date().isoformat()}", due_at=now)


def sweep(now: datetime) -> bool:
    """One portion; True once the day is done, and on record."""
    finished = all(room(now) for room in swept)
    if finished:
        DoneMoment.objects.bulk_create([todays(now)], ignore_conflicts=True)
    return finished
