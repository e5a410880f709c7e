"""Announcing something to a group: begun, changed, ended early, shown again; and put away by a reader."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.announcements.models import Announcement, AnnouncementPutAway
from accelerator.groups.audiences import Group
from accelerator.records.people import User
from accelerator.transitions import NotAllowed, WrongValue

LONGEST = timedelta(days=366)
MOST = 5  # shown or coming for one group: more of them nobody reads


@transaction.atomic
def announce(
    group: Group, *, text: str, starts_at: datetime | None, ends_at: datetime, by: User, now: datetime
) -> Announcement:
    """Let everybody of this group read it on their pages, from a moment or at once."""
    if group.audience.read_by is None:
        raise NotAllowed(_("Nothing can be announced to this group."))
    begins = starts_at or now
    _check(begins, ends_at, now)
    _must_have_room(group, now)
    made = Announcement.objects.create(
        programme=group.programme,
        audience=group.audience.name,
        place_id=group.place.pk,
        text=text,
        starts_at=begins,
        ends_at=ends_at,
        written_by=by,
        written_at=now,
    )
    history.record("announcement.made", made, by=by, programme=group.programme, now=now)
    return made


@transaction.atomic
def change(
    announcement: Announcement,
    *,
    text: str,
    starts_at: datetime | None,
    ends_at: datetime,
    seen: str,
    by: User,
    now: datetime,
) -> None:
    """Give it other words or other moments. Whoever had put it away sees other words again."""
    as_seen.must_be(announcement, seen, by=by)
    announcement.refresh_from_db()
    if announcement.is_over(now):
        raise NotAllowed(_("It is over. Write a new one, or show it again first."))
    begins = starts_at or min(announcement.starts_at, now)
    _check(begins, ends_at, now)
    wanted = {"text": text, "starts_at": begins, "ends_at": ends_at}
    before = {name: getattr(announcement, name) for name in wanted}
    changes = {name: (before[name], wanted[name]) for name in wanted if before[name] != wanted[name]}
    if not changes:
        return
    Announcement.objects.filter(pk=announcement.pk).update(**wanted)
    if "text" in changes:
        announcement.put_aways.all().delete()
    _record("announcement.changed", announcement, by, now, changes)


@transaction.atomic
def end(announcement: Announcement, *, seen: str, by: User, now: datetime) -> None:
    """Show it to nobody any more."""
    as_seen.must_be(announcement, seen, by=by)
    announcement.refresh_from_db()
    if announcement.is_over(now):
        raise NotAllowed(_("It is over already."))
    Announcement.objects.filter(pk=announcement.pk).update(ended_at=now)
    _record("announcement.ended", announcement, by, now, {"ended_at": (None, now)})


@transaction.atomic
def show_again(announcement: Announcement, *, by: User, now: datetime) -> None:
    """Take back that it was ended, while its time has not run out."""
    current = Announcement.objects.select_for_update(no_key=True).get(pk=announcement.pk)
    if current.ended_at is None:
        raise NotAllowed(_("It was not ended."))
    if current.ends_at <= now:
        raise NotAllowed(_("Its time has run out. Write a new one."))
    if group := current.group(by):
        _must_have_room(group, now)
    Announcement.objects.filter(pk=current.pk).update(ended_at=None)
    _record("announcement.shown_again", current, by, now, {"ended_at": (current.ended_at, None)})


def put_away(announcement: Announcement, *, by: User, now: datetime) -> None:
    """One of its readers wants to see it no more. Pressed twice, it is put away once."""
    row = AnnouncementPutAway(announcement=announcement, person=by, at=now)
    AnnouncementPutAway.objects.bulk_create([row], ignore_conflicts=True)


def _check(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= now:
        raise WrongValue("until_day", _("That moment is over. Choose a later one."))
    if ends_at <= starts_at:
        raise WrongValue(
            "until_day", _("It would end before it begins. Choose a later day, or a later time.")
        )
    if ends_at > now + LONGEST:
        raise WrongValue("until_day", _("That is more than a year ahead."))


def _must_have_room(group: Group, now: datetime) -> None:
    others = Announcement.objects.filter(
        audience=group.audience.name, place_id=group.place.pk, ended_at=None, ends_at__gt=now
    )
    if others.count() >= MOST:
        raise NotAllowed(
            _("%(count)s announcements to this group are shown or planned. End one of them first.")
            % {"count": MOST}
        )


def _record(action: str, about: Announcement, by: User, now: datetime, changes: dict) -> None:
    history.record(action, about, by=by, programme=about.programme, now=now, changes=changes)
