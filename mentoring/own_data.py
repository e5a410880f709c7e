"""What *My data* tells mentors and members: profiles, sessions and what was written down of them."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.models import User
from accelerator.privacy import rooms
from accelerator.privacy.rooms import Kept
from mentoring.models import Mentor, MentoringSession


@rooms.kept
def profile(user: User, now: datetime) -> Iterator[Kept]:
    for mentor in Mentor.objects.filter(user=user).select_related("programme"):
        yield Kept(
            _("Your profile as a mentor of %(programme)s") % {"programme": mentor.programme},
            _("headline, what you wrote about yourself, topics, hours, video link"),
            _("Until you close your account."),
        )


@rooms.kept
def sessions(user: User, now: datetime) -> Iterator[Kept]:
    count = MentoringSession.objects.of_person(user).count()
    if count:
        yield Kept(
            _("Mentoring"),
            ngettext("%(n)d session with its log", "%(n)d sessions with their logs", count) % {"n": count},
            _("As long as the startup’s place in the programme is kept."),
        )
