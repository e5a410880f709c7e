"""Ticks the guide's stops by what the newcomer really did."""

from rehearsal import state, stops

CAST = "slipway.cast"  # in the environ of requests that the cast makes


def guide(get_response):
    def middleware(request):
        response = get_response(request)
        match = request.resolver_match
        if match and CAST not in request.environ and response.status_code in (200, 302):
            refused = request.method == "POST" and response.status_code == 200
            call = state.rehearsed_call() if _may_tick(match.view_name) and not refused else None
            if call:
                is_closed = request.now >= call.window.deadline
                if key := stops.ticked(request.method, match.view_name, is_closed=is_closed):
                    state.tick_stop(key)
        return response

    return middleware


def _may_tick(route: str | None) -> bool:
    return any(route in stop.ticked_by for stop in stops.STOPS)
