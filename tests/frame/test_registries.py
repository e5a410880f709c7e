"""Nothing vanishes silently: what every room contributes, by name, as the lists in registries.toml say.

A contribution that is no longer discovered (a `reminders.py` in a folder that nobody walks) is gone without an error.
So each list is kept, and a change of one is seen in the diff.
"""

import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.contrib import admin
from test_architecture import our_routes

KEPT = tomllib.loads((Path(__file__).parent / "registries.toml").read_text(encoding="utf-8"))


def _by_room(functions) -> list[str]:
    return sorted(f"{one.__module__.partition('.')[0]}.{one.__name__}" for one in functions)


def _found() -> dict[str, list[str]]:
    from django.conf import settings

    from accelerator import registry
    from accelerator.calendar import showing
    from accelerator.celery import app
    from accelerator.dashboard import home, search
    from accelerator.groups import audiences
    from accelerator.messages import kinds, one_links, reminders, subjects, wordings
    from accelerator.people import invitations, roles
    from accelerator.privacy import closing, idle, rooms, sweeping, tidying, tombstones
    from accelerator.programmes import programme_file
    from accelerator.ui import navigation
    from accelerator.watching import health
    from applications.applying import closed_page, team
    from applications.calls import season
    from applications.selecting import emptying
    from applications.setup import cloning
    from cohorts import member_page
    from cohorts.events import programme_calendar
    from rehearsal.stops import STOPS

    registry.discover("programme_file")
    app.loader.import_default_modules()
    return {
        "reminders": _by_room(one.find for one in reminders.moments),
        "jobs": _by_room(one.find for one in reminders.jobs),
        "dashboard_links": _by_room(home.links),
        "dashboard_cards": _by_room(home.cards),
        "dashboard_switches": _by_room(home.switches),
        "search_finders": _by_room(search.finders),
        "navigation": _by_room(navigation.items),
        "invitations_accepted": _by_room(invitations.accepted),
        "messages_kept_from": _by_room(subjects.kept_from),
        "messages_concern": _by_room(subjects.concerns),
        "message_links": _by_room(subjects.links),
        "one_links": sorted({link.route for links in one_links.declared.values() for link in links}),
        "message_announcements": _by_room(subjects.announcements),
        "audiences": sorted(audiences.declared),
        "wordings": sorted(wordings.declared),
        "health_figures": _by_room(health.figures),
        "role_consequences": _by_room(roles.consequences),
        "role_ended": _by_room(roles.ended),
        "role_restored": _by_room(roles.restored),
        "team_parted": _by_room(team.parted),
        "closed_page_acts": _by_room(closed_page.acts),
        "call_copies": _by_room(cloning.copies),
        "season_points": _by_room(season.points),
        "calendar_entries": _by_room(programme_calendar.entries),
        "calendar_shown": _by_room(showing.entries),
        "calendar_subjects": _by_room(showing.subjects),
        "member_chapters": _by_room(member_page.chapters),
        "data_kept": _by_room(rooms.kept),
        "data_read": _by_room(rooms.read),
        "data_exported": _by_room(rooms.exported),
        "data_messages": _by_room(rooms.own_messages),
        "closing_refusals": _by_room(closing.refusals),
        "closing_emptied": _by_room(closing.emptied),
        "application_emptied": _by_room(emptying.application_emptied),
        "startup_emptied": _by_room(emptying.startup_emptied),
        "tombstones_replayed": sorted(tombstones.replayed),
        "swept": _by_room(sweeping.swept),
        "account_holding": _by_room(idle.holding),
        "tidied": _by_room(tidying.tidied),
        "data_consents": _by_room(rooms.consents),
        "programme_file_tables": sorted(table.name for table in programme_file.tables),
        "outbox_kinds": sorted(kinds.NAMES),
        "still_wanted": sorted(kinds._wanted_checks),
        "celery_tasks": sorted(name for name in app.tasks if not name.startswith("celery.")),
        "beat": sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()),
        "admin": sorted(model._meta.label for model in admin.site._registry),
        "rehearsal_stops": [stop.key for stop in STOPS],
        "urls": sorted(name for name, _path in our_routes()),
    }


@pytest.mark.parametrize("name", sorted(KEPT))
def test_the_list_is_as_it_is_kept(name):
    assert _found()[name] == KEPT[name]


def test_every_list_is_kept():
    assert set(_found()) == set(KEPT)


def test_a_module_in_a_package_is_discovered_as_one_at_the_root_is(tmp_path, monkeypatch):
    from accelerator import registry

    package = tmp_path / "planted_room" / "activity"
    package.mkdir(parents=True)
    (tmp_path / "planted_room" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "planted.py").write_text("import sys\nsys.planted = True\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    application = AppConfig.create("planted_room")
    monkeypatch.setattr(apps, "get_app_configs", lambda: [application])
    monkeypatch.setattr(registry, "ROOMS", {"planted_room"})
    registry.discover("planted")
    assert sys.planted is True
    monkeypatch.delattr(sys, "planted")
