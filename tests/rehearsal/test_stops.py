"""The guide of a rehearsal: what the newcomer is invited to try."""

import pytest
from django.urls import get_resolver

from rehearsal import stops


def named_routes(resolver=None, namespace="") -> set[str]:
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            found |= named_routes(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif entry.name:
            found.add(f"{namespace}{entry.name}")
    return found


@pytest.mark.parametrize("stop", stops.STOPS, ids=lambda stop: stop.key)
def test_every_stop_is_ticked_by_routes_that_exist(stop):
    assert set(stop.ticked_by) <= named_routes()
    assert all(stops.ticked(stop.method, route, is_closed=True) == stop.key for route in stop.ticked_by)
