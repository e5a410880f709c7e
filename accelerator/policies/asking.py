"""Whoever reads what founders entrust to a programme has signed its undertaking first: asked at the door of each such page."""

from functools import wraps

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accelerator.policies.models import Policy


def after_undertaking(view):
    """A page that a reviewer or mentor reads only once they have signed. What somebody posts is never lost to it."""

    @wraps(view)
    def asked_first(request, *args, **kwargs):
        if request.method in ("GET", "HEAD") and Policy.objects.owed_by(request.user).exists():
            wanted = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('policies:undertaking')}?{wanted}")
        return view(request, *args, **kwargs)

    return asked_first
