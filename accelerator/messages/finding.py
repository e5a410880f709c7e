"""The search finds mails, by subject, receiver and address; codes for signing in by nothing."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.dashboard import search
from accelerator.messages import subjects


@search.finders
def messages(request, words: str) -> Iterator[search.FoundOfKind]:
    said = Q(subject__icontains=words) | Q(to_email__icontains=words) | Q(recipient__name__icontains=words)
    mails = subjects.readable(request).filter(said, is_secret=False).select_related("recipient")
    hits = [
        search.Hit(
            mail.subject or mail.to_email,
            reverse("messages:message", args=[mail.public_id]),
            f"{mail.recipient or mail.to_email} · {wording.day(mail.due_at, request.user.zone, weekday=False)}",
        )
        for mail in mails.order_by("-created_at", "-pk")[: search.AT_MOST + 1]
    ]
    more = f"{reverse('messages:outbox')}?{urlencode({'q': words})}"
    yield search.FoundOfKind(_("Messages"), hits, more)
