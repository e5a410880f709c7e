"""The search finds messages to groups, by their words."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator.dashboard import search
from accelerator.groups.models import GroupMessage


@search.finders
def messages_to_groups(request, words: str) -> Iterator[search.FoundOfKind]:
    said = Q(subject__icontains=words) | Q(text__icontains=words)
    found = GroupMessage.objects.visible_to(request.user).filter(said).select_related("programme")
    hits = [
        search.Hit(
            one.subject,
            reverse("groups:message", args=[one.public_id]),
            _("Left") if one.has_left(request.now) else capfirst(one.get_status_display()),
        )
        for one in found[: search.AT_MOST + 1]
    ]
    yield search.FoundOfKind(_("Messages to groups"), hits, reverse("groups:messages"))
