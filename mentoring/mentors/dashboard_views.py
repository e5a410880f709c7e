"""The programme's terms of booking, on a page of its managers."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import dashboard, done, page
from accelerator.models import Programme
from accelerator.transitions import NotAllowed
from mentoring.mentors import terms
from mentoring.mentors.forms import BookingTermsForm
from mentoring.mentors.models import TERMS, BookingTerms


@dashboard("GET", "POST")
def booking_terms(request, slug):
    """How far ahead, how many sessions, and a startup's share; a mentor's own numbers go before these."""
    programme = get_object_or_404(Programme.objects.managed_by(request.user), slug=slug)
    stands = BookingTerms.of(programme)
    initial = {name: getattr(stands, name) for name in (*TERMS, "country", "region")}
    sent = request.POST if request.method == "POST" else None
    form = BookingTermsForm(sent, initial=initial, zone=programme.zone, are_needed=True)
    if form.is_valid():
        try:
            terms.set_terms(
                programme,
                form.cleaned_data,
                seen=request.POST.get("seen", ""),
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Saved. What is booked stays; what is offered follows these numbers from now on.")
            return done(request, said, "mentoring_dashboard:booking_terms", programme.slug)
    return page(
        request,
        "mentoring/mentors/booking_terms",
        _("How mentors are booked"),
        programme=programme,
        form=form,
        seen=as_seen.version_of(programme),
    )
