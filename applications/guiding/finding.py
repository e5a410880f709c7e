"""The search finds calls, and the pages of the dashboard itself."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.dashboard import home, search
from accelerator.typed import folding
from applications.calls.managed import managed_calls


@search.finders
def calls(request: HttpRequest, words: str) -> Iterator[search.FoundOfKind]:
    """Every call that the reader manages, by the names of it and of its programme."""
    hits = [
        search.Hit(str(call), reverse("setup:call", args=[call.pk]), _("a draft") if call.is_draft else "")
        for call in managed_calls(request)
        if folding.has_all(words, str(call))
    ]
    yield search.FoundOfKind(_("Calls"), hits)


@search.finders
def pages(request: HttpRequest, words: str) -> Iterator[search.FoundOfKind]:
    """What the sidebar leads to, of the call in focus."""
    hits = [
        search.Hit(link.title, link.url, link.group)
        for contribute in home.links
        for link in contribute(request)
        if folding.has_all(words, f"{link.title} {link.group}")
    ]
    yield search.FoundOfKind(_("Pages"), hits)
