"""Check and submit, withdraw, reopen."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accelerator.transitions import NotAllowed
from applications.applying import drafts, receipts, submission, tickets, withdrawal
from applications.applying.forms import SubmitForm, WithdrawForm
from applications.applying.models import Application
from applications.applying.views.common import closed_page, is_unchanged, own_application, page, posted
from applications.questions import form as call_form


@require_http_methods(["GET", "POST"])
def submit_application(request, public_id):
    mine = own_application(request, public_id)
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
        return closed_page(request, mine, refusal=refusal, status=409)
    return redirect("applying:receipt", mine.public_id, version.number)


def _review_page(request, mine: Application, *, refused=False, status=200) -> HttpResponse:
    """Everything as reviewers will read it, what is missing, and the one button that counts."""
    questions, attached = mine.call.listed_questions, drafts.attached_files(mine)
    version = mine.last_version if mine.is_submitted else None
    key = uuid.uuid4()
    return page(
        request,
        "submit_application",
        mine,
        status,
        sections=call_form.read(receipts.content_of(mine, questions, attached)),
        problems=call_form.problems(mine.answers, questions, attached),
        version=version,
        is_unchanged=version is not None and is_unchanged(mine, version),
        form=SubmitForm(initial={"draft_version": mine.draft_version, "idempotency_key": key}),
        ticket=tickets.token(mine, request.user, key=key),
        refused=refused,
    )


@require_POST
@csrf_exempt
@login_not_required
def take_ticket(request):
    """Whoever has a page's token may press its Submit; it says who and what by its signature."""
    try:
        with connection.cursor() as cursor:
            key, stamped_at = tickets.write(request.POST.get("token", ""), cursor.execute)
    except tickets.NoTicket:
        return JsonResponse({}, status=400)
    return JsonResponse({"ticket": key, "stamped_at": stamped_at.isoformat()})


@require_http_methods(["GET", "POST"])
def withdraw_application(request, public_id):
    mine = own_application(request, public_id)
    form = WithdrawForm(posted(request))
    if form.is_valid():
        withdrawal.withdraw(mine, by=request.user, reason=form.cleaned_data["reason"], now=request.now)
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
    mine = own_application(request, public_id)
    withdrawal.reopen(mine, by=request.user, now=request.now)
    messages.success(request, _("The application is open again, as a draft. It counts once you submit it."))
    return redirect(mine)
