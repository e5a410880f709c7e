"""The events of a programme file, once there are members: by the same verbs as on the pages, so that people hear of it."""

from typing import Any

from django.utils.translation import gettext as _

from accelerator import as_seen, wording
from accelerator.programmes import differences
from accelerator.programmes.programme_file import Loading
from accelerator.records.fields import localised
from applications.models import Call
from cohorts.events import planning, touching
from cohorts.events.models import Event

KNOWN_BY = ("starts_at", "kind")
_IN_CALENDARS = ("starts_at", "minutes", "place")
Values = dict[str, Any]


def bring(loading: Loading, call: Call, wanted: list[Values]) -> None:
    """Events as the file has them. One of the same kind and title at another time is that event, moved.

    What is cancelled stays cancelled, whatever the file says; what has begun is put right without a word to anybody.
    """
    pairs, surplus = loading.matched(call.events, KNOWN_BY, wanted)
    left = [event for event in surplus if not event.is_cancelled]
    moved = []
    for event, values in pairs:
        if event._state.adding:
            known = next((one for one in left if _is_that(one, values)), None)
            if known is None:
                _add(loading, call, event, values)
            else:
                left.remove(known)
                moved.append((known, values))
        elif not event.is_cancelled:
            _change(loading, event, values)
    for event, values in moved:
        _change(loading, event, values)
    for event in left:
        _take_out(loading, event)


def _is_that(event: Event, values: Values) -> bool:
    return event.kind == values["kind"] and event.title == localised(values["title"])


def _add(loading: Loading, call: Call, row: Event, values: Values) -> None:
    if values["starts_at"] <= loading.now:
        loading.save(row, **values)
        return
    texts = {name: localised(values[name]) for name in ("title", "about")}
    planned = planning.plan(call, **{**values, **texts}, by=loading.by, now=loading.now)
    loading.note_added(Event, differences.added(planned))
    _say_who_is_told(loading, planned)


def _change(loading: Loading, event: Event, values: Values) -> None:
    """Time, length and place by the verb; the words of it as they are."""
    words = {name: value for name, value in values.items() if name not in _IN_CALENDARS}
    told = {name: values[name] for name in _IN_CALENDARS}
    if not (event.is_changeable(loading.now) and values["starts_at"] > loading.now):
        loading.save(event, **values)
        return
    before = {name: getattr(event, name) for name in told if getattr(event, name) != told[name]}
    loading.save(event, **words)
    if before:
        changed = planning.change(
            event,
            **told,
            reason=_("The plan of the programme was brought up to date."),
            seen=as_seen.version_of(event),
            by=loading.by,
            now=loading.now,
        )
        loading.note_changed(Event, *differences.changed(changed, before))
        _say_who_is_told(loading, changed)


def _take_out(loading: Loading, event: Event) -> None:
    loading.note_removed([event])
    if not event.is_changeable(loading.now):
        event.delete()
        return
    _say_who_is_told(loading, event)
    planning.cancel(
        event,
        reason=_("It is no longer in the plan of the programme."),
        seen=as_seen.version_of(event),
        by=loading.by,
        now=loading.now,
    )


def _say_who_is_told(loading: Loading, event: Event) -> None:
    touches = wording.list_of(touching.whom_it_touches(event))
    loading.said.append(_("“%(event)s” touches %(who)s, who are told.") % {"event": event, "who": touches})
