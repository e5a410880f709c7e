"""The founder's way home, at the head of our pages."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.ui import navigation
from applications.applying.models import Application


@navigation.asks
def applied(user):
    return Application.objects.of(user)


@navigation.items
def my_applications(request, known):
    if known["applied"]:
        path = reverse("applying:my_applications")
        yield navigation.Item(_("Your applications"), path, request.path == path)
