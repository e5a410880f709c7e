"""The ways to mentors and sessions."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.models import Role
from accelerator.ui import navigation
from mentoring.mentors.models import Mentor


@navigation.asks
def is_mentor(user):
    return Role.objects.held_by(user, Role.Kind.MENTOR)


@navigation.items
def mentors_and_sessions(request, known):
    is_member, role = known["is_member"], None
    if known["is_mentor"]:
        mentors_of = Role.objects.held_by(request.user, Role.Kind.MENTOR)
        role = mentors_of.select_related("programme").first()
    path = request.path
    sessions, mentors = reverse("mentoring:sessions"), reverse("mentoring:mentors")
    if is_member:
        yield navigation.Item(_("Mentors"), mentors, path.startswith(mentors))
    if is_member or role:
        yield navigation.Item(_("Sessions"), sessions, path.startswith(sessions))
    if role:
        own = Mentor.objects.filter(user=request.user, programme=role.programme).first()
        url = own.get_absolute_url() if own else reverse("mentoring:edit_mentor", args=[role.programme.slug])
        yield navigation.Item(_("My profile"), url, path.startswith(url))
