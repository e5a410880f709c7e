"""Where a reader puts an announcement away."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accelerator.announcements import announcing
from accelerator.announcements.models import Announcement
from accelerator.going_on import path_of_ours


@require_POST
def put_away(request, public_id: str) -> HttpResponse:
    """For this reader alone; on with the page on which they read it."""
    found = get_object_or_404(Announcement.objects.for_reader(request.user), public_id=public_id)
    announcing.put_away(found, by=request.user, now=request.now)
    return redirect(path_of_ours(request.POST.get("next", "")))
