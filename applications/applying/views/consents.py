"""A consent given or taken back, from *My data*; by anybody in the team, as long as the answers are kept."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accelerator.transitions import NotAllowed
from applications.applying import consents
from applications.applying.views.common import own_application


@require_POST
def change_consent(request, public_id, key):
    mine = own_application(request, public_id)
    is_given = request.POST.get("given") == "yes"
    try:
        consents.change(mine, key, is_given=is_given, by=request.user, now=request.now)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Kept: you agree.") if is_given else _("Taken back. It holds from now on.")
        messages.success(request, said)
    return redirect("privacy:my_data")
