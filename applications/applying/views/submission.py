"""Check, submit, withdraw, reopen."""

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
from applications.applying import drafts, likeness, receipts, standing, submission, team, tickets, withdrawal
from applications.applying.forms import SubmitForm, WithdrawForm
from applications.applying.models import Application
from applications.applying.views.common import closed_page, own_application, page, posted
from applications.questions import form as call_form


@require_http_methods(["GET", "HEAD", "POST"])
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
    return _send(request, mine, **form.cleaned_data)


def send(request, mine: Application, *, draft_version: int) -> HttpResponse:
    """Submit from the form what was saved by the same press; `draft_version` is what the page knew, and this save.

    The second press of a double click saves nothing more: it means what the first one submitted.
    """
    form = SubmitForm({**request.POST.dict(), "draft_version": draft_version})
    if not form.is_valid():
        return redirect("applying:submit_application", mine.public_id)
    wish = form.cleaned_data
    made = mine.submissions.filter(idempotency_key=wish["idempotency_key"]).last()
    if made and made.of_draft == mine.draft_version:
        wish["draft_version"] = made.of_draft
    return _send(request, mine, **wish)


def _send(request, mine: Application, *, draft_version: int, idempotency_key: uuid.UUID) -> HttpResponse:
    try:
        version = submission.submit(
            mine, by=request.user, draft_version=draft_version, idempotency_key=idempotency_key
        )
    except submission.Incomplete:
        return _review_page(request, mine, refused=True, status=422)
    except submission.Outdated as refusal:
        messages.warning(request, str(refusal))
        return redirect("applying:submit_application", mine.public_id)
    except NotAllowed as refusal:
        return closed_page(request, mine, refusal=refusal, status=409)
    if not submission.is_made_by(version, idempotency_key, draft_version):
        messages.info(
            request,
            _(
                "Version %(number)d is in already, and nothing has changed since: it stays the one that counts."
            )
            % {"number": version.number},
        )
    return redirect("applying:receipt", mine.public_id, version.number)


def _review_page(request, mine: Application, *, refused=False, status=200) -> HttpResponse:
    """Everything as reviewers will read it, what is missing, and the one button that counts."""
    questions, attached = mine.call.listed_questions, drafts.read_contents(mine)
    stands = standing.of(mine, request.now, attached=attached)
    key = uuid.uuid4()
    return page(
        request,
        "submit_application",
        mine,
        status,
        sections=call_form.read(receipts.content_of(mine, questions, attached)),
        stands=stands,
        place="check",
        problems=[] if stands.is_all_in else stands.missing,
        version=stands.version,
        form=SubmitForm(initial={"draft_version": mine.draft_version, "idempotency_key": key}),
        ticket=tickets.token(mine, request.user, key=key),
        refused=refused,
        alike=likeness.of_the_same_website(mine.call, mine.startup, by=request.user),
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


@require_POST
def ask_to_join(request, public_id):
    """To the teams whose applications name the same website: is this one of theirs?"""
    mine = own_application(request, public_id)
    others = likeness.of_the_same_website(mine.call, mine.startup, by=request.user)
    team.ask_to_join(others, by=request.user, now=request.now)
    messages.success(
        request, _("We have told the other team that you ask. If you belong to it, they invite you by mail.")
    )
    return redirect("applying:submit_application", mine.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
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
