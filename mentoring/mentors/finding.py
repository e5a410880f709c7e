"""The search finds mentors, by name and by what they say of themselves."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator.dashboard import search
from accelerator.models import Programme
from mentoring.mentors.models import Mentor


@search.finders
def mentors(request, words: str) -> Iterator[search.FoundOfKind]:
    said = Q(user__name__icontains=words) | Q(headline__icontains=words)
    ours = Mentor.objects.serving().filter(programme__in=Programme.objects.managed_by(request.user))
    found = ours.filter(said).select_related("user", "programme").order_by("user__name", "pk")
    hits = [
        search.Hit(one.user.name, one.get_absolute_url(), one.headline) for one in found[: search.AT_MOST + 1]
    ]
    yield search.FoundOfKind(_("Mentors"), hits)
