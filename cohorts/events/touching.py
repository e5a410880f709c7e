"""Whom an event touches, in words: read before it is planned, changed or cancelled."""

from django.utils.translation import ngettext

from cohorts.events import notices
from cohorts.events.models import Event


def whom_it_touches(event: Event) -> list[str]:
    """`event` need not be kept yet; it has a call."""
    founders, mentors = len(notices.founders(event)), len(notices.mentors(event))
    return [
        ngettext("%(n)d founder", "%(n)d founders", founders) % {"n": founders},
        ngettext("%(n)d mentor", "%(n)d mentors", mentors) % {"n": mentors},
    ]
