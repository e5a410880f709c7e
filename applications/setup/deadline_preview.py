"""What a change of a deadline would do, before it is done: whom it touches, which reminders, which seals."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.models import TeamMember
from applications.applying import deadlines
from applications.applying.models import Application
from applications.calls.models import Call, CallReminder
from applications.reviewing.models import Review


@dataclass
class Consequences:
    """Sentences for the page; `warning` is what has to be confirmed."""

    touched: list[str] = field(default_factory=list)
    reminders: list[str] = field(default_factory=list)
    seals: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    record: list[str] = field(default_factory=list)
    warning: str = ""


SHOWN = 30  # startups by name


def of_moving(
    call: Call, closes_at: datetime, now: datetime, *, without: Collection[int] = ()
) -> Consequences:
    before = call.window.deadline
    after = max(closes_at, call.window.extended_until or closes_at)
    touched = deadlines.without_time_of_their_own(call, max(before, after)).exclude(pk__in=without)
    return Consequences(
        touched=_touched(touched) if after != before else [_("Nobody is told: the deadline stays as it is.")],
        reminders=_reminders(call, before, after, now),
        warning=deadlines.what_is_lost(call, before, after, now),
    )


def of_extending(
    call: Call,
    applications: list[Application] | None,
    until: datetime,
    now: datetime,
    *,
    without: Collection[int] = (),
) -> Consequences:
    """`without` are those with which whoever looks has a conflict: nothing that is counted here rests on them."""
    if applications is None:
        touched = deadlines.without_time_of_their_own(call, until)
        reminders = _reminders(call, call.window.deadline, until, now)
        names = []
    else:
        gaining = [one.pk for one in applications if one.deadline < until]
        touched = call.applications.filter(pk__in=gaining)
        reminders = _reminders(call, max((one.deadline for one in applications), default=until), until, now)
        names = list(touched.order_by("startup__name").values_list("startup__name", flat=True)[:SHOWN])
    reopened = touched if applications is not None else call.applications.all()
    touched, reopened = touched.exclude(pk__in=without), reopened.exclude(pk__in=without)
    return Consequences(_touched(touched), reminders, _seals(call, reopened), names)


def _touched(applications) -> list[str]:
    drafts, submitted = applications.drafts().count(), applications.submitted().count()
    teams = applications.exclude(status=Application.Status.WITHDRAWN).values("startup")
    people = TeamMember.objects.filter(left_at=None, startup__in=teams).values("user").distinct().count()
    return [
        ngettext("%(count)s draft", "%(count)s drafts", drafts) % {"count": drafts},
        ngettext("%(count)s submitted application", "%(count)s submitted applications", submitted)
        % {"count": submitted},
        ngettext("%(count)s person is told at once", "%(count)s people are told at once", people)
        % {"count": people},
    ]


def _reminders(call: Call, before: datetime, after: datetime, now: datetime) -> list[str]:
    """Of each reminder: it goes, it comes, or it moves. One whose moment is over before and after is not said."""
    if before == after:
        return [_("The reminders stay as they are.")]
    found = []
    for reminder in call.reminders.all():
        reminder.call = call
        found.append(_reminder(reminder, before, after, now))
    return [sentence for sentence in found if sentence]


def _reminder(reminder: CallReminder, before: datetime, after: datetime, now: datetime) -> str:
    old, new = reminder.moment(before), reminder.moment(after)
    was_ahead, is_ahead = now < old < before, now < new < after
    words = {"old": wording.moment(old, reminder.call.zone), "new": wording.moment(new, reminder.call.zone)}
    if was_ahead and is_ahead:
        return _("The reminder of %(old)s moves to %(new)s.") % words if old != new else ""
    if was_ahead:
        return _("The reminder of %(old)s is not sent.") % words
    return _("A reminder comes on %(new)s.") % words if is_ahead else ""


def _seals(call: Call, reopened) -> list[str]:
    sealed = reopened.filter(sealed_at__isnull=False)
    count = sealed.count()
    if not count:
        return [_("No seal is touched.")]
    found = [
        ngettext(
            "%(count)s sealed application is open again until then, and is not read meanwhile.",
            "%(count)s sealed applications are open again until then, and are not read meanwhile.",
            count,
        )
        % {"count": count}
    ]
    if call.window.sealed_at:
        sentence = _(
            "The seal of %(when)s (%(hash)s…) stays in the history, and a new one follows when the last is sealed."
        )
        found.append(
            sentence
            % {
                "when": wording.moment(call.window.sealed_at, call.zone),
                "hash": call.window.seal_hash[:12],
            }
        )
    if begun := Review.objects.filter(assignment__application__in=sealed).count():
        sentence = ngettext(
            "%(count)s review of them has begun: it was of the version of before.",
            "%(count)s reviews of them have begun: they were of the version of before.",
            begun,
        )
        found.append(sentence % {"count": begun})
    return found
