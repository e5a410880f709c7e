"""Who sees to something, and until when."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accelerator import as_seen
from accelerator.models import User
from accelerator.transitions import NotAllowed, WrongValue
from mentoring.sessions import actions, permissions
from mentoring.sessions.models import ActionItem


class AgreedForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Who sees to it?"), required=False, empty_label="—"
    )
    due_on = forms.DateField(
        label=gettext_lazy("Until when?"),
        help_text=gettext_lazy("On that day whoever sees to it is reminded; where that is nobody, the team."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, owners: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in owners]).order_by("name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def agree_action_item(request, public_id, pk):
    items = ActionItem.objects.select_related(
        "owner", "session__mentor__programme", "session__membership__cohort__call__programme"
    )
    item = get_object_or_404(items, pk=pk, session__public_id=public_id)
    membership = item.session.membership
    if not permissions.can_tick_action_items(request.user, membership):
        raise Http404  # whoever sees no session of the startup does not see this either
    form = AgreedForm(
        request.POST or None,
        owners=actions.could_own(membership),
        initial={"owner": item.owner_id, "due_on": item.due_on},
    )
    back = f"{membership.get_absolute_url()}#mentoring"
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            actions.agree(item, **form.cleaned_data, seen=seen, by=request.user, now=request.now)
        except WrongValue as refusal:
            form.add_error(refusal.field, str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    context = {
        "item": item,
        "programme": item.session.programme,
        "form": form,
        "back": back,
        "seen": as_seen.version_of(item),
    }
    return render(request, "mentoring/sessions/agree_action_item.html", context)
