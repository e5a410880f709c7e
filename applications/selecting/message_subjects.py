"""Letters of decision that wait for their release: no messages yet, but shown among them."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from accelerator.messages import subjects
from accelerator.records.people import User
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting.models import Letter, Offer
from applications.selecting.notices import SEAT_MOVED_ON


@subjects.kept_from
def messages_about_offers(user: User) -> Q:
    """Nobody reads about an offer to a startup that they may not see. A message about a seat names two of them, so it is
    kept from whoever has a conflict with one that had the seat."""
    kept_away = Offer.objects.exclude(application__in=Application.objects.managed_by(user).values("pk"))
    same_seat = Offer.objects.filter(seat__in=kept_away.values("seat"))
    about_offers = Q(object_type=Offer._meta.label_lower)
    return about_offers & (
        Q(object_id__in=kept_away.values("pk")) | Q(kind=SEAT_MOVED_ON, object_id__in=same_seat.values("pk"))
    )


@subjects.announcements
def letters_that_wait(request: HttpRequest) -> Iterator[subjects.SubjectLink]:
    """For each call how many letters wait, for how many people."""
    managed = Application.objects.managed_by(request.user).values("pk")
    veiled = Application.objects.in_conflict_with(request.user).filter(call__release=None).values("call")
    letters = (
        Letter.objects.waiting()
        .filter(application__in=managed)
        .exclude(application__call__in=veiled)
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
