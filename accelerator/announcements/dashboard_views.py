"""A manager's pages of announcements: all of them, to whom, the words and moments of one."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.announcements import announcing
from accelerator.announcements.forms import AnnouncementForm
from accelerator.announcements.models import Announcement
from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.groups import audiences
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed, SomebodyWasFirst, WrongValue


def _visible(request):
    return Announcement.objects.visible_to(request.user).select_related("programme", "written_by")


def _found(request, public_id: str) -> tuple[Announcement, audiences.Group]:
    """One of them with its group; not found for whoever may not write to it."""
    found = get_object_or_404(_visible(request), public_id=public_id)
    group = found.group(request.user)
    if group is None:
        raise Http404
    return found, group


def _state(one: Announcement, now: datetime) -> tuple[str, str]:
    """How it stands, in a word and the colour of its pill."""
    if one.is_over(now):
        return _("Over"), ""
    return (_("Planned"), "soon") if one.is_coming(now) else (_("Shown"), "good")


@dashboard("GET")
def every(request) -> HttpResponse:
    """Every announcement to a group to which the reader may write, the latest first."""
    if not Programme.objects.managed_by(request.user).exists():
        raise Http404
    rows = paged(request, _visible(request))
    groups = audiences.groups(request.user, [(one.audience, one.place_id) for one in rows])
    shown = []
    for one in rows:
        state, pill = _state(one, request.now)
        group = groups.get((one.audience, one.place_id))
        shown.append({"announcement": one, "group": group, "state": state, "pill": pill})
    return page(request, "accelerator/announcements/every", _("Announcements"), rows=rows, shown=shown)


@dashboard("GET")
def choose(request) -> HttpResponse:
    """Whom to announce something to."""
    if not Programme.objects.managed_by(request.user).exists():
        raise Http404
    places = [
        (label, [group for group in groups if group.audience.read_by is not None])
        for label, groups in audiences.all_for(request.user)
    ]
    return page(
        request,
        "accelerator/announcements/choose",
        _("Announce something"),
        places=[(label, groups) for label, groups in places if groups],
    )


@dashboard("GET", "POST")
def write(request, audience: str, place_id: int) -> HttpResponse:
    """The words of a new announcement to one group."""
    group = audiences.group(request.user, audience, place_id)
    if group is None or group.audience.read_by is None:
        raise Http404
    form = AnnouncementForm(request.POST if request.method == "POST" else None, zone=group.programme.zone)
    if form.is_valid():
        try:
            announcing.announce(group, **form.wanted(), by=request.user, now=request.now)
        except NotAllowed as refusal:
            _put(form, refusal)
        else:
            return done(request, _("It is announced."), "announcements:every")
    return page(
        request,
        "accelerator/announcements/one",
        str(group),
        group=group,
        form=form,
        key=f"new-{audience}-{place_id}",
    )


@dashboard("GET", "POST")
def change(request, public_id: str) -> HttpResponse:
    """One announcement: its words and moments while it is not over, and what was done to it."""
    found, group = _found(request, public_id)
    seen = as_seen.version_of(found)
    form = None
    data = request.POST if request.method == "POST" else None
    if data is not None or not found.is_over(request.now):
        form = AnnouncementForm(data, zone=group.programme.zone, initial=_initial(found, group, seen))
    if form and form.is_valid():
        wanted = {**form.wanted(), "seen": form.cleaned_data["seen"]}
        try:
            announcing.change(found, **wanted, by=request.user, now=request.now)
        except NotAllowed as refusal:
            _put(form, refusal)
            if isinstance(refusal, SomebodyWasFirst):  # who presses again has read what the other wrote
                form.data = {**request.POST.dict(), "seen": seen}
        else:
            return done(request, _("It is changed."), "announcements:every")
    state, pill = _state(found, request.now)
    return page(
        request,
        "accelerator/announcements/one",
        str(group),
        announcement=found,
        group=group,
        form=form,
        key=public_id,
        seen=seen,
        state=state,
        pill=pill,
        can_show_again=found.ended_at is not None and found.ends_at > request.now,
        put_away=found.put_aways.count(),
        past=history.told(history.of(found)[:20], group.programme.zone),
    )


def _put(form: AnnouncementForm, refusal: NotAllowed) -> None:
    form.add_error(refusal.field if isinstance(refusal, WrongValue) else "text", str(refusal))


def _initial(found: Announcement, group: audiences.Group, seen: int) -> dict:
    starts, ends = (at.astimezone(group.programme.zone) for at in (found.starts_at, found.ends_at))
    return {
        "text": found.text,
        "from_day": starts.date(),
        "from_at": starts.strftime("%H:%M"),
        "until_day": ends.date(),
        "until_at": ends.strftime("%H:%M"),
        "seen": seen,
    }


@dashboard("POST")
def end(request, public_id: str) -> HttpResponse:
    """Show it to nobody any more; the sentence that says so can take it back."""
    found, _group = _found(request, public_id)
    return attempt(
        request,
        lambda: announcing.end(found, seen=request.POST.get("seen", ""), by=request.user, now=request.now),
        _("Nobody sees it any more."),
        "announcements:change",
        public_id,
        undo=reverse("announcements:show_again", args=[public_id]),
    )


@dashboard("POST")
def show_again(request, public_id: str) -> HttpResponse:
    """Take back that it was ended."""
    found, _group = _found(request, public_id)
    return attempt(
        request,
        lambda: announcing.show_again(found, by=request.user, now=request.now),
        _("It is shown again."),
        "announcements:change",
        public_id,
    )
