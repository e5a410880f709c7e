"""The mail about what a manager did in a mentor's place, or for the two sides of a session."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.models import User

kinds.name_kinds(
    "mentoring", done_in_your_place=_("Somebody of the programme acted for a mentor or a startup")
)


def done_in_your_place(
    person: User, act: str, *, about, context: dict, by: User, on_behalf: str, now: datetime
) -> None:
    """`act` = hours, profile, logged or corrected; `about` is the mentor or the session."""
    outbox.enqueue(
        "mentoring.done_in_your_place",
        key=f"done-in-your-place:{act}:{about.pk}:u{person.pk}:{now:%Y%m%dT%H%M%S%f}",
        to=person,
        context={**context, "act": act, "by": by, "on_behalf": on_behalf},
        programme=about.programme,
        about=about,
        now=now,
    )


def changed(mentor, act: str, *, by: User, on_behalf: str, now: datetime) -> None:
    """To the mentor: their hours or their profile read otherwise."""
    url = outbox.absolute(mentor.get_absolute_url())
    context = {"mentor": mentor, "url": url}
    done_in_your_place(mentor.user, act, about=mentor, context=context, by=by, on_behalf=on_behalf, now=now)
