"""Making a programme in the dashboard, and editing it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import dashboard, done, page
from accelerator.dashboard.readers import manages_something
from accelerator.messages import senders
from accelerator.programmes import editing, making
from accelerator.programmes.forms import EditProgrammeForm, ProgrammeForm
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed, WrongValue
from accelerator.ui import accent


@dashboard("GET", "POST")
def new(request) -> HttpResponse:
    """Its name, place, words and organisations; whoever makes it manages it."""
    if not manages_something(request):
        raise Http404
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = making.make(**form.cleaned_data, by=request.user, now=request.now)
        except WrongValue as refusal:
            form.add_error(refusal.field, str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(programme)s is made, and you manage it. What it needs next is on your home page.")
            return done(request, said % {"programme": made}, "admin:index")
    return page(request, "accelerator/programmes/new", _("A new programme"), form=form)


@dashboard("GET", "POST")
def programme(request, programme_slug: str) -> HttpResponse:
    """What its public page and its mails say, in which colour and from whom; how long things are kept."""
    one = get_object_or_404(Programme.objects.managed_by(request.user), slug=programme_slug)
    form = EditProgrammeForm(request.POST if request.method == "POST" else None, programme=one)
    if form.is_valid():
        act = {"seen": request.POST.get("seen", ""), "by": request.user, "now": request.now}
        try:
            is_changed = editing.change(one, form.wanted(), **act)
        except WrongValue as refusal:
            form.add_error(refusal.field, str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Saved.") if is_changed else _("Nothing changed.")
            return done(request, said, "programmes:programme", one.slug)
    return page(
        request,
        "accelerator/programmes/programme",
        one.name,
        programme=one,
        form=form,
        seen=as_seen.version_of(one),
        palette=accent.palette(one.accent) if one.accent else None,
        sends_from=senders.address_of(one),
        is_sent_from_elsewhere=bool(one.sender_email) and not senders.may_send_from(one.sender_email),
    )
