"""My data: what is kept about oneself, who read it, what one agreed to, and a copy of all of it."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accelerator import errors, wording
from accelerator.privacy import closing, exports, rooms
from accelerator.privacy.models import DataExport


def asks_for_it(request) -> bool:
    """What the page says may be read; the act asks once more whether it is them."""
    return request.method == "POST"


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
            "closing": closing.pending(request.user),
            "copies": DataExport.objects.filter(user=request.user),
        },
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
@reauthentication_required(app="accelerator.privacy")
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


# --- Closing the account ------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reauthentication_required(app="accelerator.privacy", enabled=asks_for_it)
def close_account(request):
    """GET says what it means and what has to be settled first; POST begins the fourteen days."""
    if closing.pending(request.user):
        return redirect("privacy:my_data")
    settle = closing.why_not(request.user, request.now)
    if request.method == "POST" and not settle:
        begun = closing.ask(request.user, now=request.now)
        due = wording.moment(begun.due_at, request.user.zone)
        messages.success(
            request, _("Your account will be closed on %(due)s. You can undo it until then.") % {"due": due}
        )
        return redirect("privacy:my_data")
    context = {"settle": settle, "stays": closing.STAYS}
    return render(
        request,
        "accelerator/privacy/close_account.html",
        context,
        status=409 if request.method == "POST" else 200,
    )


@require_POST
def keep_account(request):
    """Undo it, signed in."""
    if begun := closing.pending(request.user):
        closing.undo(begun, now=request.now)
        messages.success(request, _("Your account stays open."))
    return redirect("privacy:my_data")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undo_closing(request, token):
    """Undo it by the link of the mail. Reading it changes nothing: mail scanners open links, too."""
    begun = closing.find(token)
    if begun is None:
        raise Http404
    is_pending = begun.undone_at is None and begun.done_at is None
    if request.method == "POST" and is_pending:
        closing.undo(begun, now=request.now)
        begun.undone_at = request.now
    context = {"begun": begun, "is_pending": is_pending and begun.undone_at is None, "zone": begun.user.zone}
    return render(request, "accelerator/privacy/undo_closing.html", context)


def _as_download(response: FileResponse) -> FileResponse:
    response["Content-Type"] = "application/zip"
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
