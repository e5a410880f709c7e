"""The founder's pages: what is next, start, write, check and submit, receipt, withdraw. Only the team gets in."""

import json
import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accelerator import errors, history, wording
from accelerator.files import storage, streaming, uploads
from accelerator.models import Invitation, Startup, TeamMember
from accelerator.people import invitations
from accelerator.transitions import NotAllowed
from applications.applying import closed_page, permissions, receipts, submission, team
from applications.applying.forms import InviteForm, StartForm, SubmitForm, WithdrawForm
from applications.applying.models import Application, Attachment
from applications.calls.models import Call
from applications.questions import questionnaire
from applications.questions.models import Question
from applications.selecting.models import Offer


def _mine(request, public_id: str) -> Application:
    """An application of the reader's own startup; for everybody else it does not exist."""
    known = Application.objects.of(request.user).select_related("call__programme", "call__window", "startup")
    return get_object_or_404(known, public_id=public_id)


def _page(request, template: str, application: Application, status: int = 200, **context) -> HttpResponse:
    common = {"application": application, "call": application.call, "programme": application.call.programme}
    return render(request, f"applications/applying/{template}.html", {**common, **context}, status=status)


def _posted(request):
    """What binds a form: an empty POST is one too."""
    return request.POST if request.method == "POST" else None


def _wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"


# --- Home and start -----------------------------------------------------------------------------------
@require_safe
def my_applications(request):
    mine = (
        Application.objects.of(request.user)
        .select_related("call__programme", "call__window", "call__release", "startup", "offer")
        .annotate(version=Max("submissions__number"))
        .order_by("-call__window__closes_at", "startup__name")
    )
    applications = [(application, application.is_editable(request.now)) for application in mine]
    open_calls = Call.objects.open_at(request.now).select_related("programme", "window")
    return render(
        request,
        "applications/applying/my_applications.html",
        {"applications": applications, "open_calls": open_calls},
    )


@require_http_methods(["GET", "POST"])
def start_application(request, programme_slug, call_slug):
    calls = Call.objects.select_related("programme", "window")
    call = get_object_or_404(calls, programme__slug=programme_slug, slug=call_slug)
    mine = Application.objects.of(request.user).filter(call=call).select_related("startup")
    idle = Startup.objects.of(request.user).exclude(applications__call=call)
    form = StartForm(_posted(request), startups=idle)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("startup", "name")}
        return redirect(submission.start(call, by=request.user, now=request.now, **chosen))
    context = {"call": call, "programme": call.programme, "form": form, "mine": mine}
    context["is_open"] = call.window.is_open(request.now)
    return render(request, "applications/applying/start_application.html", context)


# --- Writing ------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def application(request, public_id):
    mine = _mine(request, public_id)
    if request.method == "POST":
        return _save(request, mine)
    if not mine.is_editable(request.now):
        return _closed(request, mine)
    questions, attached = mine.call.listed_questions, submission.attached_files(mine)
    form = questionnaire.bound_to(mine.answers, questions, attached, zone=mine.call.zone)
    return _form_page(request, mine, form, questions)


def _form_page(request, mine, form, questions, conflicts=None, status=200) -> HttpResponse:
    version = mine.last_version
    return _page(
        request,
        "application_form",
        mine,
        status,
        form=form,
        sections=questionnaire.sections(form, questions),
        conflicts=conflicts or [],
        seen=json.dumps(submission.fingerprints(mine.answers)),
        saved=_saved_words(mine, version),
        version=version,
    )


def _save(request, mine: Application) -> HttpResponse:
    questions, attached = mine.call.listed_questions, submission.attached_files(mine)
    form = questionnaire.form_class(questions)(request.POST, request.FILES)
    form.hold(attached, mine.call.zone)
    try:
        saved = submission.save_draft(
            mine,
            form.answers(),
            by=request.user,
            version=_number(request.POST.get("draft_version")),
            seen=_marks(request.POST.get("seen")),
            now=request.now,
        )
        for key, checked in form.uploads().items():
            _attach(form, mine, key, checked, by=request.user, now=request.now)
    except NotAllowed as refusal:
        if _wants_json(request):
            return JsonResponse({"message": str(refusal), "closed": True}, status=409)
        return _closed(request, mine, typed=form, refusal=refusal, status=409)
    conflicts = [
        {
            "key": key,
            "label": form[key].label,
            "theirs": questionnaire.as_typed(theirs),
            "mark": submission.fingerprint(theirs),
        }
        for key, theirs in saved.conflicts.items()
    ]
    if _wants_json(request):
        return _saved_answer(saved, form, questions, conflicts)
    if conflicts or any(key in form.errors for key in request.FILES):
        return _form_page(
            request, saved.application, form, questions, conflicts, status=409 if conflicts else 422
        )
    if request.POST.get("act") == "submit":
        return redirect("applying:submit_application", mine.public_id)
    return redirect("applying:application", mine.public_id)


def _attach(form, mine: Application, key: str, checked, *, by, now) -> None:
    """Keep the file; when the storage is away or full, say so beside its question."""
    try:
        submission.attach_file(mine, key, checked, by=by, now=now)
    except storage.NotKept as refusal:
        form.add_error(key, ValidationError(str(refusal), code="not_kept"))


def _saved_answer(saved: submission.Saved, form, questions, conflicts: list) -> JsonResponse:
    """What the page needs to know after it saved itself."""
    message = _saved_words(saved.application)
    if conflicts:
        message = _("Saved, except what somebody else changed too: please choose above the answer.")
    return JsonResponse(
        {
            "message": message,
            "draft_version": saved.application.draft_version,
            "seen": submission.fingerprints(saved.application.answers),
            "sections": {
                section.key: {"state": section.state, "kind": section.state_kind}
                for section in questionnaire.sections(form, questions)
            },
            "conflicts": conflicts,
        }
    )


def _saved_words(mine: Application, version=None) -> str:
    when = wording.wall_time(mine.saved_at, mine.call.zone)
    if not mine.is_submitted:
        return _("Draft saved at %(time)s. Nothing is submitted yet.") % {"time": when}
    if version and _is_unchanged(mine, version):
        return _("Nothing has changed since version %(number)d.") % {"number": version.number}
    return _("Saved at %(time)s. Changes count once you submit again.") % {"time": when}


def _is_unchanged(mine: Application, version) -> bool:
    return version.content.get("draft_version") == mine.draft_version


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _marks(text) -> dict | None:
    """The fingerprints that the page was opened with; None from a client that sends none."""
    try:
        marks = json.loads(text or "null")
    except ValueError:
        return None
    return marks if isinstance(marks, dict) else None


@require_POST
def upload_file(request, public_id, question_key):
    mine = _mine(request, public_id)
    question = get_object_or_404(mine.call.questions, key=question_key, kind=Question.Kind.FILE)
    form = questionnaire.form_class([question], complete=True)({}, request.FILES)
    status = 422
    if form.is_valid():
        try:
            checked = form.uploads()[question_key]
            _attach(form, mine, question_key, checked, by=request.user, now=request.now)
            status = 422 if form.errors else 200
        except NotAllowed as refusal:
            form.add_error(question_key, str(refusal))
            status = 409
    if status == 200 and not _wants_json(request):
        return redirect(reverse("applying:application", args=[mine.public_id]) + f"#id_{question_key}")
    form.hold(submission.attached_files(mine), mine.call.zone)
    if _wants_json(request):
        answer = {"html": form[question_key].as_field_group()}
        if status == 200:
            answer["message"] = _saved_words(_mine(request, public_id))
        if form.has_error(question_key, "not_kept"):
            answer["message"], status = str(uploads.NOT_KEPT), 503
        return JsonResponse(answer, status=status)
    return _page(request, "upload_refused", mine, status, field=form[question_key])


@require_safe
def application_file(request, public_id):
    attachment = _readable_file(request, public_id)
    try:
        response = streaming.stream(attachment.file)
    except OSError:
        return errors.storage_away(request)
    except storage.ImagesOnly:
        return redirect("applying:application_pages", public_id)
    _note_opening(request, attachment)
    return response


@require_safe
def application_pages(request, public_id):
    """A file as pictures of its pages."""
    attachment = _readable_file(request, public_id)
    _note_opening(request, attachment)
    context = {"file": attachment.file, "pages": streaming.shown_pages(attachment.file)}
    context["file_url"] = reverse("applying:application_file", args=[public_id])
    return _page(request, "file_pages", attachment.application, **context)


@require_safe
def application_page_image(request, public_id, number):
    attachment = _readable_file(request, public_id)
    try:
        response = streaming.page_image(attachment.file, number)
    except streaming.NoSuchPage:
        raise Http404 from None
    except OSError:
        return errors.storage_away(request)
    _note_opening(request, attachment, is_part=True)
    return response


def _readable_file(request, public_id: str) -> Attachment:
    known = Attachment.objects.select_related(
        "application__call__programme", "application__call__window", "application__startup", "file"
    )
    attachment = get_object_or_404(known, file__public_id=public_id)
    if not permissions.can_open_file(request.user, attachment):
        raise Http404
    return attachment


def _note_opening(request, attachment: Attachment, *, is_part: bool = False) -> None:
    """In the history, for whoever is not of the team; page after page counts as one opening within an hour."""
    application, file = attachment.application, attachment.file.public_id
    if permissions.is_on_the_team(request.user, application):
        return
    action = "application.file_opened"
    if is_part:
        mine = history.of(application).filter(action=action, actor=request.user, details__file=file)
        if mine.filter(happened_at__gt=request.now - timedelta(hours=1)).exists():
            return
    history.record(
        action,
        application,
        by=request.user,
        programme=application.call.programme,
        now=request.now,
        file=file,
    )


# --- Submitting ---------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def submit_application(request, public_id):
    mine = _mine(request, public_id)
    if request.method == "POST":
        return _submit(request, mine)
    if not mine.is_editable(request.now):
        return redirect(mine)
    return _review_page(request, mine)


def _submit(request, mine: Application) -> HttpResponse:
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return redirect("applying:submit_application", mine.public_id)
    try:
        version = submission.submit(mine, by=request.user, **form.cleaned_data)
    except submission.Incomplete:
        return _review_page(request, mine, refused=True, status=422)
    except submission.Outdated as refusal:
        messages.warning(request, str(refusal))
        return redirect("applying:submit_application", mine.public_id)
    except NotAllowed as refusal:
        return _closed(request, mine, refusal=refusal, status=409)
    return redirect("applying:receipt", mine.public_id, version.number)


def _review_page(request, mine: Application, *, refused=False, status=200) -> HttpResponse:
    """Everything as reviewers will read it, what is missing, and the one button that counts."""
    questions, attached = mine.call.listed_questions, submission.attached_files(mine)
    version = mine.last_version if mine.is_submitted else None
    key = {"draft_version": mine.draft_version, "idempotency_key": uuid.uuid4()}
    return _page(
        request,
        "submit_application",
        mine,
        status,
        sections=questionnaire.read(receipts.content_of(mine, questions, attached)),
        problems=questionnaire.problems(mine.answers, questions, attached),
        version=version,
        is_unchanged=version is not None and _is_unchanged(mine, version),
        form=SubmitForm(initial=key),
        refused=refused,
    )


@require_safe
def receipt(request, public_id, number):
    mine = _mine(request, public_id)
    version = get_object_or_404(mine.submissions.select_related("submitted_by"), number=number)
    return _page(
        request,
        "receipt",
        mine,
        version=version,
        sections=questionnaire.read(version.content),
        versions=mine.submissions.only("number", "received_at", "application").order_by("-number"),
        is_editable=mine.is_editable(request.now),
    )


@require_safe
def receipt_content(request, public_id, number):
    """The canonical bytes: their SHA-256 is the one on the receipt."""
    version = get_object_or_404(_mine(request, public_id).submissions, number=number)
    name = f"receipt-{version.receipt_number}.json"
    return HttpResponse(
        receipts.canonical(version.content),
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


# --- The team -----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def invite_co_founder(request, public_id):
    mine = _mine(request, public_id)
    form = InviteForm(_posted(request))
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            team.invite_co_founder(mine.startup, email=email, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": email})
            return redirect("applying:invite_co_founder", mine.public_id)
    can_withdraw = set(
        permissions.invitations_to_withdraw(request.user, mine.startup).values_list("pk", flat=True)
    )
    invited = [
        (invitation, invitation.pk in can_withdraw)
        for invitation in team.open_invitations(mine.startup, request.now)
    ]
    members = list(mine.startup.team)
    is_owner = any(member.is_owner and member.user_id == request.user.pk for member in members)
    return _page(request, "team", mine, form=form, members=members, invited=invited, is_owner=is_owner)


def _member(mine: Application, person_id: str) -> TeamMember:
    return get_object_or_404(mine.startup.team, user__public_id=person_id)


@require_http_methods(["GET", "POST"])
def remove_founder(request, public_id, person_id):
    """The owner parts with a co-founder."""
    mine = _mine(request, public_id)
    member = _member(mine, person_id)
    if not permissions.owns(request.user, mine.startup):
        raise PermissionDenied
    if request.method == "POST":
        team.remove(member, by=request.user, now=request.now)
        messages.success(request, _("%(person)s is no longer in the team.") % {"person": member.user})
        return redirect("applying:invite_co_founder", mine.public_id)
    if refusal := team.why_one_cannot_leave(member):
        raise NotAllowed(refusal)
    ends = _(
        "From that moment %(person)s sees nothing of %(startup)s any more, gets no further mail about it, and hears so "
        "in a short letter."
    )
    return _ask_about_the_team(
        request,
        mine,
        _("Take %(person)s out of the team?") % {"person": member.user},
        ends % {"person": member.user, "startup": mine.startup},
        _("Take them out"),
    )


@require_http_methods(["GET", "POST"])
def leave_team(request, public_id):
    mine = _mine(request, public_id)
    member = get_object_or_404(mine.startup.team, user=request.user)
    if request.method == "POST":
        team.leave(member, now=request.now)
        messages.success(request, _("You have left the team of %(startup)s.") % {"startup": mine.startup})
        return redirect("applying:my_applications")
    if refusal := team.why_one_cannot_leave(member):
        raise NotAllowed(refusal)
    ends = _(
        "From that moment you see nothing of it any more and get no further mail about it; only your co-founders can "
        "ask you in again."
    )
    question = _("Leave the team of %(startup)s?") % {"startup": mine.startup}
    return _ask_about_the_team(request, mine, question, ends, _("Leave the team"))


@require_http_methods(["GET", "POST"])
def hand_over_team(request, public_id, person_id):
    mine = _mine(request, public_id)
    member = _member(mine, person_id)
    if not permissions.owns(request.user, mine.startup):
        raise PermissionDenied
    if request.method == "POST":
        team.hand_over(member, by=request.user, now=request.now)
        words = {"person": member.user, "startup": mine.startup}
        messages.success(request, _("%(person)s now owns %(startup)s.") % words)
        return redirect("applying:invite_co_founder", mine.public_id)
    question = _("Make %(person)s the owner of %(startup)s?") % {
        "person": member.user,
        "startup": mine.startup,
    }
    means = _(
        "The owner decides who is in the team. You stay in it as a co-founder, and cannot take the ownership back by "
        "yourself."
    )
    return _confirm(request, mine, question, means, _("Hand it over"))


def _ask_about_the_team(request, mine: Application, question: str, ends: str, act: str) -> HttpResponse:
    """Before somebody goes: what ends, and what that means at this stage."""
    return _confirm(
        request, mine, question, f"{ends} {team.what_it_means(mine, request.now)}", act, dangerous=True
    )


def _confirm(
    request, mine: Application, question: str, explanation: str, act: str, *, dangerous=False
) -> HttpResponse:
    context = {"question": question, "explanation": explanation, "act": act, "dangerous": dangerous}
    context |= {
        "back": reverse("applying:invite_co_founder", args=[mine.public_id]),
        "programme": mine.call.programme,
    }
    return render(request, "confirm.html", context)


def _team_invitation(request, mine: Application, invitation_id: str) -> Invitation:
    found = Invitation.objects.filter(startup=mine.startup).select_related("startup")
    invitation = get_object_or_404(found, public_id=invitation_id)
    if not permissions.can_withdraw_invitation(request.user, invitation):
        raise PermissionDenied
    return invitation


@require_POST
def withdraw_co_founder_invitation(request, public_id, invitation_id):
    mine = _mine(request, public_id)
    invitation = _team_invitation(request, mine, invitation_id)
    invitations.withdraw(invitation, by=request.user, now=request.now)
    messages.success(request, _("Withdrawn. The link no longer works."))
    return redirect("applying:invite_co_founder", mine.public_id)


@require_POST
def send_co_founder_invitation_again(request, public_id, invitation_id):
    mine = _mine(request, public_id)
    invitation = _team_invitation(request, mine, invitation_id)
    invitations.send_again(invitation, by=request.user, now=request.now)
    words = {"email": invitation.email}
    messages.success(
        request, _("A new link is on its way to %(email)s; the earlier one no longer works.") % words
    )
    return redirect("applying:invite_co_founder", mine.public_id)


# --- Withdrawing, and afterwards ----------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def withdraw_application(request, public_id):
    mine = _mine(request, public_id)
    form = WithdrawForm(_posted(request))
    if form.is_valid():
        submission.withdraw(mine, by=request.user, reason=form.cleaned_data["reason"], now=request.now)
        messages.success(request, _("The application is withdrawn. Nobody will review it."))
        return redirect(mine)
    if not mine.is_editable(request.now):
        return redirect(mine)
    question = _("Withdraw the application of %(startup)s?") % {"startup": mine.startup}
    explanation = _(
        "Nobody will review it, and the reminders stop. Everything you wrote is kept, and until the deadline you can "
        "reopen it and submit again."
    )
    context = {"question": question, "explanation": explanation, "act": _("Withdraw it"), "dangerous": True}
    context |= {"back": mine.get_absolute_url(), "form": form, "programme": mine.call.programme}
    return render(request, "confirm.html", context)


@require_POST
def reopen_application(request, public_id):
    mine = _mine(request, public_id)
    submission.reopen(mine, by=request.user, now=request.now)
    messages.success(request, _("The application is open again, as a draft. It counts once you submit it."))
    return redirect(mine)


def _closed(request, mine: Application, *, typed=None, refusal=None, status=200) -> HttpResponse:
    """Nothing can be changed any more: what stands, what was typed just now, and what comes next."""
    version = mine.last_version if mine.is_submitted else None
    offer = Offer.objects.filter(application=mine).first() if mine.call.is_released else None
    if version:
        content = version.content
    else:
        questions = mine.call.listed_questions
        content = receipts.content_of(mine, questions, submission.attached_files(mine))
    return _page(
        request,
        "application_closed",
        mine,
        status,
        sections=questionnaire.read(content),
        version=version,
        offer=offer,
        offer_is_open=offer is not None and offer.is_open(request.now),
        refusal=refusal,
        typed=questionnaire.not_stored(typed, mine.answers) if typed else [],
        can_reopen=mine.is_withdrawn and mine.call.window.is_open(request.now),
        acts=closed_page.acts_on(mine),
        is_open=mine.call.window.is_open(request.now),
    )
