"""Changes on the history pages: which field, what stood there and what stands there now."""

from datetime import UTC, datetime

import factories
import pytest
from django.urls import reverse

from accelerator import history
from applications.applying import deadlines
from applications.selecting import promise

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 11, 28, 9, tzinfo=UTC)


def told(about, zone=None) -> list[tuple[str, str, str]]:
    (entry,) = history.told(history.of(about)[:1], zone or about.zone)
    return [(one.what, one.before, one.after) for one in entry["changes"]]


def test_a_moved_deadline_is_told_as_people_say_it(call, while_open, signed_in):
    manager = factories.make_manager(call.programme)
    window = call.window
    deadlines.move(
        call, opens_at=window.opens_at, closes_at=datetime(2023, 12, 4, 11, 1, tzinfo=UTC), seen=None,
        confirmed=True, by=manager, now=while_open,
    )  # fmt: skip
    assert told(call) == [
        ("Deadline", "1 December 2023, 23:59 Paris time", "4 December 2023, 12:00 Paris time")
    ]
    page = signed_in(manager).get(reverse("admin:applications_call_history", args=[call.pk])).text
    assert "1 December 2023, 23:59 Paris time" in page
    assert "4 December 2023, 12:00 Paris time" in page


def test_a_day_is_told_as_a_day(call, while_open):
    promise.move_day(
        call, to=call.decision_on.replace(day=22), seen=None, reason="More time", by=None, now=while_open
    )
    ((what, _before, after),) = told(call)
    assert (what, after) == ("Day of the answers", "22 December 2023")


def test_what_a_manager_types_in_a_list_is_told_field_by_field(cast, signed_in, while_open):
    client, call = signed_in(cast.manager), cast.call
    partner = call.programme.partners.get(slug="meta")
    fields = {
        "programme": partner.programme_id, "slug": "meta", "name": "Meta Paris", "gives": "Much time",
        "domains": "meta.com fb.com", "position": 0, "website": partner.website, "about": str(partner.about),
    }  # fmt: skip
    client.post(reverse("admin:accelerator_partner_change", args=[partner.pk]), fields)
    changes = {what: (before, after) for what, before, after in told(partner, call.zone)}
    assert changes["Name"] == ("Meta", "Meta Paris")
    assert changes["Domains"][1] == "meta.com; fb.com"
    page = client.get(reverse("admin:accelerator_partner_history", args=[partner.pk])).text
    assert "<ins>Meta Paris</ins>" in page


def test_an_erased_or_old_change_and_a_field_of_another_version_are_told_without_a_mistake(call):
    history.record("call.changed", call, by=None, now=NOW, changes={"gone_field": (1, True)})
    assert told(call) == [("Gone field", "1", "yes")]
    history.erase_words(history.of(call))
    assert told(call) == []


def test_long_texts_are_shown_around_what_is_different(call):
    before = "word " * 100 + "end"
    history.record("call.changed", call, by=None, now=NOW, changes={"name": (before, before + "ing of it")})
    ((_what, was, now),) = told(call)
    assert was.startswith("… word")
    assert was.endswith("word end")
    assert now.endswith("ending of it")
    assert len(now) < 140
