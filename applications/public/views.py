"""What everybody may read: the programme, its call, and who was chosen once that is out."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accelerator import database
from accelerator.models import Programme
from accelerator.records.fields import localised
from applications.applying.models import Application
from applications.calls import season, window
from applications.calls.models import Call
from applications.calls.window import State
from applications.questions import asked
from applications.reviewing import protocol_changes
from applications.reviewing.sealed_rules import SealedProtocol
from applications.selecting.models import Offer


def kept_for_strangers(view):
    """Within one second, the same page for every reader who sends no cookie: launch day brings thousands of them.

    Whoever sends one, signed in or not, has the page made anew. By the second, so that a change shows within one and
    the deadline to the second; not at all where the clock can be stopped. While the database is away the last page
    stays, as if nothing were.
    """
    kept: dict[tuple, tuple] = {}

    @wraps(view)
    def for_anybody(request, *args, **kwargs):
        if request.COOKIES or settings.CLOCK_ADJUSTABLE or request.method != "GET":
            return view(request, *args, **kwargs)
        key = (request.path, get_language(), "gzip" in request.headers.get("accept-encoding", ""))
        second, headers, content = kept.get(key, (None, None, None))
        now = int(request.now.timestamp())
        if second == now or (headers and database.is_away()):
            return HttpResponse(content, headers=headers)
        try:
            response = view(request, *args, **kwargs)
        except (DatabaseError, InterfaceError) as error:
            if not headers or not database.is_absence(error):
                raise
            database.note_away()
            return HttpResponse(content, headers=headers)
        if response.status_code == 200:
            kept[key] = (now, dict(response.items()), response.content)
        return response

    return for_anybody


@login_not_required
@kept_for_strangers
@gzip_page  # with the two fonts, the first visit stays under 250 kB
def home(request):
    """The only programme that has announced a call, or a short list of them; while none has, of all."""
    known = Programme.objects.filter(Exists(Call.objects.announced().filter(programme=OuterRef("pk"))))
    slugs = list(known.values_list("slug", flat=True)[:2])
    if not slugs:
        known = Programme.objects.all()
        slugs = list(known.values_list("slug", flat=True)[:2])
    if len(slugs) == 1:
        return _programme(request, slugs[0])
    programmes = known.prefetch_related("partners").order_by("name")
    return render(request, "applications/public/programmes.html", {"programmes": programmes})


@login_not_required
@kept_for_strangers
@gzip_page
def programme(request, programme_slug):
    return _programme(request, programme_slug)


@login_not_required
@kept_for_strangers
@gzip_page
def questions(request, programme_slug, call_slug):
    """Everything that a call asks, with its limits, to be read or printed before one has an account."""
    opened = Call.objects.announced().filter(window__opens_at__lte=request.now)
    calls = opened.select_related("programme", "window")
    call = get_object_or_404(calls, programme__slug=programme_slug, slug=call_slug)
    context = {
        "programme": call.programme,
        "call": call,
        "sections": asked.sections(call.listed_questions),
        "is_open": call.window.is_open(request.now),
    }
    return render(request, "applications/public/questions.html", context)


@login_not_required
@kept_for_strangers
@gzip_page
def rules(request, programme_slug, call_slug):
    """By which rules the call selects, once they are sealed, with the hash of each version."""
    calls = Call.objects.announced().select_related("programme")
    call = get_object_or_404(calls, programme__slug=programme_slug, slug=call_slug)
    versions = list(call.sealed_protocols.order_by("-number"))
    if not versions:
        raise Http404
    document = versions[0].document
    context = {
        "programme": call.programme,
        "call": call,
        "versions": versions,
        "document": document,
        "counted": protocol_changes.counted_in_words(document),
        "quorum": protocol_changes.quorum_in_words(document),
        "criteria": [protocol_changes.criterion_in_words(one) for one in document["criteria"]],
    }
    return render(request, "applications/public/rules.html", context)


@login_not_required
@require_safe
def rules_file(request, programme_slug, call_slug, number):
    """One version to the byte: the SHA-256 of this file is the hash that is published."""
    one = get_object_or_404(
        SealedProtocol, call__programme__slug=programme_slug, call__slug=call_slug, number=number
    )
    name = f"rules-{call_slug}-{number}.json"
    return HttpResponse(
        one.text.encode(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _programme(request, programme_slug):
    with_words = Programme.objects.prefetch_related("partners", "benefits", "frequent_questions")
    programme = get_object_or_404(with_words, slug=programme_slug)
    call = programme.calls.current(request.now)
    context = {"programme": programme, "call": call, **(standing_of(call, request) if call else {})}
    return render(request, "applications/public/programme.html", context)


def standing_of(call: Call, request) -> dict:
    """Where the call stands now, for this reader."""
    state = call.window.state(request.now)
    others = call.programme.calls.announced()
    following = others.filter(window__opens_at__gt=call.window.opens_at).order_by("window__opens_at")
    return {
        "who_may_apply": [localised(sentence) for sentence in call.who_may_apply],
        "is_coming": state is State.COMING,
        "is_open": state is State.OPEN,
        "last_day": window.last_day(call.window.deadline, call.zone),
        "is_decided": request.now.astimezone(call.zone).date() > call.decision_on,
        "next_call": following.select_related("window").first() if state is State.CLOSED else None,
        "season": season.picture(call, request.now),
        "apply_url": reverse("applying:start_application", args=[call.programme.slug, call.slug]),
        "questions_url": reverse("public:questions", args=[call.programme.slug, call.slug]),
        "own": _own_application(call, request.user),
        "answers_are_out": call.is_released,
        "rules": list(call.sealed_protocols.defer("text")),
        "chosen": _chosen(call) if call.is_released else [],
    }


def _own_application(call: Call, user) -> dict | None:
    """The reader's own application, the one they touched last if they have several."""
    if not user.is_authenticated:
        return None
    mine = Application.objects.of(user).filter(call=call).exclude(status=Application.Status.WITHDRAWN)
    application = mine.select_related("startup").order_by("-saved_at").first()
    return application and {
        "name": application.startup.name,
        "url": application.get_absolute_url(),
        "state": application.get_status_display(),
    }


def _chosen(call: Call) -> list:
    """The startups that come and agreed to be named. By name: a gap in the order of seats would tell who said no."""
    offers = Offer.objects.to_be_named().filter(application__call=call).select_related("application__startup")
    return [offer.application.startup for offer in offers.order_by(Lower("application__startup__name"))]
