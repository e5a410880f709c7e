"""Rules on answers propose a verdict and say why; a person decides, by keys, and looks again at what was left."""

import factories
import pytest
from django.urls import reverse
from page_forms import shown

from accelerator.models import HistoryEntry
from applications.models import Application, ScreeningRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(manager, signed_in):
    return signed_in(manager)


def rules_page(call) -> str:
    return reverse("reviewing:screening_rules", args=[call.pk])


def screen_page(application) -> str:
    return reverse("reviewing:screen_application", args=[application.call_id, application.public_id])


def rule(call, question, test, *values):
    return ScreeningRule.objects.create(call=call, question=question, test=test, values=list(values))


def test_rules_propose_with_a_reason_each_and_a_person_decides(call, mine):
    application = factories.make_application(call, sealed=True, deck=True)
    for question, test, values in [
        ("country", "one_of", "France\nGermany"),
        ("team_size", "at_least", "3"),
        ("deck", "answered", ""),
        ("topics", "one_of", "Vision"),
    ]:
        wish = {"question": question, "test": test, "values": values}
        assert mine.post(rules_page(call), wish).status_code == 302
    assert ScreeningRule.objects.get(question="country").values == ["FR", "DE"]
    page = mine.get(screen_page(application)).text
    assert "“Country” is France, which is among those that count." in page
    assert "“How many are you?” is 4: at least 3." in page
    assert "“Your deck” is answered." in page
    assert "“Topics” is Language, which is not among those that count." in page
    assert "The rules propose: not eligible" in page
    wish = shown(mine, screen_page(application), "reason") | {"verdict": "eligible", "checks": "open"}
    assert mine.post(screen_page(application), wish).status_code == 302
    application.refresh_from_db()
    assert application.is_eligible
    gone = ScreeningRule.objects.get(question="topics")
    mine.post(reverse("reviewing:remove_screening_rule", args=[call.pk, gone.pk]))
    assert "The rules propose: eligible" in mine.get(screen_page(application)).text
    assert HistoryEntry.objects.filter(action="call.screening_rule_removed").count() == 1


@pytest.mark.parametrize(
    ("answers", "test", "values", "holds"),
    [
        ({"team_size": 3}, "at_least", ["3"], True),
        ({"team_size": 2}, "at_least", ["3"], False),
        ({"team_size": None}, "at_least", ["3"], False),
        ({"team_size": None}, "answered", [], False),
        ({"team_size": 9}, "one_of", ["9"], True),
    ],
)
def test_a_rule_holds_for_what_was_submitted(call, mine, answers, test, values, holds):
    application = factories.make_application(call, sealed=True, answers=answers)
    rule(call, "team_size", test, *values)
    assert mine.get(screen_page(application)).context_data["proposed"] is holds


@pytest.mark.parametrize(
    ("question", "test", "values", "why"),
    [
        ("country", "one_of", "Atlantis", "“Atlantis” is no answer to this question."),
        ("country", "one_of", " ", "Write what the answer has to be."),
        ("team_size", "at_least", "many", "Write one number"),
    ],
)
def test_a_rule_that_no_answer_can_meet_is_refused_and_kept(call, mine, question, test, values, why):
    refused = mine.post(rules_page(call), {"question": question, "test": test, "values": values}).text
    assert why in refused
    assert values.strip() in refused
    assert not ScreeningRule.objects.exists()


def test_a_rule_stands_once_on_a_question(call, mine):
    for _press in range(2):
        answer = mine.post(rules_page(call), {"question": "deck", "test": "answered", "values": ""})
    assert "There is such a rule on this question already" in answer.text
    assert ScreeningRule.objects.count() == 1


def test_the_list_says_what_is_proposed_in_as_many_queries_for_many(
    call, mine, django_assert_max_num_queries
):
    rule(call, "country", "one_of", "DE")
    path = reverse("reviewing:screening", args=[call.pk])
    factories.make_application(call, name="Papyrus 0", sealed=True)
    with django_assert_max_num_queries(100) as few:
        assert "Proposed" in mine.get(path).text
    for number in range(1, 12):
        factories.make_application(call, name=f"Papyrus {number}", sealed=True)
    with django_assert_max_num_queries(len(few)):
        mine.get(path)


def test_what_is_left_for_later_comes_up_for_a_second_look(call, mine):
    first, second, third = (
        factories.make_application(call, name=name, sealed=True) for name in ("Alder", "Birch", "Cedar")
    )
    later = mine.get(reverse("reviewing:leave_for_later", args=[call.pk, first.public_id]))
    assert later.url == screen_page(second)
    wish = shown(mine, screen_page(second), "reason") | {"verdict": "eligible", "checks": "open"}
    assert mine.post(screen_page(second), wish).url == screen_page(third)
    wish = shown(mine, screen_page(third), "reason") | {"verdict": "eligible", "checks": "open"}
    page = mine.post(screen_page(third), wish, follow=True).text
    assert "1 is left undecided: take a second look." in page
    assert "Alder" in page
    assert Application.objects.awaiting_screening().get() == first
