"""A proposed hour as its two sides answer it: signed in, or by the link of the mail."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accelerator.messages import one_links
from accelerator.models import User
from accelerator.records import languages
from accelerator.transitions import NotAllowed
from mentoring.proposing import notices, proposals
from mentoring.proposing.models import ProposedSession

ROUTE = "mentoring:answer_proposal_by_link"
LIMITS = {"one_link": "60/10m/key"}
COME_BACK_AFTER = 10 * 60  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request, public_id):
    proposals_of_theirs = ProposedSession.objects.asked_of(request.user).with_both_sides()
    found = get_object_or_404(proposals_of_theirs, public_id=public_id)
    refusal = _answered(request, found, request.user) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        found.refresh_from_db()
        messages.success(request, _thanks(found))
        return redirect(found.session or found)
    return _page(request, found, request.user, refusal)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request, token: str) -> HttpResponse:
    """Of this proposal, by the mail's receiver. Reading it changes nothing: mail scanners open links, too."""
    message = one_links.by_token(token, ROUTE)
    if message is None or message.recipient is None:
        raise Http404
    if not ratelimit.consume(
        request, app="slipway", action="one_link", config=LIMITS, key=str(message.pk), limit_get=True
    ):
        return HttpResponse(status=429, headers={"Retry-After": str(COME_BACK_AFTER)})
    person = message.recipient
    with translation.override(languages.of(person, message.programme)), timezone.override(person.zone):
        found = notices.about(message) if one_links.lives(message, ROUTE, request.now) else None
        if found is None or not ProposedSession.objects.asked_of(person).filter(pk=found.pk).exists():
            context = {"title": _("This link counts no more"), "is_done": False}
            return render(request, "mentoring/sessions/link_ended.html", context, status=410)
        refusal = _answered(request, found, person) if request.method == "POST" else ""
        if request.method == "POST" and not refusal:
            return redirect(request.path)
        return _page(request, found, person, refusal, by_link=True)


def _answered(request, found: ProposedSession, person: User) -> str:
    """Do what was pressed; why not, where it cannot be."""
    act = {"accept": proposals.accept, "decline": proposals.decline}.get(request.POST.get("answer", ""))
    if act is None:
        return _("Say yes or no.")
    try:
        act(found, by=person, now=request.now)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _thanks(found: ProposedSession) -> str:
    if found.session_id:
        return _("Booked. The invitation is on its way to both of you.")
    if found.declined_at:
        return _("Declined. Nothing is booked.")
    return _("Thank you. It is booked as soon as the other side says yes.")


def _page(request, found: ProposedSession, person: User, refusal: str, *, by_link=False) -> HttpResponse:
    context = {
        "proposal": found,
        "programme": found.programme,
        "person": person,
        "by_link": by_link,
        "refusal": refusal,
        "is_mentor": found.is_mentor(person),
        "has_agreed": found.has_agreed(person),
        "is_waiting": found.is_waiting(request.now),
        "state": found.state(request.now),
    }
    return render(request, "mentoring/proposing/proposal.html", context, status=409 if refusal else 200)
