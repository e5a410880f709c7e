"""One act of one person by the link of their mail, without signing in: to log a session, or to cancel it.

Whoever looks at the page is treated as nobody: all that it shows and does is of the mail's receiver and this session.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accelerator.messages import one_links
from accelerator.records import languages
from accelerator.records.people import User
from accelerator.transitions import NotAllowed
from mentoring.sessions import booking, logs, notices, permissions
from mentoring.sessions.forms import CancelForm, LogForm
from mentoring.sessions.models import ActionItem, MentoringSession

LIMITS = {"one_link": "60/10m/key"}
COME_BACK_AFTER = 10 * 60  # seconds


@dataclass(frozen=True)
class _Come:
    """Who came by a link, to which session; without one when the link counts no more."""

    person: User
    session: MentoringSession | None


def _by_link(route: str) -> Callable:
    """Gives the view the receiver and the session, in the receiver's language and zone, and bounds how often."""

    def decorate(view: Callable) -> Callable:
        @login_not_required
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        def shown(request, token: str) -> HttpResponse:
            message = one_links.by_token(token, route)
            if message is None or message.recipient is None:
                raise Http404
            within = ratelimit.consume(
                request, app="slipway", action="one_link", config=LIMITS, key=str(message.pk), limit_get=True
            )
            if not within:
                return HttpResponse(status=429, headers={"Retry-After": str(COME_BACK_AFTER)})
            person = message.recipient
            session = notices.about(message) if one_links.lives(message, request.now) else None
            with (
                translation.override(languages.of(person, message.programme)),
                timezone.override(person.zone),
            ):
                return view(request, _Come(person, session))

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
            return _again(request)
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
            return _again(request)
    return _page(request, "mentoring/sessions/cancel_by_link.html", come, form)


def _is_theirs(can: Callable, person: User, session: MentoringSession) -> bool:
    """As for whoever is signed in, and never in somebody's place."""
    is_seen = MentoringSession.objects.visible_to(person).filter(pk=session.pk).exists()
    return is_seen and can(person, session) and not permissions.acts_for_sides(person, session)


def _again(request) -> HttpResponse:
    """To the same address, which says from now on that it is done."""
    if "X-Stays" in request.headers:
        return JsonResponse({"url": request.path})
    return redirect(request.path)


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
