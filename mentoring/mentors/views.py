"""What mentors say about themselves. Their hours: mentoring/hours_views.py."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator import as_seen
from accelerator.models import Programme, User
from accelerator.transitions import NotAllowed
from mentoring.mentors import permissions, profiles
from mentoring.mentors.forms import ProfileForm
from mentoring.mentors.models import Mentor


def visible_mentor(request, public_id) -> Mentor:
    listed = Mentor.objects.visible_to(request.user).select_related("user", "partner", "programme")
    return get_object_or_404(listed, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_mentor(request, slug):
    """The profile of a mentor, who is listed from the first save on."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not permissions.can_mentor(request.user, programme):
        raise PermissionDenied
    own = Mentor.objects.filter(programme=programme, user=request.user).first()
    return _profile_page(request, programme, request.user, own)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile_of(request, public_id):
    """The profile of any mentor, for the programme's managers."""
    mentor = visible_mentor(request, public_id)
    if not permissions.can_edit_mentor(request.user, mentor):
        raise PermissionDenied
    return _profile_page(request, mentor.programme, mentor.user, mentor)


def _profile_page(request, programme: Programme, person: User, own: Mentor | None):
    on_behalf = person.pk != request.user.pk
    form = ProfileForm(request.POST or None, instance=own, topics=programme.topics.all(), on_behalf=on_behalf)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            saved = profiles.save_profile(
                person,
                programme,
                on_behalf=fields.pop("on_behalf", ""),
                fields=fields,
                seen=request.POST.get("seen", ""),
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("mentoring:mentor" if own else "mentoring:edit_hours", saved.public_id)
    seen = as_seen.version_of(own) if own else ""
    return render(
        request,
        "mentoring/mentors/edit_mentor.html",
        {
            "form": form,
            "programme": programme,
            "own": own,
            "acts_for": [person] if on_behalf else [],
            "seen": seen,
        },
    )
