"""What managers set and write beside one application, a draft included: labels, who looks after it, notes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.dashboard.frame import attempt, dashboard, page
from accelerator.transitions import NotAllowed
from applications.applying.conflict_rows import impartial_managers
from applications.calls.managed import managed_call
from applications.lists import noting
from applications.lists.forms import NoteForm
from applications.lists.models import ApplicationLabel, Charge
from applications.reviewing.sight import Sight


@dashboard("GET", "POST")
def notes(request, call_id, public_id):
    """The notes in their order, and the form for another."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    application = get_object_or_404(
        sight.all.select_related("startup", "call__programme"), public_id=public_id
    )
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            written = noting.write(application, form.cleaned_data["text"], by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("text", str(refusal))
        else:
            _tell(request, written)
            return redirect("lists:notes", call.pk, public_id)
    labels = ApplicationLabel.objects.filter(application=application).order_by("label__name")
    return page(
        request,
        "applications/lists/notes",
        _("Notes on %(startup)s") % {"startup": application},
        call=call,
        sight=sight,
        application=application,
        labels=", ".join(labels.values_list("label__name", flat=True)),
        charge=Charge.objects.filter(application=application).select_related("person").first(),
        notes=application.notes.select_related("by").prefetch_related("named"),
        managers=wording.list_of([str(one) for one in impartial_managers(application).order_by("name")]),
        form=form,
    )


def _tell(request, written: noting.Written) -> None:
    named = [str(one) for one in written.note.named.all()]
    if named:
        said = _("The note is kept. %(who)s will get a mail.") % {"who": wording.list_of(named)}
        messages.success(request, said)
    else:
        messages.success(request, _("The note is kept."))
    for name in written.nobody:
        said = _("“@%(name)s” names no manager who may read this, or more than one. Write the whole name.")
        messages.warning(request, said % {"name": name})


@dashboard("POST")
def take_back(request, call_id, public_id, note_id):
    call = managed_call(request, call_id)
    application = get_object_or_404(Sight(request.user, call).all, public_id=public_id)
    note = get_object_or_404(application.notes.select_related("application__call__programme"), pk=note_id)
    return attempt(
        request,
        lambda: noting.take_back(note, by=request.user, now=request.now),
        _("The note is gone."),
        "lists:notes",
        call.pk,
        public_id,
    )
