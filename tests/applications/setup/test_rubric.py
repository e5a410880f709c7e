"""The rubric changes by one rule, whether a manager's list or a programme file asks for it."""

import factories
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from accelerator import history
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
    names = ["key", "position", "name", "weight", "question"]
    values = {name: str(getattr(criterion, name)) for name in names}
    return values | {"anchors": ANCHORS, "call": str(criterion.call_id)} | changes


def page_of(criterion: Criterion) -> str:
    return reverse("admin:applications_criterion_change", args=[criterion.pk])


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
    page = manager.post(reverse("admin:applications_criterion_add"), typed(market))
    assert "Reviews are in already" in page.text
    with pytest.raises(NotAllowed, match="Reviews are in already"):
        rubric.save(market, by=None, now=NOW)
    assert findings.of(Call.objects.get()).marks.applications.tolist() == [reviewed.pk]


def test_a_criterion_goes_until_it_was_marked(call, person, manager):
    criterion = call.criteria.get(key="team")
    address = reverse("admin:applications_criterion_delete", args=[criterion.pk])
    application = factories.make_application(call, eligible=True)
    review = factories.make_review(factories.assign(factories.make_reviewer(call), application), 7, 8)
    assert manager.post(address, {"post": "yes"}).status_code == 403
    with pytest.raises(NotAllowed, match="Reviewers have marked the criterion “team”, so it stays"):
        rubric.remove(criterion, by=person, now=NOW)
    review.scores.all().delete()
    assert manager.post(address, {"post": "yes"}).status_code == 302
    assert not call.criteria.filter(key="team").exists()
    assert history.of(criterion).get().action == "criterion.deleted"


def test_a_weight_is_changed_recorded_and_warned_of(call, person, manager):
    criterion = call.criteria.get(key="team")
    before = Call.objects.get().findings_version
    page = manager.post(page_of(criterion), typed(criterion, weight="50"), follow=True)
    assert "The weights of this rubric now add up to 110, not 100." in page.text
    assert Call.objects.get().findings_version > before
    entry = history.of(criterion).get()
    assert (entry.action, entry.actor, entry.changes) == ("criterion.changed", person, {"weight": [40, 50]})


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
