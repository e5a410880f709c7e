"""How much a person, a team and an address may cause us to send in a day: whoever types addresses into our forms makes us
write to strangers, in our name.

Every invitation ever sent is a row, a repeat too, so the rows are counted. It goes by the machine's clock: a rehearsed
month opens nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.records.people import Invitation, User
from accelerator.records.startups import Startup
from accelerator.transitions import NotAllowed

DAY = timedelta(days=1)
TO_ONE_ADDRESS = 5  # from everybody together
OF_A_FOUNDER = 15
OF_A_TEAM = 20
OF_A_MANAGER = 250  # a panel and its mentors, and some typing errors


def check(email: str, *, by: User | None, startup: Startup | None) -> None:
    """Raises NotAllowed, with the time from which it goes on, where a limit is reached. Call it in a transaction."""
    if by:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two requests at once count each other
    now = clock.real_now()
    for sent, most, sentence in _limits(email, by, startup):
        latest = sent.filter(made_at__gt=now - DAY).order_by("-made_at").values_list("made_at", flat=True)
        times = [at for at in latest[:most] if at]
        if len(times) >= most:
            raise NotAllowed(sentence % {"n": most, "when": _goes_on(times[-1] + DAY, now)})


def _limits(
    email: str, by: User | None, startup: Startup | None
) -> Iterator[tuple[QuerySet[Invitation], int, str]]:
    everything = Invitation.objects.all()
    words = {"email": email.replace("%", "%%")}
    yield (
        everything.filter(email=email),
        TO_ONE_ADDRESS,
        _("%(email)s has got %%(n)d invitations in a day. The next one can go %%(when)s.") % words,
    )
    if startup:
        yield (
            everything.filter(startup=startup),
            OF_A_TEAM,
            _("Your team has sent %(n)d invitations in a day. The next one can go %(when)s."),
        )
    if by:
        yield (
            everything.filter(invited_by=by, startup__isnull=not startup),
            OF_A_FOUNDER if startup else OF_A_MANAGER,
            _("You have sent %(n)d invitations in a day. The next one can go %(when)s."),
        )


def _goes_on(at: datetime, now: datetime) -> str:
    """In 3 hours."""
    return wording.distance(at + timedelta(minutes=1), now, "UTC")
