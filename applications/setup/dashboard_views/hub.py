"""The page from which a call is set up: what it lacks, its parts, its days, and beginning another one from it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed, WrongValue
from applications.calls import season
from applications.calls.managed import managed_call
from applications.setup import checklist, cloning, notices, opening, parts, season_days
from applications.setup.season_forms import CloneForm, FirstDayForm, SeasonForm


@dashboard("GET")
def call(request, call_id: int) -> HttpResponse:
    """How the call stands, a draft with its checklist or opened; and its five parts, each with a picture of it."""
    call = managed_call(request, call_id)
    points = checklist.of(call, request.now)
    return page(
        request,
        "applications/setup/call",
        call.name,
        call=call,
        seen=as_seen.version_of(call),
        missing=checklist.missing(points),
        parts=parts.of(points),
        drawing=season.picture(call, request.now),
        sections=parts.form(call),
        criteria=parts.rubric(call),
        going_out=parts.messages(call, request.now),
        opens_at_once=call.window.opens_at <= request.now,
        why_not_back="" if call.is_draft else opening.why_not_back(call),
    )


@dashboard("POST")
def open_call(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return attempt(
        request,
        lambda: opening.open_call(call, seen=request.POST.get("seen", ""), by=request.user, now=request.now),
        _("The call is open to all eyes: it stands on the public page."),
        "setup:call",
        call.pk,
    )


@dashboard("POST")
def send_trial(request, call_id: int) -> HttpResponse:
    """A mail to oneself, as founders will get theirs."""
    call = managed_call(request, call_id)
    notices.trial_mail(call, by=request.user, now=request.now)
    said = _("A mail to %(address)s is on its way. See that it arrives, and where.")
    return done(request, said % {"address": request.user.email}, "setup:call", call.pk)


@dashboard("POST")
def back_to_draft(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return attempt(
        request,
        lambda: opening.back_to_draft(call, by=request.user, now=request.now),
        _("The call is a draft again: nobody outside sees it."),
        "setup:call",
        call.pk,
    )


@dashboard("GET", "POST")
def discard(request, call_id: int) -> HttpResponse:
    """What goes with a draft, and the button that lets it go."""
    call = managed_call(request, call_id)
    refusal = opening.why_kept(call)
    if request.method == "POST" and not refusal:
        try:
            opening.discard(call, seen=request.POST.get("seen", ""), by=request.user, now=request.now)
        except NotAllowed as changed:
            refusal = str(changed)
        else:
            return done(request, _("The draft “%(call)s” is gone.") % {"call": call.name}, "admin:index")
    return page(
        request,
        "applications/setup/discard",
        _("Discard this draft?"),
        call=call,
        refusal=refusal,
        is_kept=bool(opening.why_kept(call)),
        gone=[(what, count) for what, count in cloning.what_is_set_up(call) if count],
        seen=as_seen.version_of(call),
    )


# --- Its days -------------------------------------------------------------------------------------------
@dashboard("GET", "POST")
def days(request, call_id: int) -> HttpResponse:
    """All dates on one line. They can be looked at as drawn before they are saved."""
    call = managed_call(request, call_id)
    why_not = season_days.why_not(call)
    form, drawn = None, call
    if not why_not:
        form = SeasonForm(
            request.POST if request.method == "POST" else None, call=call, seen=as_seen.version_of(call)
        )
    if form and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("opens_at", "closes_at", "days")}
        try:
            if request.POST.get("act") == "look":
                season_days.check(call, **wanted)
                drawn = season_days.as_if(call, **wanted)
            else:
                seen = form.cleaned_data["seen"]
                season_days.set_days(call, **wanted, seen=seen, by=request.user, now=request.now)
                return done(request, _("The days are set."), "setup:days", call.pk)
        except WrongValue as refusal:
            form.add_error(refusal.field, str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return page(
        request,
        "applications/setup/days",
        _("Season"),
        call=call,
        form=form,
        why_not=why_not,
        is_look=drawn is not call,
        drawing=season.picture(drawn, request.now),
    )


# --- Beginning another call from it ---------------------------------------------------------------------
@dashboard("GET", "POST")
def clone(request, call_id: int) -> HttpResponse:
    """Choose a first day, look at every day that it comes to, and begin a draft."""
    source = managed_call(request, call_id)
    first = FirstDayForm(request.POST if request.method == "POST" else request.GET or None)
    form = None
    if first.is_valid():
        weeks = cloning.weeks_until(source, first.cleaned_data["first_day"])
        form = CloneForm(request.POST if request.method == "POST" else None, source=source, weeks=weeks)
        if form.is_valid():
            wanted = {name: form.cleaned_data[name] for name in ("name", "opens_at", "closes_at", "days")}
            chosen = form.cleaned_data.get("reviewers", [])
            try:
                made = cloning.clone(source, **wanted, reviewers=chosen, by=request.user, now=request.now)
            except WrongValue as refusal:
                form.add_error(refusal.field, str(refusal))
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                return done(
                    request, _("The new call is a draft: nobody outside knows of it."), "setup:call", made.pk
                )
    return page(
        request,
        "applications/setup/clone",
        _("Begin another call from this one"),
        call=source,
        first=first,
        form=form,
        along=cloning.what_comes_along(source),
    )
