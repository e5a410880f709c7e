import re

import pytest
from django.template.loader import get_template
from django.urls import reverse

from accelerator.templatetags.components import register

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    response = client.get(reverse("styleguide"))
    assert response.status_code == 200
    return response.content.decode()


def test_the_styleguide_keeps_to_the_content_policy(page):
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", page)


def test_a_deadline_is_shown_by_its_last_minute_everywhere(page):
    assert "Friday 1 December 2023, 23:59 Paris time" in page
    assert "2 December" not in page


def test_every_component_is_shown():
    source = get_template("styleguide.html").template.source
    unseen = {name for name in register.tags if not re.search(rf"{{% {name}\b", source)}
    assert unseen == {
        "keep",
        "dashboard_card",
        "difference",
        "writing",
        "constant",
    }  # have no look of their own
