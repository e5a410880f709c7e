"""Where whoever got a mail writes back, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accelerator.threads import answering
from accelerator.threads.forms import ReplyForm
from accelerator.transitions import NotAllowed


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, token: str) -> HttpResponse:
    """The page shows the subject of the mail alone: a mail can be handed on, and its link with it."""
    message = answering.by_link(token, request.now)
    if message is None:
        raise Http404
    form = ReplyForm(request.POST if request.method == "POST" else None)
    is_sent = False
    if form.is_valid():
        try:
            answering.by_form(message, form.cleaned_data["text"], now=request.now)
        except NotAllowed as refusal:
            form.add_error("text", str(refusal))
        else:
            is_sent = True
    context = {"message": message, "programme": message.programme, "form": form, "is_sent": is_sent}
    return render(request, "accelerator/threads/reply.html", context)
