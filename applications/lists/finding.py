"""The search finds applications, startups and people: each among what `Sight` lets its reader see of the calls that they
manage. Of drafts and of what was withdrawn it is names alone, as in the list."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.dashboard import search
from accelerator.models import Role, Startup, TeamMember, User
from applications.applying.models import Application
from applications.calls.managed import managed_calls
from applications.lists import found_by_words as words_in
from applications.lists.models import SubmittedWords
from applications.reviewing.models import Reviewer

Status = Application.Status


def _seen(request: HttpRequest) -> QuerySet[Application]:
    """What the reader may see of any call that they manage."""
    return Application.objects.filter(call__in=managed_calls(request)).not_in_conflict_with(request.user)


def _listed(application: Application) -> str:
    """Where a manager reads it: its page, or its line in the list where its words are its founders' own."""
    if application.status == Status.SUBMITTED:
        return reverse("reviewing:panel_application", args=[application.call_id, application.public_id])
    asked = urlencode({"q": f'"{application.startup.name}"'.replace('""', "")})
    return f"{reverse('lists:applications', args=[application.call_id])}?{asked}"


@search.finders
def applications(request: HttpRequest, words: str) -> Iterator[search.FoundOfKind]:
    named = Startup.objects.filter(words_in.in_name("name", words, is_exact=False))
    people = User.objects.filter(words_in.in_name("name", words, is_exact=False))
    teams = TeamMember.objects.filter(left_at=None, user__in=people.values("pk"))
    said = SubmittedWords.objects.filter(words_in.in_submission(words, is_exact=False))
    by_words = Q(startup__in=named.values("pk")) | Q(startup__in=teams.values("startup"))
    by_words |= Q(status=Status.SUBMITTED, pk__in=said.values("pk"))
    found = _seen(request).filter(by_words).select_related("startup", "call__programme")
    hits = [
        search.Hit(one.startup.name, _listed(one), f"{one.call}, {one.get_status_display()}")
        for one in found.order_by("-call__starts_on", Lower("startup__name"))[: search.AT_MOST + 1]
    ]
    yield search.FoundOfKind(_("Applications"), hits)


@search.finders
def startups(request: HttpRequest, words: str) -> Iterator[search.FoundOfKind]:
    """Each once, with its latest application that the reader may see."""
    named = Startup.objects.filter(words_in.in_name("name", words, is_exact=False))
    latest = (
        _seen(request).filter(startup__in=named.values("pk")).order_by("startup", "-call__starts_on", "-pk")
    )
    found = Application.objects.filter(pk__in=latest.distinct("startup").values("pk"))
    ordered = found.select_related("startup", "call__programme").order_by(Lower("startup__name"), "pk")
    hits = [
        search.Hit(one.startup.name, _listed(one), str(one.call)) for one in ordered[: search.AT_MOST + 1]
    ]
    yield search.FoundOfKind(_("Startups"), hits)


@search.finders
def people(request: HttpRequest, words: str) -> Iterator[search.FoundOfKind]:
    """Whoever has a role in a programme of the reader's, and who is in a team that the reader may see."""
    roles = Role.objects.managed_by(request.user)
    teams = TeamMember.objects.filter(left_at=None, startup__in=_seen(request).values("startup"))
    is_ours = Exists(roles.filter(user=OuterRef("pk")))
    is_founder = Exists(teams.filter(user=OuterRef("pk")))
    named = words_in.in_name("name", words, is_exact=False)
    found = User.objects.filter(is_ours | is_founder, named, is_active=True).annotate(is_ours=is_ours)
    shown = list(found.order_by(Lower("name"), "pk")[: search.AT_MOST + 1])
    written = _written_by(request, shown)
    hits = []
    for person in shown:
        own = written.get(person.pk)
        url = reverse("people:people") if person.is_ours or own is None else _listed(own)
        hits.append(search.Hit(person.name, url, own.startup.name if own else ""))
    yield search.FoundOfKind(_("People"), hits)


def _written_by(request: HttpRequest, people: Sequence[User]) -> dict[int, Application]:
    """The latest application of each of these people that the reader may see."""
    startups = dict(
        TeamMember.objects.filter(left_at=None, user__in=people).values_list("startup", "user").order_by("pk")
    )
    seen = _seen(request).filter(startup__in=startups).select_related("startup", "call")
    return {startups[one.startup_id]: one for one in seen.order_by("call__starts_on", "pk")}


@search.finders
def reviewers(request: HttpRequest, words: str) -> Iterator[search.FoundOfKind]:
    """Whoever is listed for a call of the reader's."""
    named = words_in.in_name("user__name", words, is_exact=False)
    found = Reviewer.objects.filter(named, call__in=managed_calls(request))
    found = found.select_related("user", "call__programme").order_by(Lower("user__name"), "-pk")
    hits = [
        search.Hit(
            one.user.name, reverse("reviewing:reviewer_progress", args=[one.call_id, one.pk]), str(one.call)
        )
        for one in found[: search.AT_MOST + 1]
    ]
    yield search.FoundOfKind(_("Reviewers"), hits)
