"""What the bar at the foot of each page shows."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import wording
from rehearsal import state, stops
from rehearsal.middleware import CAST


def bar(request) -> dict:
    """`rehearsal`: where the clock stands, where it can jump, whom one can be, and what is next worth trying."""
    if CAST in request.environ or not hasattr(request, "now"):  # the address itself was refused
        return {}
    rehearsal, call = state.current(), state.rehearsed_call()
    if not rehearsal or not call:
        return {}
    now = request.now
    moments = [
        {"key": m.key, "label": m.label, "at": m.at, "is_past": m.at <= now} for m in stops.moments(call)
    ]
    at = {m["key"]: m["at"] for m in moments}
    names = {"founder": _("founder"), "chosen": _("chosen founder"), "reviewer": _("reviewer")}
    names |= {"manager": _("manager"), "mentor": _("mentor")}
    guide = [
        {
            "key": stop.key,
            "title": stop.title,
            "text": stop.text,
            "persona": stop.persona,
            "persona_name": names[stop.persona],
            "is_done": stop.key in rehearsal.stops_seen,
            "is_possible": not stop.needs or at[stop.needs] <= now,
            "is_over": stop.over in at and at[stop.over] <= now,
            "moment": next((m for m in moments if m["key"] == stop.needs), None),
        }
        for stop in stops.STOPS
        if not stop.needs or stop.needs in at  # a short cohort has no fourth month
    ]
    return {
        "rehearsal": {
            "now": now,
            "brief_now": wording.moment(now, call.zone, weekday=False, year=False),
            "zone": call.zone,
            "moments": moments,
            "next_moment": next((m for m in moments if not m["is_past"]), None),
            "guide": guide,
            "next_stop": next((s for s in guide if not s["is_done"] and not s["is_over"]), None),
            "done": sum(s["is_done"] for s in guide),
            "is_walking": rehearsal.walking_to is not None,
            "stopped_at": rehearsal.stopped_at,
            "mail_url": reverse("rehearsal:rehearsal_mail"),
            "here": request.get_full_path(),
        }
    }
