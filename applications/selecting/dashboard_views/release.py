"""A manager's page of the release: what it will publish, what stands against it, and the button."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.forms import ReasonForm
from applications.reviewing.sight import Sight
from applications.selecting import order, proposals, publishing, releasing, seen, terms
from applications.selecting.dashboard_views.letters import in_words
from applications.selecting.models import Decision, Letter


@dashboard("GET", "POST")
def release(request, call_id: int) -> HttpResponse:
    """The one act that publishes everything, after a page that says what it will do."""
    call = managed_call(request, call_id)
    if request.method != "POST":
        return _shown(request, call)
    form = ReasonForm(request.POST)
    form.full_clean()
    reason = form.cleaned_data.get("reason", "")
    said = {"reason": reason, "saw": request.POST.get("seen", ""), "by": request.user, "now": request.now}
    try:
        if request.POST.get("act") == "propose":
            proposals.propose_release(call, **said)
            sentence = _("Proposed. It goes out once a second person confirms it.")
            return done(request, sentence, "selecting:proposals", call.pk)
        publishing.publish(call, **said)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        answer = _shown(request, call, reason)
        answer.status_code = 409
        return answer
    return done(request, _("Published. The letters are on their way."), "selecting:selection", call.pk)


def _shown(request, call: Call, typed: str = "") -> HttpResponse:
    sight = Sight(request.user, call)
    if sight.is_veiled:
        return page(
            request, "applications/selecting/veiled", _("Release"), call=call, sight=sight, typed=typed
        )
    outcomes = Decision.objects.filter(sight.decided, call=call).per_outcome()
    found = [] if call.is_released else releasing.obstacles(call)
    return page(
        request,
        "applications/selecting/release",
        _("Release"),
        call=call,
        blocking=releasing.blocking(found),
        amiss=releasing.amiss(found),
        has_second=proposals.second_persons(call, request.user).exists(),
        sight=sight,
        letters=in_words(Letter.objects.waiting().of(call)),
        selected=outcomes[Decision.Outcome.SELECTED],
        reserve=outcomes[Decision.Outcome.RESERVE],
        not_selected=outcomes[Decision.Outcome.NOT_SELECTED],
        terms=terms.current(call),
        departures=[] if call.is_released else order.departures(call, sight),
        seen=seen.of_release(call, [str(one) for one in found]),
        typed=typed,
    )
