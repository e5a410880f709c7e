"""The pages on which managers change what a call rests on: until when it is open, and for whom."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.applying import asking, deadlines, incidents
from applications.applying.extensions import ExtensionRequest
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.sight import Sight
from applications.setup import deadline_preview
from applications.setup.forms import (
    DeclineRequestForm,
    ExtendForm,
    IncidentForm,
    MoveWindowForm,
    TakeBackForm,
    UntilForm,
)

LISTED = 50  # late attempts on the page, the latest


def _among(request, call: Call):
    """The applications of the call that this manager has no conflict with."""
    return Sight(request.user, call).all


# --- Where it stands ----------------------------------------------------------------------------------
@dashboard("GET", "POST")
def window(request, call_id):
    """From when until when a call takes applications; who has more time, who asks for it, and who came too late."""
    call = managed_call(request, call_id)
    among = _among(request, call)
    form = MoveWindowForm(_posted(request), current=call.window, zone=call.zone)

    def move(confirmed: bool):
        wanted = {name: form.cleaned_data[name] for name in ("opens_at", "closes_at", "seen", "reason")}
        deadlines.move(call, **wanted, confirmed=confirmed, by=request.user, now=request.now)
        return _("The window is as you set it.")

    def consequences():
        return deadline_preview.of_moving(
            call, form.cleaned_data["closes_at"], request.now, without=Sight(request.user, call).barred
        )

    if request.method == "POST":
        answer = _shown_first(request, call, form, consequences, move, _("Move the window?"))
        if answer:
            return answer
    requests = ExtensionRequest.objects.filter(application__in=among).select_related(
        "application__startup",
        "application__call__programme",
        "application__call__window",
        "by",
        "answered_by",
    )
    return page(
        request,
        "applications/setup/window",
        _("Deadline"),
        call=call,
        form=form,
        is_sealed=call.applications.filter(sealed_at__isnull=False).exists() or call.window.sealed_at,
        is_closed=request.now >= call.window.deadline,
        has_time=among.filter(sealed_at=None, extended_until__gt=request.now).count(),
        waiting=[(one, _until_tomorrow(request, call, one)) for one in requests if one.is_waiting],
        answered=[one for one in requests if not one.is_waiting],
        extensions=_extensions(call, among),
        incidents=[
            (one, incidents.record_in_words(one.health), one.extensions.count())
            for one in call.incidents.select_related("by").order_by("-at")
        ],
        attempts=incidents.late_attempts(among)[:LISTED],
    )


def _until_tomorrow(request, call: Call, asked: ExtensionRequest) -> UntilForm:
    """What is most often given, so that one press is enough."""
    tomorrow = request.now.astimezone(call.zone).date() + timedelta(days=1)
    return UntilForm(zone=call.zone, prefix=f"r{asked.pk}", initial={"last_day": tomorrow})


def _extensions(call: Call, among):
    known = call.extensions.select_related("application__startup", "by", "taken_back_by")
    return known.exclude(application__in=call.applications.exclude(pk__in=among.values("pk")))


# --- Changing it --------------------------------------------------------------------------------------
@dashboard("GET", "POST")
def extend(request, call_id):
    """More time, for some or for everybody."""
    call = managed_call(request, call_id)
    given = {"initial": {"who": request.GET.get("who", "")}, "zone": call.zone}
    form = ExtendForm(_posted(request), among=_with_deadlines(request, call), **given)

    def give(_confirmed: bool):
        wanted = {name: form.cleaned_data[name] for name in ("applications", "until", "reason")}
        deadlines.extend(call, **wanted, by=request.user, now=request.now)
        return _("More time is given, and everybody concerned is told.")

    def consequences():
        return deadline_preview.of_extending(
            call,
            form.cleaned_data["applications"],
            form.cleaned_data["until"],
            request.now,
            without=Sight(request.user, call).barred,
        )

    if request.method == "POST":
        answer = _shown_first(request, call, form, consequences, give, _("Give more time?"))
        if answer:
            return answer
    return page(request, "applications/setup/extend", _("Give more time"), call=call, form=form)


@dashboard("GET", "POST")
def incident(request, call_id):
    """Something of ours went wrong: time for everybody who tried then, with our own record attached."""
    call = managed_call(request, call_id)
    form = IncidentForm(_posted(request), zone=call.zone)
    among = _with_deadlines(request, call)

    def declare(_confirmed: bool):
        wanted = {name: form.cleaned_data[name] for name in ("began_at", "ended_at", "until", "reason")}
        incidents.declare(call, among=among, **wanted, by=request.user, now=request.now)
        return _("It is on record, and everybody who tried then has more time and is told.")

    def consequences():
        span = form.cleaned_data["began_at"], form.cleaned_data["ended_at"]
        tried = list(incidents.who_tried(among, *span))
        found = deadline_preview.of_extending(call, tried, form.cleaned_data["until"], request.now)
        found.record = incidents.record_in_words(incidents.health_between(*span))
        return found

    if request.method == "POST":
        answer = _shown_first(request, call, form, consequences, declare, _("Put it on record?"))
        if answer:
            return answer
    return page(request, "applications/setup/incident", _("Something went wrong"), call=call, form=form)


def _with_deadlines(request, call: Call):
    return _among(request, call).select_related("call__programme", "call__window", "startup")


def _posted(request):
    return request.POST if request.method == "POST" else None


def _shown_first(request, call: Call, form, consequences: Callable, act: Callable, question: str):
    """The first press shows what would happen, the second does it; None when the form is to be shown again."""
    if not form.is_valid():
        return None
    shown = sha256(repr(sorted(form.cleaned_data.items(), key=lambda item: item[0])).encode()).hexdigest()
    is_second = request.POST.get("shown") == shown
    found = consequences()
    try:
        if is_second:
            return done(request, act(request.POST.get("confirmed") == "on"), "setup:window", call.pk)
        _could(act)
    except deadlines.AsksTwice:
        pass  # the page says what it takes away, and the box that means it was left empty
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None
    return page(
        request,
        "applications/setup/deadline_preview",
        question,
        call=call,
        form=form,
        shown=shown,
        found=found,
        must_confirm=is_second,
    )


def _could(act: Callable) -> None:
    """Whether it would be refused: done, and undone at once, so that nothing is shown that cannot be."""
    with transaction.atomic():
        act(True)
        transaction.set_rollback(True)


@dashboard("GET", "POST")
def take_back(request, call_id, extension_id):
    """An extension that was a mistake."""
    call = managed_call(request, call_id)
    extension = get_object_or_404(_extensions(call, _among(request, call)), pk=extension_id)
    form = TakeBackForm(_posted(request))
    if form.is_valid():
        try:
            deadlines.take_back(extension, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("Taken back, and those concerned are told."), "setup:window", call.pk)
    return page(
        request,
        "applications/setup/take_back",
        _("Take this extension back?"),
        call=call,
        form=form,
        extension=extension,
    )


# --- Answering founders -------------------------------------------------------------------------------
def _request(request, call: Call, request_id: int) -> ExtensionRequest:
    known = ExtensionRequest.objects.filter(application__in=_among(request, call))
    known = known.select_related("application__call__programme", "application__call__window", "by")
    return get_object_or_404(known, pk=request_id)


@dashboard("POST")
def grant_request(request, call_id, request_id):
    """One press: they have time until then."""
    call = managed_call(request, call_id)
    asked = _request(request, call, request_id)
    form = UntilForm(request.POST, zone=call.zone, prefix=f"r{asked.pk}")

    def grant():
        if not form.is_valid():
            raise NotAllowed(_("Say until which day and minute, such as 23:59."))
        asking.grant(asked, until=form.cleaned_data["until"], by=request.user, now=request.now)

    return attempt(request, grant, _("They have more time, and are told."), "setup:window", call.pk)


@dashboard("POST")
def decline_request(request, call_id, request_id):
    call = managed_call(request, call_id)
    asked = _request(request, call, request_id)
    form = DeclineRequestForm(request.POST)

    def decline():
        words = form.cleaned_data["answer"] if form.is_valid() else ""
        asking.decline(asked, answer=words, by=request.user, now=request.now)

    return attempt(request, decline, _("Your answer is on its way."), "setup:window", call.pk)
