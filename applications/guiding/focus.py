"""Which of the calls that somebody manages stands in their dashboard."""

from accelerator.memo import once_per_request
from accelerator.models import User
from applications.calls import window
from applications.calls.managed import managed_calls
from applications.calls.models import Call


@once_per_request
def in_focus(request) -> Call | None:
    """The call that the page is about; else the one that its reader chose last, while they may see it; else the newest
    whose cohort has not finished."""
    calls = managed_calls(request)
    by_key = {call.pk: call for call in calls}
    wanted = (_of_page(request), request.user.call_in_focus)
    return next((by_key[key] for key in wanted if key in by_key), None) or _newest(request, calls)


def _of_page(request) -> int | None:
    match = request.resolver_match
    return match.kwargs.get("call_id") if match else None


def _newest(request, calls: list[Call]) -> Call | None:
    """`calls` are the latest first. A draft comes after all that were announced."""
    announced = [call for call in calls if not call.is_draft]
    running = [call for call in announced if request.now < window.end_of_day(call.ends_on, call.zone)]
    return next(iter([*running, *(call for call in calls if call.is_draft), *announced]), None)


def choose(call: Call, *, by: User) -> None:
    """Keep that this person looks at this call."""
    User.objects.filter(pk=by.pk).update(call_in_focus=call.pk)
