"""Views of the list under a name: a search with its state, order and columns."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.transitions import NotAllowed
from accelerator.typed import text
from applications.calls.models import Call
from applications.lists.models import SavedView

KEPT = ("q", "show", "order", "columns")  # parameters of the list; never the page
MOST = 50  # of one person in one call


def seen_by(user: User, call: Call) -> QuerySet[SavedView]:
    """One's own, and what others of the call share: for whoever is let into the call."""
    return SavedView.objects.filter(Q(person=user) | Q(is_shared=True), call=call).select_related("person")


@transaction.atomic
def save(call: Call, name: str, asked: QueryDict, *, is_shared: bool, by: User, now: datetime) -> SavedView:
    """Keep what this address asks for; a view of theirs by the same name is written over."""
    plain = " ".join(text.text(name).split())
    if not plain or len(plain) > 60:
        raise NotAllowed(_("A view has a name of 1 to 60 letters."))
    kept = QueryDict(mutable=True)
    for key in KEPT:
        if values := asked.getlist(key):
            kept.setlist(key, values)
    query = kept.urlencode()
    if len(query) > 4000:
        raise NotAllowed(_("This search is too long to be kept."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a double click waits here
    mine = SavedView.objects.filter(call=call, person=by)
    known = mine.filter(name__iexact=plain).first()
    if known is None and mine.count() >= MOST:
        raise NotAllowed(_("You have %(most)d views of this call. Delete one first.") % {"most": MOST})
    view = known or SavedView(call=call, person=by)
    view.name, view.query, view.is_shared, view.saved_at = plain, query, is_shared, now
    view.save()
    return view


def delete(view: SavedView, *, by: User) -> None:
    if view.person_id != by.pk:
        raise NotAllowed(_("A view is deleted by whoever saved it."))
    view.delete()
