"""How an application stands, for pages that stay open; and two of its versions side by side."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from applications.applying import standing
from applications.applying.forms import CompareForm
from applications.applying.models import Application
from applications.applying.views.bar import PLACES, bar
from applications.applying.views.common import own_application, page


@require_safe
@cache_control(private=True, no_store=True)
def truth_bar(request, public_id):
    """The bar as it is now: an open page asks for it when the clock runs out, and when it comes back into view."""
    place = request.GET.get("place", "")
    stands = standing.of(own_application(request, public_id), request.now)
    return HttpResponse(bar(request, stands, place if place in PLACES else ""))


@require_safe
def compare_versions(request, public_id):
    """What differs between two versions, or between one and the draft, answer by answer."""
    mine = own_application(request, public_id)
    stands = standing.of(mine, request.now)
    names = _names(mine, stands)
    form = CompareForm(request.GET or None, versions=names)
    chosen = form.cleaned_data if form.is_valid() else form.last_two()
    if not chosen:
        raise Http404
    before, after = (_content(mine, stands, chosen[side]) for side in ("before", "after"))
    changes = standing.changes(before, after)
    return page(
        request,
        "compare_versions",
        mine,
        stands=stands,
        form=form,
        changes=changes,
        same=len(after["questions"]) - len(changes),
        before=names[chosen["before"]],
        after=names[chosen["after"]],
    )


def _names(mine: Application, stands: standing.ApplicationStanding) -> dict[str, str]:
    """What can be compared, oldest first: each version by its number, and the draft where it differs from the last."""
    numbers = mine.submissions.order_by("number").values_list("number", flat=True)
    names = {str(number): _("Version %(number)d") % {"number": number} for number in numbers}
    return names if stands.is_all_in else {**names, DRAFT: _("the draft")}


def _content(mine: Application, stands: standing.ApplicationStanding, which: str) -> dict:
    if which == DRAFT:
        return standing.content(mine, stands.questions, stands.attached)
    return mine.submissions.get(number=which).content


DRAFT = "draft"
