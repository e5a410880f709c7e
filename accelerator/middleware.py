"""What happens around every request: its line in the log, the clock, who is signed in, the reader's zone, refusals, the
second factor."""

import itertools
import time

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import SuspiciousOperation
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from accelerator import clock, database, errors
from accelerator.people import signed_in
from accelerator.people.destinations import AFTER_FACTOR
from accelerator.transitions import NotAllowed
from accelerator.watching import logs, metrics, probes

DASHBOARD = "/admin/"
LONGEST_ANSWER = 60  # seconds that one statement of a request may take

log = structlog.get_logger(__name__)


def answer_probes(get_response):
    """Whoever watches over us asks by address, over http and without a cookie: answered before all else."""

    def middleware(request):
        view = probes.VIEWS.get(request.path_info)
        return view(request) if view else get_response(request)

    return middleware


def one_line_each(get_response):
    """Binds the request's reference and the client's address for every line; then a line for the request itself.

    A refusal (4xx) always has its line; with SLIPWAY_ACCESS_LOG=1 every request has one.
    """

    def middleware(request):
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=logs.new_reference(), ip=logs.client_address(request)
        )
        began = time.perf_counter()
        try:
            response = get_response(request)
            seconds = time.perf_counter() - began
            if settings.METRICS:
                metrics.count(request.method, logs.route(request), response.status_code, seconds)
            is_refusal = 400 <= response.status_code < 500
            if is_refusal or settings.ACCESS_LOG:
                user = getattr(request, "_cached_user", None)  # whoever was asked for; asks no database
                (log.warning if is_refusal else log.info)(
                    "request",
                    method=request.method,
                    route=logs.route(request),
                    status=response.status_code,
                    milliseconds=round(seconds * 1000),
                    user_id=user.pk if user else None,
                )
            return response
        finally:
            structlog.contextvars.clear_contextvars()

    return middleware


def makes_sense(get_response):
    """An address that no page of ours leads to is refused here (400), before a view or an error page reads it: with more
    parameters than anybody has, or with a NUL, which no field of the database holds."""

    def middleware(request):
        parameters = ((name, *values) for name, values in request.GET.lists())
        if any("\x00" in part for part in itertools.chain([request.path_info], *parameters)):
            raise SuspiciousOperation("a NUL in the address")
        return get_response(request)

    return middleware


class DatabaseAway:
    """While the database is away everybody is told so within two seconds, and no thread waits for ever."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if database.is_away() and request.COOKIES:  # strangers may have a page from memory
            return errors.database_away(request)
        with database.longest_wait(LONGEST_ANSWER):
            return self.get_response(request)

    def process_exception(self, request, exception):
        if not database.is_absence(exception):
            return None
        database.note_away()
        return errors.database_away(request)


def clock_once(get_response):
    """Everything in one request happens at the same moment, `request.now`."""

    def middleware(request):
        with clock.held(clock.now()) as request.now:
            return get_response(request)

    return middleware


def only_while_signed_in(get_response):
    """Sessions that rested too long, or are too old, have ended. What somebody who is signed in sees stays nowhere but
    on their screen: after signing out, Back shows nothing."""

    def middleware(request):
        if request.user.is_authenticated and not signed_in.note_use(request, request.user):
            logout(request)
        is_private = request.user.is_authenticated
        response = get_response(request)
        if is_private and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


def as_its_reader_reads(get_response):
    """In the language that somebody chose, and, without a named zone, as in the dashboard's lists, in their own zone."""

    def middleware(request):
        if request.user.is_anonymous:
            return get_response(request)
        asked = translation.get_language()
        own = request.user.language if request.user.language in dict(settings.LANGUAGES) else asked
        with translation.override(own), timezone.override(request.user.zone):
            request.LANGUAGE_CODE = own
            response = get_response(request)
        response.headers.setdefault("Content-Language", own)
        return response

    return middleware


def second_factor(get_response):
    """Managers and reviewers open the dashboard only with a second factor set up, and learn here why it stays shut.

    The rule itself belongs to the role, wherever it is asked for (`RoleQuerySet.held_by`).
    """

    def middleware(request):
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.path.startswith(DASHBOARD)
            and request.user.is_authenticated
            and request.user.is_staff
        ):
            from allauth.mfa.utils import is_mfa_enabled

            if not is_mfa_enabled(request.user):
                if request.method == "GET":
                    request.session[AFTER_FACTOR] = request.get_full_path()
                return redirect("mfa_index")  # which says why, and afterwards leads to where one was going
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


def stays_on_its_page(get_response):
    """A form that its page sends by itself (static/js/writing/) learns where to go on, and is not taken there.

    So a press without an answer, or after the sign-in has run out, leaves the page and its words where they are. Whoever
    is not signed in is told so (401). The innermost of all, so that only what a view answered counts as stored.
    """

    def middleware(request):
        response = get_response(request)
        if "X-Stays" not in request.headers or response.status_code not in (302, 303):
            return response
        if not request.user.is_authenticated:
            return JsonResponse({}, status=401)
        return JsonResponse({"url": response["Location"]})

    return middleware


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
