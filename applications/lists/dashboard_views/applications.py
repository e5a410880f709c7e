"""A manager's list of a call's applications: looked through, acted on together, and given out."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.dashboard.frame import dashboard, page, paged
from accelerator.exports import answers, pages
from applications.calls.managed import managed_call
from applications.lists import exporting, rows, together
from applications.lists.dashboard_views.listing import Listing
from applications.lists.forms import ActForm


@dashboard("GET")
def listed(request, call_id):
    """Every application that its reader may know of."""
    listing = Listing(request, managed_call(request, call_id))
    shown = paged(request, listing.ids, count=listing.count)
    of_page = rows.rows_of(listing.sight, list(shown.object_list))
    rows.add_versions_of_history(of_page)
    return page(
        request,
        "applications/lists/applications",
        _("Applications"),
        call=listing.call,
        sight=listing.sight,
        listing=listing,
        heads=pages.heads(listing.table, listing.order, lambda name: listing.url(order=name)),
        lines=pages.lines(listing.table, of_page, key=lambda row: f"{row.public_id}.{row.version}"),
        shown=shown,
        offered=[
            (one.name, one.heading, one.name in listing.table.names) for one in listing.everything.columns[1:]
        ],
        export_url=listing.url("lists:export"),
        act_url=listing.url("lists:act"),
        save_url=listing.url("lists:save_view"),
        form=ActForm(listing.call),
    )


@dashboard("POST")
def act(request, call_id):
    """One act on what was ticked, or on all that was found; the page says what became of each."""
    call = managed_call(request, call_id)
    listing = Listing(request, call)
    form = ActForm(call, request.POST)
    back = listing.url()
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for found in form.errors.values() for one in found))
        return redirect(back)
    seen = _ticked(request.POST.getlist("which"))
    found = listing.sight.all.select_related("startup", "call__programme").order_by("startup__name", "pk")
    if form.cleaned_data["all_found"]:
        found = found.filter(pk__in=listing.ids)
    else:
        found = found.filter(public_id__in=seen)
    chosen = list(found[: together.AT_MOST + 1])
    if not chosen:
        messages.error(request, _("Tick at least one application."))
    elif len(chosen) > together.AT_MOST:
        sentence = _("That is more than %(most)d at once. Narrow the list first.")
        messages.error(request, sentence % {"most": together.AT_MOST})
    else:
        verb = form.verb(by=request.user, now=request.now, seen=seen)
        _tell(request, form, together.each(chosen, verb))
    return redirect(back)


def _ticked(values: list[str]) -> dict[str, str]:
    """Public id → the version of it that the page showed."""
    return dict(value.partition(".")[::2] for value in values)


def _tell(request, form: ActForm, fates: together.Fates) -> None:
    if fates.done:
        messages.success(request, form.said(len(fates.done)))
    for why, applications in fates.refused.items():
        names = wording.list_of([str(one) for one in applications])
        messages.warning(request, _("Not done for %(names)s: %(why)s") % {"names": names, "why": why})


@dashboard("POST")
def export(request, call_id):
    """What the list shows, all pages of it, as a file; for partners without what is about people."""
    form = request.POST.get("form", "")
    if form not in answers.FORMS:
        raise Http404
    call = managed_call(request, call_id)
    listing = Listing(request, call)
    table = listing.table.for_partners() if "for_partners" in request.POST else listing.table
    ids = list(listing.ids)
    exporting.record(
        call,
        ids,
        columns=table.names,
        form=form,
        words=listing.words,
        by=request.user,
        now=request.now,
    )
    return answers.as_file(
        table,
        rows.each_row(listing.sight, ids),
        form=form,
        name=f"{call.programme.slug}-{call.slug}-applications",
        title=str(call.name),
    )
