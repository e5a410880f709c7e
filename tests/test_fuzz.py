"""Whatever is sent to whatever address by whomever: an answer that says so, never a failure of ours.

A short run by a fixed seed is part of every test run. `make fuzz` sends 100,000 requests, to the states of a season in
turn (docs/reliability.md has its figures).
"""

import itertools
import os
import time
import traceback
from collections import Counter
from copy import deepcopy

import factories
import pytest
from access_states import STATES, build
from django.core.exceptions import ObjectDoesNotExist
from django.urls import NoReverseMatch, reverse
from fuzzing import Nonsense, Site
from standing_casts import standing, undone
from test_access_cells import ROUTES

pytestmark = pytest.mark.django_db
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "0"))  # 0: as many as fit into SECONDS
SECONDS = float(os.environ.get("FUZZ_SECONDS", "8"))
LEAST, MOST = 100, 1500  # whatever the machine, so that a run of today finds what one of tomorrow would
SEED = int(os.environ.get("FUZZ_SEED", "1"))
ASKED = STATES if REQUESTS else ("reviewing",)
# In this order they are asked who may open a page, and so who is to send its forms.
PERSONAS = ["anonymous", "founder", "member", "mentor", "reviewer", "manager", "superuser"]


@pytest.fixture(scope="module", params=ASKED)
def site(request, django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    with standing(lambda: build(request.param), PERSONAS, folder, django_db_blocker) as made:
        factories.at(STATES[request.param])
        with undone():
            found = Site(made.clients, [*_paths(made.cast)])
        print(
            f"\n{request.param}: {len(found.paths)} addresses, {len(found.forms)} forms, {len(found.names)} parameters"
        )
        found.state, found.storages = request.param, made.storages
        yield found


def _paths(cast):
    for route in ROUTES:
        with undone():
            try:
                yield reverse(route.name, args=route.arguments(cast))
            except (ObjectDoesNotExist, AttributeError, NoReverseMatch):
                continue  # there is nothing of that kind in this state


def _send(client, request):
    """The answer, and nothing else: what was done is undone, and who was signed in still is."""
    cookies = deepcopy(client.cookies)
    with undone():
        answer = client.generic(
            request.method, request.path, request.body, request.content_type, headers=request.headers
        )
        if answer.streaming:
            b"".join(answer.streaming_content)
    client.cookies = cookies
    return answer


def test_no_request_makes_us_fail(site, settings):
    settings.STORAGES = site.storages
    failed, said = {}, Counter()
    factories.at(STATES[site.state])
    ends = time.monotonic() + SECONDS
    asked = itertools.islice(Nonsense(site, SEED), REQUESTS // len(ASKED) if REQUESTS else MOST)
    for request in asked:
        answer = _send(site.clients[request.persona], request)
        said[answer.status_code] += 1
        if answer.status_code >= 500:
            raised = answer.exc_info[1] if getattr(answer, "exc_info", None) else None
            where = "".join(traceback.format_tb(raised.__traceback__)[-4:]) if raised else ""
            failed.setdefault(f"{type(raised).__name__}: {raised}"[:120], f"{request}\n{where}")
        if not REQUESTS and said.total() > LEAST and time.monotonic() > ends:
            break
    print(f"{site.state}: {said.total():,} requests, answered {dict(sorted(said.items()))}")
    assert said.total() > LEAST
    assert failed == {}, "\n".join(f"{what}\n   {request}" for what, request in failed.items())
