"""What an address of the list asks for: which applications, in which order, with which columns."""

from collections.abc import Iterator
from functools import cached_property

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator import countries
from accelerator.exports import pages
from accelerator.exports.tables import ColumnTable, Narrowing
from accelerator.models import Startup
from applications.applying.models import Application
from applications.calls.models import Call
from applications.lists import columns, search, views_saved
from applications.lists.models import ApplicationLabel
from applications.lists.query import Part, parse, with_part, without_part
from applications.reviewing.sight import Sight

Status = Application.Status


class Listing:
    """The list that an address asks for: which applications, in which order, with which columns."""

    def __init__(self, request, call: Call):
        self.call = call
        self.sight = Sight(request.user, call)
        self.asked: QueryDict = request.GET
        self.words = self.asked.get("q", "").strip()
        self.parts = parse(self.words)
        self.facets = search.facets_of(call)
        self._narrowings: dict[Part, str] = {}
        self.everything = columns.table_of(call, self.facets, self.narrowing)
        self.chosen = [name for name in self.asked.getlist("columns") if name in self.everything.names]
        self.table: ColumnTable = self.everything.only(self.chosen or columns.USUAL)
        self.order = pages.Order.named(self.asked.get("order", ""), self.everything)
        self.status = self.asked.get("show") if self.asked.get("show") in Status.values else ""

    # --- Its addresses ---
    def url(self, route: str = "lists:applications", **changes: str) -> str:
        """The list with these words, order or state instead; its first page."""
        query = self.asked.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        address = reverse(route, args=[self.call.pk])
        return f"{address}?{query.urlencode()}" if query else address

    def narrowing(self, part: Part) -> str:
        if part not in self._narrowings:  # a country stands in many lines
            self._narrowings[part] = self.url(q=with_part(self.words, part))
        return self._narrowings[part]

    def saved(self) -> Iterator[dict]:
        """The views that its reader may choose, their own with the way to delete them."""
        address = reverse("lists:applications", args=[self.call.pk])
        for view in views_saved.seen_by(self.sight.user, self.call):
            is_own = view.person_id == self.sight.user.pk
            yield {
                "name": view.name,
                "url": f"{address}?{view.query}",
                "by": "" if is_own else str(view.person),
                "is_shared": view.is_shared,
                "delete_url": reverse("lists:delete_view", args=[self.call.pk, view.pk]) if is_own else "",
            }

    @cached_property
    def saved_views(self) -> list[dict]:
        return list(self.saved())

    # --- What is in it ---
    @cached_property
    def found(self) -> search.Narrowed:
        return search.narrow(self.sight.all, self.facets, self.parts)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many were found in each state."""
        by_status = self.found.applications.order_by().values_list("status")
        return dict(by_status.annotate(count=Count("pk")))

    @property
    def count(self) -> int:
        return self.counts.get(self.status, 0) if self.status else sum(self.counts.values())

    @property
    def ids(self):
        """The applications in their order, as ids."""
        found = self.found.applications
        if self.status:
            found = found.filter(status=self.status)
        return found.order_by(*self.order.fields, "pk").values_list("pk", flat=True)

    # --- The ways to narrow it ---
    @cached_property
    def labels(self) -> list[str]:
        """Those that the call has; for whoever has a conflict with an application, those that they made or that another
        one bears: a label may be about the one they may not see."""
        found = self.call.labels.all()
        if self.sight.barred:
            borne = ApplicationLabel.objects.filter(application__in=self.sight.all.values("pk"))
            found = found.filter(Q(made_by=self.sight.user) | Q(pk__in=borne.values("label")))
        return list(found.values_list("name", flat=True))

    def tabs(self) -> Iterator[dict]:
        yield {
            "label": _("All"),
            "url": self.url(show=""),
            "current": not self.status,
            "count": sum(self.counts.values()),
        }
        for status in (Status.SUBMITTED, Status.DRAFT, Status.WITHDRAWN):
            yield {
                "label": capfirst(search.STATES[status]),
                "url": self.url(show=status.value),
                "current": self.status == status,
                "count": self.counts.get(status, 0),
            }

    def active(self) -> list[Narrowing]:
        """What is looked for, each with the way to look for the rest alone."""
        return [Narrowing(str(part), self.url(q=without_part(self.words, part))) for part in self.parts]

    def narrowings(self) -> Iterator[tuple[str, list[Narrowing]]]:
        """Each question by which the list can be narrowed, with what can be chosen."""
        for facet in self.facets:
            offered = self._countries() if facet.is_country else facet.offered
            chosen = [
                Narrowing(label, self.narrowing(Part(value, facet.key))) for value, label in offered.items()
            ]
            if chosen:
                yield facet.label, chosen
        if self.labels:
            yield (
                _("Labels"),
                [
                    Narrowing(name, self.narrowing(Part(name, search.LABEL, is_exact=True)))
                    for name in self.labels
                ],
            )
        yield (
            _("Verdict"),
            [
                Narrowing(capfirst(str(one.label)), self.narrowing(Part(one.value, search.VERDICT)))
                for one in Application.Eligibility
            ],
        )

    def _countries(self) -> dict[str, str]:
        """Those that occur. The startup's own column follows the draft, so only of those that nothing was changed in
        since: a country that only somebody's draft names is not told."""
        same = self.sight.submitted.exclude(pk__in=self.sight.submitted.with_something_not_in().values("pk"))
        codes = Startup.objects.filter(applications__in=same.values("pk")).values_list("country", flat=True)
        present = set(codes.distinct()) - {""}
        return {code: name for code, name in countries.choices() if code in present}
