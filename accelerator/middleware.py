"""What happens around every request: one reading of the clock, the reader's zone, refusals, the second factor."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone

from accelerator import clock
from accelerator.transitions import NotAllowed

DASHBOARD = "/admin/"


def clock_once(get_response):
    """Everything in one request happens at the same moment, `request.now`."""

    def middleware(request):
        with clock.held(clock.now()) as request.now:
            return get_response(request)

    return middleware


def reader_zone(get_response):
    """Times without a named zone, as in the dashboard's lists, are shown in the reader's own."""

    def middleware(request):
        if request.user.is_authenticated:
            with timezone.override(request.user.zone):
                return get_response(request)
        return get_response(request)

    return middleware


def second_factor(get_response):
    """Managers and reviewers open the dashboard only with a second factor set up."""

    def middleware(request):
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.path.startswith(DASHBOARD)
            and request.user.is_authenticated
            and request.user.is_staff
        ):
            from allauth.mfa.utils import is_mfa_enabled

            if not is_mfa_enabled(request.user):
                return redirect("mfa_index")  # which says why
        return get_response(request)

    return middleware


class Refusals:
    """A refusal that no form caught becomes a page that says why (409), never a failure."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NotAllowed):
            return render(request, "409.html", {"reason": str(exception)}, status=409)
        return None


def dashboard_csp(get_response):
    """django-unfold's Alpine evaluates expressions and sets styles; allow that under the dashboard's path only."""

    def middleware(request):
        response = get_response(request)
        if request.path.startswith(DASHBOARD):
            response._csp_replace = {
                "script-src": ["'self'", "'unsafe-eval'"],
                "style-src": ["'self'", "'unsafe-inline'"],
            }
        return response

    return middleware
