"""The rubric changes by one rule, whether a manager's list or a programme file asks for it."""

import factories
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from accelerator import as_seen, history
from accelerator.transitions import NotAllowed
from applications.models import Call, Criterion
from applications.selecting import findings
from applications.setup import rubric

pytestmark = pytest.mark.django_db
NOW = factories.WHILE_OPEN  # the rules are not sealed yet
ANCHORS = "0 = Nothing\n5 = Some\n10 = All one could ask"


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, signed_in, while_open):
    """Their browser."""
    return signed_in(person)


@pytest.fixture
def reviewed(call):
    """An application of the call with one review that is in."""
    application = factories.make_application(call, eligible=True)
    factories.make_review(factories.assign(factories.make_reviewer(call), application), 7, 8)
    return application


def typed(criterion: Criterion, **changes) -> dict:
    names = ["key", "name", "weight", "question"]
    values = {name: str(getattr(criterion, name)) for name in names}
    return values | {"anchors": ANCHORS, "seen": str(as_seen.version_of(criterion))} | changes


def page_of(criterion: Criterion) -> str:
    return reverse("setup:criterion", args=[criterion.call_id, criterion.pk])


REFUSED = {
    "no weight": ({"weight": "0"}, "A weight is from 1 to 100."),
    "too much weight": ({"weight": "101"}, "A weight is from 1 to 100."),
    "an anchor off the scale": ({"anchors": "0 = Nothing\n11 = Too much"}, "“11” is no mark from 0 to 10."),
    "an anchor that is no number": ({"anchors": "² = Squared"}, "“²” is no mark from 0 to 10."),
    "a key that is taken": ({"key": "open_models"}, "has the key “open_models”"),
    "a key that was marked": ({"key": "people"}, "Reviewers have marked the criterion “team”"),
}


@pytest.mark.parametrize("wish", REFUSED)
def test_a_managers_form_says_why_it_cannot_be(wish, call, manager, reviewed):
    changes, sentence = REFUSED[wish]
    criterion = call.criteria.get(key="team")
    page = manager.post(page_of(criterion), typed(criterion, **changes))
    assert page.status_code == 200
    assert sentence in page.text
    assert call.criteria.get(pk=criterion.pk).weight == 40
    assert not history.of(criterion).exists()


def test_a_criterion_that_comes_after_the_first_review_would_erase_it_and_is_refused(call, manager, reviewed):
    assert findings.of(call).marks.applications.tolist() == [reviewed.pk]
    market = Criterion(call=call, key="market", name="Market", weight=10, position=9)
    words = {"key": "market", "name": "Market", "weight": "10", "question": "Who pays?", "anchors": ANCHORS}
    page = manager.post(reverse("setup:add_criterion", args=[call.pk]), words)
    assert "Reviews are in already" in page.text
    with pytest.raises(NotAllowed, match="Reviews are in already"):
        rubric.save(market, by=None, now=NOW)
    assert findings.of(Call.objects.get()).marks.applications.tolist() == [reviewed.pk]


def test_a_criterion_goes_until_it_was_marked(call, person, manager):
    criterion = call.criteria.get(key="team")
    address = reverse("setup:remove_criterion", args=[call.pk, criterion.pk])
    application = factories.make_application(call, eligible=True)
    review = factories.make_review(factories.assign(factories.make_reviewer(call), application), 7, 8)
    assert "so it stays" in manager.post(address, follow=True).text
    assert "so it stays" in manager.get(page_of(criterion)).text
    with pytest.raises(NotAllowed, match="Reviewers have marked the criterion “team”, so it stays"):
        rubric.remove(criterion, by=person, now=NOW)
    review.scores.all().delete()
    assert "is marked no longer" in manager.post(address, follow=True).text
    assert not call.criteria.filter(key="team").exists()
    assert history.of(criterion).get().action == "criterion.deleted"


def test_a_weight_is_changed_recorded_and_warned_of(call, person, manager):
    criterion = call.criteria.get(key="team")
    before = Call.objects.get().findings_version
    page = manager.post(page_of(criterion), typed(criterion, weight="50"), follow=True)
    assert "The weights add up to 110. Take 10 away." in page.text
    assert Call.objects.get().findings_version > before
    entry = history.of(criterion).get()
    assert (entry.action, entry.actor, entry.changes) == ("criterion.changed", person, {"weight": [40, 50]})


def test_a_rubric_is_made_of_nothing_in_the_browser(call, manager):
    call.criteria.all().delete()
    rubric_page = reverse("setup:rubric", args=[call.pk])
    assert "Reviewers have nothing to mark yet." in manager.get(rubric_page).text
    add = reverse("setup:add_criterion", args=[call.pk])
    for name, weight in (("Team", 40), ("Product and market", 60)):
        form = manager.get(add).context["form"]
        assert form.initial["weight"] == (100 if name == "Team" else 60), "what is left of the hundred"
        told = {"name": name, "question": "Why?", "weight": str(weight), "anchors": ANCHORS}
        assert manager.post(add, told).status_code == 302
    rows = list(call.criteria.values_list("key", "weight", "position"))
    assert rows == [("team", 40, 0), ("product_and_market", 60, 1)]
    page = manager.get(rubric_page).text
    assert "All one could ask" in page
    assert "add up to" not in page


def test_weights_are_changed_together_and_come_to_a_hundred(call, person, manager):
    team, other = call.criteria.get(key="team"), call.criteria.exclude(key="team").get()
    path = reverse("setup:rubric", args=[call.pk])
    seen = manager.get(path).context["seen"]
    wish = {f"weight_{team.pk}": "55", f"weight_{other.pk}": "55", "seen": seen}
    refused = manager.post(path, wish).text
    assert "The weights add up to 110. Take 10 away." in refused
    assert 'value="55"' in refused
    with pytest.raises(NotAllowed, match="Take 10 away"):
        rubric.weigh(call, {team.pk: 55, other.pk: 55}, seen=seen, by=person, now=NOW)
    assert manager.post(path, wish | {f"weight_{other.pk}": "45"}).status_code == 302
    assert dict(call.criteria.values_list("key", "weight")) == {"team": 55, other.key: 45}
    assert {entry.actor for one in (team, other) for entry in history.of(one)} == {person}
    late = manager.post(path, wish | {f"weight_{team.pk}": "20", f"weight_{other.pk}": "80"}).text
    assert "The rubric has been changed meanwhile." in late
    assert call.criteria.get(key="team").weight == 55


def test_a_criterion_is_moved_from_the_order_that_was_seen(call, manager):
    first, second = call.criteria.all()
    seen = rubric.shown_as(call.criteria.all())
    path = reverse("setup:move_criterion", args=[call.pk, second.pk])
    manager.post(path, {"to": "up", "seen": seen})
    assert [one.pk for one in call.criteria.all()] == [second.pk, first.pk]
    assert "changed meanwhile" in manager.post(path, {"to": "up", "seen": seen}, follow=True).text
    now = {"to": "up", "seen": rubric.shown_as(call.criteria.all())}
    assert "no place further that way" in manager.post(path, now, follow=True).text


def test_a_file_is_refused_by_the_same_rule_and_names_its_line(tmp_path):
    text = (settings.BASE_DIR / "tests/programmes/small-programme.toml").read_text()
    file = tmp_path / "programme.toml"
    file.write_text(text)
    call_command("load_programme", str(file), verbosity=0)
    call = Call.objects.get()
    factories.at(call.window.opens_at)
    application = factories.make_application(call, eligible=True)
    marks = [6] * call.criteria.count()
    factories.make_review(
        factories.assign(factories.make_reviewer(call, partner="harbour-compute"), application), *marks
    )
    criterion = call.criteria.last()
    file.write_text(text.replace(f'key = "{criterion.key}"', 'key = "another"'))
    with pytest.raises(
        CommandError, match=rf"line \d+: Reviewers have marked the criterion “{criterion.key}”"
    ):
        call_command("load_programme", str(file), verbosity=0)
    assert call.criteria.filter(key=criterion.key).exists()
