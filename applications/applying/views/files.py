"""The files of an application: uploaded by its team, opened by those who may read it."""

from datetime import timedelta
from typing import Any

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accelerator import errors, history, readings
from accelerator.files import storage, streaming, uploads
from accelerator.models import Reading
from accelerator.policies.asking import after_undertaking
from accelerator.transitions import NotAllowed
from applications.applying import drafts, permissions
from applications.applying.models import Application, Attachment
from applications.applying.views import open_page
from applications.applying.views.common import attach, own_application, page, saved_words, wants_json
from applications.questions import form as call_form
from applications.questions.models import Question


@require_http_methods(["GET", "HEAD", "POST"])
def upload_file(request, public_id, question_key):
    """The file that answers a question: put up, or (GET) as an open form shows the one that somebody else put up."""
    mine = own_application(request, public_id)
    question = get_object_or_404(mine.call.questions, key=question_key)
    if not question.is_file:
        raise Http404
    if request.method != "POST":
        return _as_it_stands(request, mine, question)
    form = call_form.form_class([question], complete=True)({}, request.FILES)
    status = 422
    if form.is_valid():
        try:
            checked = form.uploads()[question_key]
            attach(form, mine, question_key, checked, by=request.user, now=request.now)
            status = 422 if form.errors else 200
        except NotAllowed as refusal:
            form.add_error(question_key, str(refusal))
            status = 409
    if status == 200 and not wants_json(request):
        return redirect(reverse("applying:application", args=[mine.public_id]) + f"#id_{question_key}")
    form.hold(drafts.attached_files(mine), mine.call.zone)
    if wants_json(request):
        answer: dict[str, str] = {"html": form[question_key].as_field_group()}
        if status == 200:
            answer["message"] = saved_words(own_application(request, public_id))
        if form.has_error(question_key, "not_kept"):
            answer["message"], status = str(uploads.NOT_KEPT), 503
        return JsonResponse(answer, status=status)
    return page(request, "upload_refused", mine, status, field=form[question_key])


def _as_it_stands(request, mine: Application, question: Question) -> JsonResponse:
    form = call_form.form_class([question])()
    attached = drafts.attached_files(mine)
    form.hold(attached, mine.call.zone)
    answer = {"html": form[question.key].as_field_group()}
    if file := attached.get(question.key):
        answer |= open_page.whose(file.uploaded_by, file.uploaded_at, request.user, mine.call.zone)
    return JsonResponse(answer)


@require_safe
@after_undertaking
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
@after_undertaking
def application_pages(request, public_id):
    """A file as pictures of its pages."""
    attachment = _readable_file(request, public_id)
    _note_opening(request, attachment)
    context: dict[str, Any] = {"file": attachment.file, "pages": streaming.shown_pages(attachment.file)}
    context["file_url"] = reverse("applying:application_file", args=[public_id])
    application = attachment.application
    if permissions.is_on_the_team(request.user, application):
        return page(request, "file_pages", application, **context)
    context |= {"application": application, "call": application.call, "programme": application.call.programme}
    return render(request, "applications/applying/file_pages.html", context)


@require_safe
@after_undertaking
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
    readings.note(request, Reading.What.FILE, application)
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
