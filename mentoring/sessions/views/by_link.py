"""One act of one person by the link of their mail, without signing in: to log a session, or to cancel it.

Whoever looks at the page is treated as nobody: all that it shows and does is of the mail's receiver and this session.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accelerator.messages import link_views
from accelerator.records.people import User
from accelerator.transitions import NotAllowed
from mentoring.sessions import booking, logs, notices, permissions
from mentoring.sessions.forms import CancelForm, LogForm
from mentoring.sessions.models import ActionItem, MentoringSession


@dataclass(frozen=True)
class _Come:
    """Who came by a link, to which session; without one when the link counts no more."""

    person: User
    session: MentoringSession | None


def _by_link(route: str) -> Callable:
    """Gives the view the receiver and the session."""

    def decorate(view: Callable) -> Callable:
        @link_views.by_link(route)
        def shown(request, come: link_views.Come) -> HttpResponse:
            session = notices.about(come.message) if come.counts else None
            return view(request, _Come(come.person, session))

        shown.__doc__ = view.__doc__
        return shown

    return decorate


@_by_link("mentoring:log_by_link")
def log(request, come: _Come) -> HttpResponse:
    """The log of this session, by its mentor. Reading it changes nothing: mail scanners open links, too."""
    session, person = come.session, come.person
    if session is None or not _is_theirs(permissions.is_mentor_of, person, session):
        return _ended(request, come)
    if not session.is_loggable(request.now):
        return _ended(request, come, is_done=session.is_held or session.is_no_show)
    carried = ActionItem.objects.carried_into(session).select_related("session__mentor__programme")
    form = LogForm(
        request.POST or None, carried=carried, on_behalf=False, initial={"minutes": session.minutes}
    )
    if request.method == "POST" and form.is_valid():
        said = {"done": [], **form.cleaned_data}
        try:
            logs.log(session, **said, by=person, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return link_views.again(request)
    return _page(request, "mentoring/sessions/log_by_link.html", come, form)


@_by_link("mentoring:cancel_by_link")
def cancel(request, come: _Come) -> HttpResponse:
    """Cancelling this session, by one of its two sides."""
    session, person = come.session, come.person
    if session is None or not _is_theirs(permissions.can_change_session, person, session):
        return _ended(request, come)
    if not session.is_changeable(request.now):
        return _ended(request, come, is_done=session.is_cancelled)
    form = CancelForm(request.POST or None, initial={"seen": session.starts_at})
    if request.method == "POST" and form.is_valid():
        try:
            booking.cancel(session, **form.cleaned_data, by=person, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return link_views.again(request)
    return _page(request, "mentoring/sessions/cancel_by_link.html", come, form)


def _is_theirs(can: Callable, person: User, session: MentoringSession) -> bool:
    """As for whoever is signed in, and never in somebody's place."""
    is_seen = MentoringSession.objects.visible_to(person).filter(pk=session.pk).exists()
    return is_seen and can(person, session) and not permissions.acts_for_sides(person, session)


def _page(request, template: str, come: _Come, form) -> HttpResponse:
    assert come.session is not None
    context = {
        "session": come.session,
        "programme": come.session.programme,
        "person": come.person,
        "form": form,
    }
    return render(request, template, context)


def _ended(request, come: _Come, *, is_done: bool = False) -> HttpResponse:
    """The link has done its work, or counts no more; which of the two is all that it tells."""
    context = {"is_done": is_done, "session": come.session if is_done else None}
    title = _("It is done. Thank you.") if is_done else _("This link counts no more")
    return render(
        request,
        "mentoring/sessions/link_ended.html",
        {**context, "title": title},
        status=200 if is_done else 410,
    )
