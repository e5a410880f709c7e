"""My data: what is kept about oneself, who read it, what one agreed to, and a copy of all of it."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accelerator import errors
from accelerator.privacy import exports, rooms
from accelerator.privacy.models import DataExport


def _told(registry, request) -> list:
    return [one for contribute in registry for one in contribute(request.user, request.now)]


@require_safe
def my_data(request):
    read = sorted(_told(rooms.read, request), key=lambda one: one.day, reverse=True)
    response = render(
        request,
        "accelerator/privacy/my_data.html",
        {
            "kept": _told(rooms.kept, request),
            "read": read,
            "consents": _told(rooms.consents, request),
            "copies": DataExport.objects.filter(user=request.user),
        },
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
def take_copy(request):
    """The copy at once, or, where it is large, a worker's."""
    if exports.size_of_files(request.user, request.now) > exports.AT_ONCE:
        exports.ask(request.user, now=request.now)
        messages.success(
            request, _("Your copy is being made. A mail says when it is ready; it waits here then.")
        )
        return redirect("privacy:my_data")
    content = exports.packed(request.user, request.now)
    exports.note_taken(request.user, now=request.now)
    return _as_download(FileResponse(content, as_attachment=True, filename="my-data.zip"))


@require_safe
def copy(request, public_id):
    """A copy that a worker made, for whose data it is."""
    made = DataExport.objects.filter(user=request.user, status=DataExport.Status.READY)
    export = get_object_or_404(made, public_id=public_id)
    try:
        content = export.content.open("rb")
    except OSError:
        return errors.storage_away(request)
    return _as_download(FileResponse(content, as_attachment=True, filename="my-data.zip"))


def _as_download(response: FileResponse) -> FileResponse:
    response["Content-Type"] = "application/zip"
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
