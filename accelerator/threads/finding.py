"""The search finds what came back, by its words and by who wrote it."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.dashboard import search
from accelerator.messages import subjects
from accelerator.threads.models import Reply


@search.finders
def answers(request, words: str) -> Iterator[search.FoundOfKind]:
    said = Q(text__icontains=words) | Q(message__recipient__name__icontains=words)
    said |= Q(message__subject__icontains=words)
    found = Reply.objects.about(subjects.readable(request)).filter(said).select_related("message__recipient")
    hits = [
        search.Hit(
            Truncator(one.text or one.message.subject).chars(70),
            reverse("threads:reply_page", args=[one.public_id]),
            f"{one.message.recipient} · {wording.day(one.came_at, request.user.zone, weekday=False)}",
        )
        for one in found.order_by("-came_at", "-pk")[: search.AT_MOST + 1]
    ]
    yield search.FoundOfKind(_("What came back"), hits, reverse("threads:waiting"))
