"""A manager's list of a call's applications: every state of them, searched, with the columns that they choose."""

from collections.abc import Iterator
from functools import cached_property

from django.db.models import Count
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator import countries
from accelerator.dashboard.frame import dashboard, page, paged
from accelerator.exports import answers, pages
from accelerator.exports.tables import ColumnTable, Narrowing
from accelerator.models import Startup
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.lists import columns, exporting, rows, search
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


@dashboard("GET")
def listed(request, call_id):
    """Every application that its reader may know of."""
    listing = Listing(request, managed_call(request, call_id))
    shown = paged(request, listing.ids, count=listing.count)
    of_page = rows.rows_of(listing.sight, list(shown.object_list))
    return page(
        request,
        "applications/lists/applications",
        _("Applications"),
        call=listing.call,
        sight=listing.sight,
        listing=listing,
        heads=pages.heads(listing.table, listing.order, lambda name: listing.url(order=name)),
        lines=pages.lines(listing.table, of_page, key=lambda row: row.public_id),
        shown=shown,
        offered=[
            (one.name, one.heading, one.name in listing.table.names) for one in listing.everything.columns[1:]
        ],
        export_url=listing.url("lists:export"),
    )


@dashboard("POST")
def export(request, call_id):
    """What the list shows, all pages of it, as a file."""
    form = request.POST.get("form", "")
    if form not in answers.FORMS:
        raise Http404
    call = managed_call(request, call_id)
    listing = Listing(request, call)
    ids = list(listing.ids)
    exporting.record(
        call,
        ids,
        columns=listing.table.names,
        form=form,
        words=listing.words,
        by=request.user,
        now=request.now,
    )
    return answers.as_file(
        listing.table,
        rows.each_row(listing.sight, ids),
        form=form,
        name=f"{call.programme.slug}-{call.slug}-applications",
        title=str(call.name),
    )
