"""The bar's buttons, the guide and the mailbox. Everybody on this machine may use them; nobody else can reach them."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accelerator import clock
from accelerator.going_on import path_of_ours
from accelerator.models import OutboxMessage, User
from accelerator.transitions import NotAllowed
from rehearsal import season, snapshot, state, stops, tasks
from rehearsal.models import Rehearsal

MAILS_PER_PAGE = 40


def _back(request) -> str:
    target = request.POST.get("next", "")
    return path_of_ours(target)


@login_not_required
@require_safe
def guide(request):
    """The seven stops on a page of their own, with everybody one can be."""
    return render(request, "rehearsal/guide.html", {"people": season.people_of(state.rehearsed_call())})


@login_not_required
@require_POST
def jump(request):
    """Set out for a later moment. A worker walks; the page that follows shows how far it has come."""
    call = state.call_of_the_rehearsal()
    moment = next((m for m in stops.moments(call) if m.key == request.POST.get("to")), None)
    if moment is None:
        raise Http404
    if moment.at <= clock.now():
        raise NotAllowed(
            _(
                "The clock goes forward only. “Start again” brings back the opening, three days before the deadline."
            )
        )
    if state.begin_walk(moment.at):
        request.session["walk_from"] = request.now.isoformat()
        tasks.walk.delay(moment.at.isoformat())
    request.session["after_walk"] = _back(request)
    return redirect("rehearsal:rehearsal_walking")


@login_not_required
@require_safe
def walking(request):
    """How far the jump has come; reloads itself until it has arrived."""
    rehearsal = state.current()
    if rehearsal is None or rehearsal.walking_to is None:
        return redirect(request.session.pop("after_walk", "/"))
    call = state.call_of_the_rehearsal()
    now = clock.now()
    begun = datetime.fromisoformat(request.session.get("walk_from", call.window.opens_at.isoformat()))
    done = (now - begun) / (rehearsal.walking_to - begun) if rehearsal.walking_to > begun else 1
    response = render(
        request,
        "rehearsal/walking.html",
        {"target": rehearsal.walking_to, "zone": call.zone, "percent": max(1, min(99, round(done * 100)))},
    )
    response.headers["Refresh"] = "1"
    return response


@login_not_required
@require_POST
def start_again(request):
    """Put everything back to the opening, three days before the deadline."""
    if Rehearsal.objects.get(pk=1).walking_to is not None:
        raise NotAllowed(_("A jump is still on its way. Wait until it has arrived, then start again."))
    snapshot.restore()
    clock.shift_to(Rehearsal.objects.get(pk=1).opened_at)
    messages.success(request, _("Everything is as it was at the opening."))
    return redirect("/")


@login_not_required
@require_POST
def sign_in(request):
    """Be somebody else with one click."""
    wanted, persona = request.POST.get("person", ""), request.POST.get("persona", "")
    user = (
        stops.persona(state.call_of_the_rehearsal(), persona)
        or User.objects.filter(public_id=wanted, is_active=True).first()
    )
    if user is None and persona:
        raise NotAllowed(_("There is nobody like that yet. Jump further into the season, then try again."))
    if user is None:
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    stop = next((s for s in stops.STOPS if s.key == request.POST.get("stop")), None)
    return redirect(stop.where(state.call_of_the_rehearsal()) if stop else _back(request))


@login_not_required
@require_safe
def mail(request):
    """Every mail of the rehearsal, newest first: kept and shown, never sent."""
    found = (
        OutboxMessage.objects.filter(status=OutboxMessage.Status.SENT)
        .select_related("recipient")
        .defer("mime", "text")
    )
    if address := request.GET.get("to"):
        found = found.filter(to_email__iexact=address)
    page = Paginator(found.order_by("-sent_on_programme_clock", "-pk"), MAILS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "rehearsal/mail.html", {"page": page, "address": address or ""})


@login_not_required
@require_safe
def latest_mail(request):
    """The newest mail to an address: where “we sent you a code” leads in a rehearsal."""
    newest = (
        OutboxMessage.objects.filter(to_email__iexact=request.GET.get("email", "")).order_by("-pk").first()
    )
    return (
        redirect("rehearsal:rehearsal_message", newest.public_id)
        if newest
        else redirect("rehearsal:rehearsal_mail")
    )


@login_not_required
@require_safe
def one_mail(request, public_id):
    message = get_object_or_404(OutboxMessage, public_id=public_id)
    return render(request, "rehearsal/message.html", {"message": message})
