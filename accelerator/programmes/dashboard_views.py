"""Making a programme in the dashboard."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page
from accelerator.dashboard.readers import manages_something
from accelerator.programmes import making
from accelerator.programmes.forms import ProgrammeForm
from accelerator.transitions import NotAllowed, WrongValue


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
