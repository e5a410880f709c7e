"""Screening by keys: two for an application, one to leave it."""

import access_states
import factories
from django.urls import reverse

from applications.models import Application


def test_two_keys_screen_an_application_and_one_leaves_it(visit, db):
    cast = access_states.build("reviewing")
    cast.call.screening_rules.create(question="country", test="one_of", values=["FR"])
    one, two = (factories.make_application(cast.call, name=name, sealed=True) for name in ("Alder", "Birch"))
    page = visit(cast.manager, reverse("reviewing:screen_application", args=[cast.call.pk, one.public_id]))
    page.keyboard.press("n")
    page.wait_for_url(f"**{two.public_id}/")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/screening/")
    assert "second look" in page.inner_text("main")
    assert set(Application.objects.awaiting_screening().values_list("startup__name", flat=True)) == {
        one.startup.name
    }
    two.refresh_from_db()
    assert two.eligibility_checks == ["open"]
