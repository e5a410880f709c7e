"""The page on which a manager promises the answers for another day."""

from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.reviewing.sight import Sight
from applications.selecting import promise
from applications.selecting.forms import AnswerDayForm


@dashboard("GET", "POST")
def answer_day(request, call_id: int):
    call = managed_call(request, call_id)
    shown = {"to": call.decision_on, "seen": call.decision_on}
    form = AnswerDayForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_valid():
        try:
            promise.move_day(call, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("The day is as you set it."), "selecting:answer_day", call.pk)
    return page(
        request,
        "applications/selecting/answer_day",
        _("The day of the answers"),
        call=call,
        form=form,
        waiting=promise.who_wait(call).exclude(pk__in=Sight(request.user, call).barred).count(),
    )
