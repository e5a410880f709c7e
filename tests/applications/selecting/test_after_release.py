"""After the release: an offer that stands longer, and one that the programme takes back."""

from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from page_forms import shown

from accelerator import clock, history
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Decision, Offer
from applications.selecting import after_release

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
A_DAY = timedelta(days=1)
REASON = "Their lawyer is ill."


@pytest.fixture
def person(call):
    factories.at(NOW)
    return factories.make_manager(call.programme)


@pytest.fixture
def offer(call, person):
    first, second = (
        factories.make_application(call, name=name, eligible=True) for name in ("Papyrus", "Kestrel")
    )
    (made,) = factories.release(call, person, [first], [second])
    return made


@pytest.fixture
def mine(person):
    return factories.sign_in(Client(), person)


def page_of(route: str, offer) -> str:
    return reverse(f"selecting:{route}", args=[offer.application.call_id, offer.public_id])


def told(kind):
    return list(OutboxMessage.objects.filter(kind=f"applications.{kind}"))


def reread(offer) -> Offer:
    return Offer.objects.get(pk=offer.pk)


def test_an_offer_stands_longer_with_a_reason_and_the_team_is_told(offer, mine, person):
    assert (
        page_of("longer_offer", offer)
        in mine.get(reverse("selecting:selection", args=[offer.seat.call_id])).text
    )
    wish = shown(mine, page_of("longer_offer", offer), "reason") | {"last_day": "2023-12-20"}
    refused = mine.post(page_of("longer_offer", offer), wish | {"reason": ""})
    assert refused.status_code == 200
    assert not told("offer_longer")
    assert mine.post(page_of("longer_offer", offer), wish | {"reason": REASON}).status_code == 302
    assert reread(offer).expires_at > offer.expires_at
    [mail] = told("offer_longer")
    assert "Wednesday 20 December 2023, 23:59" in mail.text
    assert REASON in mail.text
    assert history.of(offer).first().reason == REASON


@pytest.mark.parametrize(("days", "why"), [(1, "already"), (60, "programme begins")])
def test_longer_is_later_and_before_the_programme_begins(offer, person, days, why):
    with pytest.raises(NotAllowed, match=why):
        after_release.give_longer(offer, until=NOW + days * A_DAY, reason=REASON, by=person, now=NOW)


def test_an_offer_that_has_run_out_is_not_given_longer(offer, person):
    with pytest.raises(NotAllowed, match="could be answered until"):
        after_release.give_longer(
            offer, until=NOW + 12 * A_DAY, reason=REASON, by=person, now=offer.expires_at
        )


def test_the_reminder_follows_the_new_day(offer, person):
    moment = offer.expires_at - timedelta(hours=12)
    clock.freeze(moment)
    reminders.reconcile(moment)
    [old] = told("offer_expiring")
    after_release.give_longer(offer, until=offer.expires_at + 5 * A_DAY, reason=REASON, by=person, now=moment)
    delivery.deliver()
    old.refresh_from_db()
    assert old.status == OutboxMessage.Status.SKIPPED
    later = reread(offer).expires_at - timedelta(hours=12)
    clock.freeze(later)
    reminders.reconcile(later)
    assert len(told("offer_expiring")) == 2


def test_an_offer_is_taken_back_with_a_reason_and_the_reserve_moves_up(call, offer, mine):
    wish = shown(mine, page_of("withdraw_offer", offer), "reason") | {"reason": "They were sold."}
    assert mine.post(page_of("withdraw_offer", offer), wish).status_code == 302
    assert reread(offer).is_withdrawn
    assert "They were sold." in told("offer_withdrawn")[0].text
    [promoted] = Offer.objects.live()
    assert (promoted.startup.name, promoted.promoted_from_reserve) == ("Kestrel", True)
    founder = factories.sign_in(Client(), offer.startup.team.get().user)
    assert "The programme has taken this offer back." in founder.get(offer.get_absolute_url()).text
    assert "it has gone to the next" in founder.get(reverse("applying:my_applications")).text
    assert "was withdrawn, so place 1 became free" in " ".join(told("seat_moved_on")[0].text.split())


def test_an_accepted_place_is_not_taken_back(offer, person):
    Offer.objects.filter(pk=offer.pk).update(status="accepted")
    with pytest.raises(NotAllowed, match="accepted"):
        after_release.withdraw(offer, reason=REASON, by=person, now=NOW)


def test_both_need_a_reason_and_no_conflict_and_a_page_of_today(call, offer, person):
    other = factories.make_manager(call.programme, "Odile Faure")
    old = offer.as_shown
    after_release.give_longer(offer, until=NOW + 9 * A_DAY, reason=REASON, by=person, now=NOW)
    acts = [
        lambda **how: after_release.withdraw(offer, now=NOW, **how),
        lambda **how: after_release.give_longer(offer, until=NOW + 12 * A_DAY, now=NOW, **how),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="Please say why"):
            act(reason=" ", by=person)
        with pytest.raises(SomebodyWasFirst, match="has changed since"):
            act(reason=REASON, saw=old, by=person)
    offer.application.recusals.create(user=other, reason="Cousin", declared_by=other)
    for act in acts:
        with pytest.raises(NotAllowed):
            act(reason=REASON, by=other)
    assert factories.sign_in(Client(), other).get(page_of("withdraw_offer", offer)).status_code == 404


# --- The reserve --------------------------------------------------------------------------------------
@pytest.fixture
def waiting(call, person):
    """A seat is offered, and three wait behind it, in this order."""
    made = [factories.make_application(call, name=name, eligible=True) for name in ("Papyrus", *RESERVE)]
    factories.release(call, person, made[:1], made[1:])
    return {application.startup.name: application for application in made}


RESERVE = ("Kestrel", "Tidewater", "Marrow")


def pass_page(application) -> str:
    return reverse("selecting:pass_over", args=[application.call_id, application.public_id])


def decision_of(application) -> Decision:
    return Decision.objects.get(application=application)


def test_who_is_passed_over_is_told_why_and_the_seat_goes_to_the_next(call, waiting, mine, person):
    board = reverse("selecting:selection", args=[call.pk])
    page = pass_page(waiting["Kestrel"])
    assert page in mine.get(board).text
    wish = shown(mine, page, "reason")
    assert "Please say why" in mine.post(page, wish | {"reason": " "}).text or not told("passed_over")
    assert mine.post(page, wish | {"reason": "They moved to Lisbon."}).status_code == 302
    [mail] = told("passed_over")
    assert "They moved to Lisbon." in mail.text
    assert "Passed over" in mine.get(board).text
    after_release.withdraw(Offer.objects.get(), reason=REASON, by=person, now=NOW)
    assert Offer.objects.live().get().startup.name == "Tidewater"
    assert history.of(waiting["Kestrel"]).filter(action="application.passed_over").get().reason


def test_who_was_passed_over_can_stand_in_the_reserve_again_in_the_old_place(call, waiting, mine, person):
    kestrel = waiting["Kestrel"]
    after_release.pass_over(decision_of(kestrel), reason=REASON, by=person, now=NOW)
    wish = shown(mine, pass_page(kestrel), "reason") | {"reason": "They can come after all."}
    assert mine.post(pass_page(kestrel), wish).status_code == 302
    assert "They can come after all." in told("in_reserve_again")[0].text
    after_release.withdraw(Offer.objects.get(), reason=REASON, by=person, now=NOW)
    assert Offer.objects.live().get().startup.name == "Kestrel"


def test_a_page_that_became_stale_passes_nobody_over(waiting, mine, person):
    kestrel = waiting["Kestrel"]
    wish = shown(mine, pass_page(kestrel), "reason") | {"reason": REASON}
    after_release.pass_over(decision_of(kestrel), reason=REASON, by=person, now=NOW)
    answer = mine.post(pass_page(kestrel), wish)
    assert answer.status_code == 200
    assert "changed since you opened the page" in answer.text
    assert decision_of(kestrel).passed_over_at is not None


def test_who_has_an_offer_by_now_is_not_passed_over(waiting, mine, person):
    kestrel = decision_of(waiting["Kestrel"])
    after_release.withdraw(Offer.objects.get(), reason=REASON, by=person, now=NOW)
    with pytest.raises(NotAllowed, match="no longer waits"):
        after_release.pass_over(kestrel, reason=REASON, by=person, now=NOW)
    assert mine.get(pass_page(waiting["Kestrel"])).status_code == 404


def test_nobody_passes_over_who_has_an_interest_in_the_next(call, waiting):
    other = factories.make_manager(call.programme, "Odile Faure")
    waiting["Tidewater"].recusals.create(user=other, reason="Cousin", declared_by=other)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        after_release.pass_over(decision_of(waiting["Kestrel"]), reason=REASON, by=other, now=NOW)
    assert not told("passed_over")


def test_before_the_release_the_board_is_the_place(call, person):
    application = factories.make_application(call, name="Early", eligible=True)
    made = Decision.objects.create(
        call=call, application=application, outcome="reserve", reserve_position=1, decided_by=person
    )
    with pytest.raises(NotAllowed, match="on the board"):
        after_release.pass_over(made, reason=REASON, by=person, now=NOW)
