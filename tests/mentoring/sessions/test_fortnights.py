"""Startup by fortnight: what was held, what is booked, and where there is a gap."""

import csv
import io
from datetime import timedelta
from itertools import pairwise

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_log,
    make_members,
    make_membership,
    make_mentor,
    make_session,
)

from accelerator.models import HistoryEntry
from applications.models import Call, Recusal
from mentoring.models import MentoringSession
from mentoring.sessions import fortnights

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
NOW = TUESDAY_14H + 2 * WEEK  # 30 January, in the second fortnight


@pytest.fixture
def season(call):
    factories.at(JANUARY)
    papyrus, kestrel = make_members(call, 2)
    helene = make_mentor(call, "Hélène Kervella", topics=["speech"])
    matteo = make_mentor(call, "Matteo Fabbriani", "hugging-face", topics=["language"])
    make_log(make_session(helene, papyrus))
    make_log(make_session(matteo, papyrus, TUESDAY_14H - WEEK))
    make_session(helene, papyrus, NOW + timedelta(days=1))
    make_session(matteo, kestrel, NOW + 2 * WEEK)
    make_session(matteo, kestrel, NOW + WEEK, status=MentoringSession.Status.CANCELLED)
    factories.at(NOW)
    return papyrus.cohort


@pytest.fixture
def manager(season):
    return factories.make_manager(season.programme, "Clémence Arnoux")


def counted(season, **asked) -> dict[str, list]:
    members = list(season.memberships.select_related("startup").order_by("startup__name"))
    rows = fortnights.grid(season, members, NOW, **asked)
    return {
        str(row.member): [("gap" if c.is_gap else (c.held, c.booked)) for c in row.cells[:4]] for row in rows
    }


def test_a_gap_is_nothing_held_and_nothing_booked_in_what_has_begun(season):
    assert counted(season) == {
        "Papyrus": [(2, 0), (0, 1), (0, 0), (0, 0)],
        "Kestrel": ["gap", "gap", (0, 1), (0, 0)],
    }


def test_the_fortnights_are_those_of_the_cohort(season):
    spans = fortnights.of_cohort(season, NOW)
    assert (spans[0].first, spans[-1].last) == (season.starts_on, season.ends_on)
    assert [span.is_now for span in spans[:3]] == [False, True, False]
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(spans))


def test_it_is_narrowed_to_the_mentors_of_a_partner_or_of_a_topic(season):
    only = {"Papyrus": [(1, 0), "gap", (0, 0), (0, 0)], "Kestrel": ["gap", "gap", (0, 1), (0, 0)]}
    assert counted(season, partner="hugging-face") == only
    assert counted(season, topic="language") == only
    assert counted(season, partner="hugging-face", topic="speech")["Papyrus"][0] == "gap"


def grid_of(season) -> str:
    return reverse("mentoring_dashboard:grid", args=[season.public_id])


def test_a_manager_reads_it_and_takes_it_along(season, manager, signed_in):
    client = signed_in(manager)
    page = client.get(grid_of(season)).content.decode()
    assert page.count(">gap<") == 2
    narrowed = client.get(grid_of(season), {"partner": "hugging-face", "topic": "no such"}).content.decode()
    assert narrowed.count(">gap<") == 3
    path = reverse("mentoring_dashboard:export_grid", args=[season.public_id])
    answer = client.post(f"{path}?partner=hugging-face&topic=", {"form": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    kestrel, papyrus = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    assert (papyrus["Startup"], papyrus["Held"], papyrus["Booked"], papyrus["Fortnights without"]) == (
        "Papyrus", "1", "0", "1",
    )  # fmt: skip
    assert (kestrel["Startup"], kestrel["Held"], kestrel["Booked"]) == ("Kestrel", "0", "1")
    assert HistoryEntry.objects.get(action="cohort.fortnights_exported").actor == manager
    assert client.post(path, {"form": "xlsx"}).status_code == 200
    assert client.post(path, {"form": "pdf"}).status_code == 404


def test_a_conflict_takes_a_startup_out_of_the_grid_and_its_file(season, manager, signed_in):
    papyrus = season.memberships.get(startup__name="Papyrus")
    application = papyrus.offer.application
    Recusal.objects.create(application=application, user=manager, reason="Cousin", declared_by=manager)
    client = signed_in(manager)
    assert "Papyrus" not in client.get(grid_of(season)).content.decode()
    path = reverse("mentoring_dashboard:export_grid", args=[season.public_id])
    assert b"Papyrus" not in b"".join(client.post(path, {"form": "csv"}).streaming_content)


def test_many_sessions_cost_no_more_queries_than_a_few(season, manager, signed_in):
    client, path = signed_in(manager), grid_of(season)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    Call.objects.update(seats=8)
    names = ["Halyard", "Fathom", "Bulwark", "Tiller"]
    for number, member in enumerate([make_membership(season.call, name=name) for name in names]):
        mentor = make_mentor(season.call)
        times = [JANUARY + timedelta(days=2 * day, hours=number) for day in range(40)]
        MentoringSession.objects.bulk_create(
            MentoringSession(
                mentor=mentor, membership=member, starts_at=at, ends_at=at + timedelta(minutes=45)
            )
            for at in times
        )
    with CaptureQueriesContext(connection) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few)
