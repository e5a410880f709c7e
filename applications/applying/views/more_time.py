"""What a founder can say from the closed page."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accelerator.transitions import NotAllowed
from applications.applying import asking
from applications.applying.forms import MoreTimeForm
from applications.applying.views.common import closed_page, own_application


@require_POST
def ask_for_more_time(request, public_id):
    """One message to the managers: that more time is needed, or what went wrong."""
    mine = own_application(request, public_id)
    form = MoreTimeForm(request.POST)
    if not form.is_valid():
        return closed_page(request, mine, more_time_form=form, status=422)
    try:
        asking.ask(mine, text=form.cleaned_data["text"], by=request.user, now=request.now)
    except NotAllowed as refusal:
        return closed_page(request, mine, more_time_form=form, refusal=refusal, status=409)
    messages.success(request, _("We have your message. You get our answer by mail, and it stands here."))
    return redirect(mine)
