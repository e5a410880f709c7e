"""Letters of decision that wait for their release: no messages yet, but shown among them."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from accelerator.messages import subjects
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting.models import Letter


@subjects.announcements
def letters_that_wait(request: HttpRequest) -> Iterator[subjects.SubjectLink]:
    """For each call how many letters wait, for how many people."""
    managed = Application.objects.managed_by(request.user).values("pk")
    letters = (
        Letter.objects.waiting()
        .filter(application__in=managed)
        .select_related("application__call__programme")
    )
    people = letters.recipients()
    of_call: dict[Call, list[int]] = {}
    for letter in letters:
        of_call.setdefault(letter.application.call, []).append(people[letter.application_id])
    for call, recipients in of_call.items():
        yield subjects.SubjectLink(
            ngettext(
                "%(call)s: %(count)d letter is held until the release (people: %(people)d)",
                "%(call)s: %(count)d letters are held until the release (people: %(people)d)",
                len(recipients),
            )
            % {"call": call, "count": len(recipients), "people": sum(recipients)},
            reverse("selecting:letters", args=[call.pk]),
        )
