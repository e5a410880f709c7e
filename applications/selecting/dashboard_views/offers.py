"""A manager's pages of the offers: their terms, and what a team says about its place by other ways than its page."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.calls import window
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.sight import Sight
from applications.selecting import after_release, offers, terms
from applications.selecting.forms import (
    LongerOfferForm,
    NoteDeclineForm,
    ReserveForm,
    TermsForm,
    WithdrawOfferForm,
)
from applications.selecting.models import Decision, Offer


@dashboard("GET", "POST")
def offer_terms(request, call_id: int) -> HttpResponse:
    """The terms that stand, to be written anew; each version stays."""
    call = managed_call(request, call_id)
    standing = terms.current(call)
    form = TermsForm(request.POST if request.method == "POST" else None, standing=standing)
    if form.is_valid():
        try:
            made = terms.change(call, **form.wanted(), by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                _("Version %(number)s of the terms stands.") % {"number": made.number}
                if made
                else _("Nothing changed.")
            )
            return done(request, said, "selecting:offer_terms", call.pk)
    versions = call.offer_terms.select_related("made_by").order_by("-number")
    return page(
        request,
        "applications/selecting/terms",
        _("Terms of the offers"),
        call=call,
        form=form,
        standing=standing,
        earlier=[one for one in versions if standing is None or one.number < standing.number],
        accepted=_offers(request, call).filter(status=Offer.Status.ACCEPTED).count(),
    )


def _offers(request, call: Call):
    """Those that this manager has no conflict with."""
    known = Offer.objects.filter(application__in=Sight(request.user, call).all)
    return known.select_related(
        "application__startup", "application__call__programme", "seat", "declining_by"
    )


@dashboard("GET", "POST")
def note_decline(request, call_id: int, public_id: str) -> HttpResponse:
    """A team said by telephone or mail that it does not come."""
    call = managed_call(request, call_id)
    offer = get_object_or_404(_offers(request, call), public_id=public_id)
    form = NoteDeclineForm(
        request.POST if request.method == "POST" else None, initial={"seen": offer.as_shown}
    )
    if form.is_valid():
        try:
            offers.note_decline(
                offer,
                reason=form.cleaned_data["reason"],
                saw=form.cleaned_data["seen"],
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Noted, and the team is told. For an hour it can be undone.")
            return done(request, said, "selecting:selection", call.pk)
    return page(
        request,
        "applications/selecting/note_decline",
        _("%(startup)s does not come?") % {"startup": offer.startup},
        call=call,
        offer=offer,
        is_open=offer.is_open(request.now),
        form=form,
    )


@dashboard("POST")
def keep_place(request, call_id: int, public_id: str) -> HttpResponse:
    """It was a mistake, or the team thought better of it within the hour."""
    call = managed_call(request, call_id)
    offer = get_object_or_404(_offers(request, call), public_id=public_id)
    return attempt(
        request,
        lambda: offers.undo_decline(
            offer, saw=request.POST.get("seen", ""), by=request.user, now=request.now
        ),
        _("The place is kept, and the team is told. It waits for its answer as before."),
        "selecting:selection",
        call.pk,
    )


@dashboard("GET", "POST")
def longer_offer(request, call_id: int, public_id: str) -> HttpResponse:
    """A later day for the answer."""
    call = managed_call(request, call_id)
    offer = get_object_or_404(_offers(request, call), public_id=public_id)
    last = window.last_day(offer.expires_at, call.zone)
    initial = {"seen": offer.as_shown, "last_day": last + timedelta(days=2)}
    form = LongerOfferForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(wish: dict):
        until = window.end_of_day(wish.pop("last_day"), call.zone)
        after_release.give_longer(offer, until=until, **wish, by=request.user, now=request.now)

    title = _("Longer for %(startup)s?") % {"startup": offer.startup}
    said = _("They have until then, and the team is told.")
    means = _("The whole team is told at once, and reminded on the morning before the new last day.")
    return _asked(
        request, call, offer, form, act, title=title, said=said, means=means, act_label=_("Give longer")
    )


@dashboard("GET", "POST")
def withdraw_offer(request, call_id: int, public_id: str) -> HttpResponse:
    """The programme takes an offer back that nobody has accepted."""
    call = managed_call(request, call_id)
    offer = get_object_or_404(_offers(request, call), public_id=public_id)
    form = WithdrawOfferForm(
        request.POST if request.method == "POST" else None, initial={"seen": offer.as_shown}
    )

    def act(wish: dict):
        after_release.withdraw(offer, **wish, by=request.user, now=request.now)

    title = _("Take the offer to %(startup)s back?") % {"startup": offer.startup}
    said = _("The offer is withdrawn, and the team is told why.")
    means = _(
        "The whole team is told at once, with your reason, and the place is offered to the first of the reserve. This "
        "cannot be undone."
    )
    return _asked(
        request,
        call,
        offer,
        form,
        act,
        title=title,
        said=said,
        means=means,
        act_label=_("Withdraw the offer"),
    )


@dashboard("GET", "POST")
def pass_over(request, call_id: int, public_id: str) -> HttpResponse:
    """A team of the reserve gets no seat any more, or does again."""
    call = managed_call(request, call_id)
    if not call.is_released:
        raise Http404
    waiting = Decision.objects.filter(call=call, outcome=Decision.Outcome.RESERVE, application__offer=None)
    mine = waiting.filter(application__in=Sight(request.user, call).all.values("pk"))
    decision = get_object_or_404(
        mine.select_related("application__startup", "application__call", "call__programme"),
        application__public_id=public_id,
    )
    is_out = decision.passed_over_at is not None
    form = ReserveForm(
        request.POST if request.method == "POST" else None, initial={"seen": decision.as_passed_over}
    )

    def act(wish: dict):
        verb = after_release.stand_again if is_out else after_release.pass_over
        verb(decision, **wish, by=request.user, now=request.now)

    name = {"startup": decision.application}
    if is_out:
        title = _("Should %(startup)s stand in the reserve again?") % name
        said = _("%(startup)s stands in the reserve again, and the team is told.") % name
        means = _("The next place that becomes free goes to them if nobody stands before them.")
    else:
        title = _("Pass %(startup)s over?") % name
        said = _("%(startup)s is passed over, and the team is told why.") % name
        means = _(
            "A place that becomes free goes to the next in the reserve. The whole team is told at once, with your reason. "
            "They can stand in the reserve again later."
        )
    act_label = _("Back into the reserve") if is_out else _("Pass over")
    return _asked(request, call, None, form, act, title=title, said=said, means=means, act_label=act_label)


def _asked(
    request, call: Call, offer: Offer | None, form, act, *, title, said, means, act_label
) -> HttpResponse:
    """A reason, what it means, and the act; a refusal keeps what was typed."""
    if form.is_valid():
        wish = dict(form.cleaned_data)
        wish["saw"] = wish.pop("seen")
        try:
            act(wish)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, said, "selecting:selection", call.pk)
    return page(
        request,
        "applications/selecting/after_release",
        title,
        call=call,
        offer=offer,
        means=means,
        act_label=act_label,
        form=form,
    )
