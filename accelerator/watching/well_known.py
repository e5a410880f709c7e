"""What machines ask every site for: what they may look at, and whom to tell about a hole."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accelerator import clock

DAY = 86_400
# Private pages ask for a sign-in anyway; these are left out so that no link of ours with a secret is kept anywhere.
KEPT_FROM_ROBOTS = (
    "/accounts/",
    "/admin/",
    "/applications/",
    "/files/",
    "/invitations/",
    "/let-in/",
    "/mentoring/",
)


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_FROM_ROBOTS), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def security_contact(request) -> HttpResponse:
    """RFC 9116; 404 where nobody is named. It says that it is good for half a year, counted from today: as long as we
    answer, the contact is the one that the configuration names."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = clock.real_now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=180)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
        "Preferred-Languages: en",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
