"""The page on which a founder takes over answers of an earlier call, one by one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.applying import last_time
from applications.applying.models import Application
from applications.applying.views.common import own_application, page


@require_http_methods(["GET", "HEAD", "POST"])
def start_from_last_time(request, public_id):
    mine = own_application(request, public_id)
    if request.method == "POST":
        return _take_over(request, mine)
    if not mine.is_editable(request.now):
        return redirect(mine)
    earlier = last_time.earlier_application(mine)
    offered = last_time.offered(mine, earlier) if earlier else []
    return page(request, "last_time", mine, earlier=earlier, offered=offered)


def _take_over(request, mine: Application) -> HttpResponse:
    key, seen = request.POST.get("key", ""), request.POST.get("seen", "")
    saved = last_time.take_over(mine, key, seen=seen, by=request.user, now=request.now)
    if saved.conflicts:
        messages.warning(
            request, _("Somebody has changed this answer meanwhile; look at it before you take the other.")
        )
    else:
        messages.success(
            request, _("Taken over. Read it once more: the question may be asked in other words.")
        )
    return redirect("applying:last_time", mine.public_id)
