"""The zone of a device is told once, and one press shows times in it."""

import factories
from django.urls import reverse

from accelerator.models import User


def test_a_new_account_takes_the_zone_of_its_device(visit, open_call):
    page = visit(None, "/accounts/signup/", timezone_id="America/Sao_Paulo")
    page.get_by_label("Your name").fill("Ana Souza")
    page.get_by_label("E-mail address").fill("ana@people.example")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/accounts/confirm-email/**")
    assert User.objects.get(email="ana@people.example").time_zone == "America/Sao_Paulo"


def test_one_press_shows_times_as_on_this_device(visit, open_call):
    founder = factories.make_application(open_call, factories.make_user("Ana Souza")).started_by
    page = visit(founder, reverse("applying:my_applications"), timezone_id="America/Sao_Paulo")
    line = page.get_by_text("Your times are shown in Paris time. This device is set to America/Sao Paulo.")
    line.wait_for()
    page.get_by_role("button", name="Show them as on this device").click()
    page.get_by_text("Your times are shown in São Paulo time from now on.").wait_for()
    assert page.get_by_text("This device is set to").count() == 0
    founder.refresh_from_db()
    assert founder.time_zone == "America/Sao_Paulo"


def test_whoever_keeps_their_zone_is_not_asked_again(visit, open_call):
    founder = factories.make_application(open_call).started_by
    page = visit(founder, reverse("applying:my_applications"), timezone_id="Asia/Tokyo")
    page.get_by_role("button", name="Keep them as they are").click()
    assert page.get_by_text("This device is set to").count() == 0
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    assert page.get_by_text("This device is set to").count() == 0


def test_a_zone_of_another_name_with_the_same_clock_is_no_other_one(visit, open_call):
    founder = factories.make_application(open_call).started_by  # in Paris
    page = visit(founder, reverse("applying:my_applications"), timezone_id="Europe/Berlin")
    page.get_by_role("heading", level=1).wait_for()
    assert page.get_by_text("This device is set to").count() == 0
