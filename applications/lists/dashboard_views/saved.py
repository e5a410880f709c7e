"""Views of the list that managers keep."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import attempt, dashboard, done
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.lists import views_saved


@dashboard("POST")
def save(request, call_id):
    """Keep what the list shows under a name."""
    call = managed_call(request, call_id)
    try:
        view = views_saved.save(
            call,
            request.POST.get("name", ""),
            request.GET,
            is_shared=bool(request.POST.get("is_shared")),
            by=request.user,
            now=request.now,
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('lists:applications', args=[call.pk])}?{request.GET.urlencode()}")
    address = f"{reverse('lists:applications', args=[call.pk])}?{view.query}"
    return done(request, _("The view “%(name)s” is saved.") % {"name": view}, address)


@dashboard("POST")
def delete(request, call_id, view_id):
    call = managed_call(request, call_id)
    view = get_object_or_404(views_saved.seen_by(request.user, call), pk=view_id)
    return attempt(
        request,
        lambda: views_saved.delete(view, by=request.user),
        _("The view “%(name)s” is deleted.") % {"name": view},
        "lists:applications",
        call.pk,
    )
