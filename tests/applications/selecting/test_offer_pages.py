"""A manager's pages of the offers: the terms in versions, a release that asks for them, a no that came by telephone."""

from datetime import timedelta

import factories
import pytest
from django.urls import reverse

from accelerator import history
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from applications.models import Call, Offer, OfferTerms
from applications.selecting import deciding, letters, offers, terms

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
HOUR = timedelta(hours=1)
BY_PHONE = "Maud Le Goff, by telephone at ten"


@pytest.fixture
def call(call):
    factories.at(NOW)
    return call


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, signed_in):
    return signed_in(person)


@pytest.fixture
def offer(call, person):
    first, second = (
        factories.make_application(call, name=name, eligible=True) for name in ("Papyrus", "Kestrel")
    )
    (made,) = factories.release(call, person, [first], [second])
    return made


def terms_page(call) -> str:
    return reverse("selecting:offer_terms", args=[call.pk])


def page_of(route: str, offer) -> str:
    return reverse(f"selecting:{route}", args=[offer.application.call_id, offer.public_id])


def shown(offer) -> dict:
    """What the buttons of a page of now send back."""
    return {"seen": Offer.objects.get(pk=offer.pk).as_shown}


def noted(offer) -> dict:
    return {"reason": BY_PHONE, **shown(offer)}


def board(client, call) -> str:
    return client.get(reverse("selecting:selection", args=[call.pk])).content.decode()


# --- Terms ----------------------------------------------------------------------------------------------
def test_a_manager_writes_the_terms_and_each_change_with_its_reason(call, person, manager):
    assert "Nobody has written them yet." in manager.get(terms_page(call)).text
    first = manager.post(
        terms_page(call), {"text_en": "We take no equity.\r\n\r\nYou come in January.", "seen": 0}
    )
    assert first.status_code == 302
    assert str(terms.current(call).text) == "We take no equity.\n\nYou come in January."
    changed = {"text_en": "We take no equity. You come in March.", "seen": 1}
    assert "This field is required" in manager.post(terms_page(call), changed).text
    manager.post(terms_page(call), changed | {"reason": "The hall is let in January"})
    assert [one.number for one in OfferTerms.objects.filter(call=call)] == [1, 2]
    entry = history.of(call).filter(action="call.offer_terms_changed").first()
    assert (entry.actor, entry.reason, entry.details["version"]) == (person, "The hall is let in January", 2)
    shown = manager.get(terms_page(call)).text
    assert "Version 2 stands" in shown
    assert "You come in January." in shown


def test_terms_that_somebody_else_wrote_meanwhile_are_not_written_over(call, person, manager):
    terms.change(call, "Theirs.", by=person, now=NOW)
    page = manager.post(terms_page(call), {"text_en": "Mine.", "seen": 0, "reason": "Shorter"})
    assert "Somebody has written other terms meanwhile." in page.text
    assert "Mine." in page.text
    assert str(terms.current(call).text) == "Theirs."


def test_terms_in_two_languages_keep_both(call, person, manager):
    terms.change(call, {"en": "No equity.", "fr": "Pas de parts."}, by=person, now=NOW)
    form = {"text_en": "No shares.", "text_fr": "Pas de parts.", "seen": 1, "reason": "Plainer"}
    manager.post(terms_page(call), form)
    assert dict(terms.current(call).text) == {"en": "No shares.", "fr": "Pas de parts."}


def test_the_release_warns_of_terms_that_nobody_wrote(call, person, manager):
    Call.objects.filter(pk=call.pk).update(seats=1)
    chosen = factories.make_application(call, name="Papyrus", eligible=True)
    deciding.pick(chosen, by=person, now=NOW)
    letters.prepare_letters(call, by=person, now=NOW)
    page = manager.get(reverse("selecting:release", args=[call.pk])).text
    assert "There are no terms." in page
    assert "Release without terms" in page
    terms.change(call, "We take no equity.", by=person, now=NOW)
    page = manager.get(reverse("selecting:release", args=[call.pk])).text
    assert "Each offer shows version 1 of the terms" in page
    assert "without terms" not in page


# --- A no that came by telephone ------------------------------------------------------------------------
def test_a_manager_notes_a_no_and_the_team_has_an_hour_to_undo_it(call, offer, person, manager):
    assert "They do not come" in board(manager, call)
    manager.post(page_of("note_decline", offer), noted(offer))
    offer.refresh_from_db()
    assert (offer.status, offer.declining_by, offer.declines_at) == (
        Offer.Status.DECLINING,
        person,
        NOW + HOUR,
    )
    entry = history.of(offer).first()
    assert (entry.action, entry.reason, entry.actor) == ("offer.decline_noted", BY_PHONE, person)
    [mail] = OutboxMessage.objects.filter(kind="applications.decline_begun")
    assert mail.recipient == offer.application.started_by
    assert "has noted that you give up your place" in mail.text
    assert BY_PHONE in mail.text
    offers.finish_decline(offer, NOW + HOUR)
    offer.refresh_from_db()
    assert (offer.status, offer.answered_by) == (Offer.Status.DECLINED, person)
    assert Offer.objects.get(application__startup__name="Kestrel").promoted_from_reserve


def test_the_team_reads_who_noted_it_and_undoes_it(offer, manager, client):
    manager.post(page_of("note_decline", offer), noted(offer))
    founder = factories.sign_in(type(client)(), offer.application.started_by)
    page = founder.get(offer.get_absolute_url()).text
    assert "noted that you give the place up, as you told us" in page
    founder.post(offer.get_absolute_url(), {"answer": "undo"})
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN


def test_a_manager_keeps_the_place_within_the_hour_and_not_after_it(call, offer, manager):
    manager.post(page_of("note_decline", offer), noted(offer))
    assert "Keep the place" in board(manager, call)
    manager.post(page_of("keep_place", offer), shown(offer))
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN
    manager.post(page_of("note_decline", offer), noted(offer))
    factories.at(NOW + HOUR)
    assert "The hour has passed" in manager.post(page_of("keep_place", offer), shown(offer), follow=True).text


def test_a_no_without_a_word_of_how_it_came_is_refused(offer, person, manager):
    assert manager.post(page_of("note_decline", offer), {"reason": " "}).status_code == 200
    with pytest.raises(NotAllowed, match="who told you"):
        offers.note_decline(offer, reason=" ", by=person, now=NOW)
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN


def test_an_offer_that_was_answered_cannot_be_declined_for_its_team(call, offer, manager):
    Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.ACCEPTED, answered_at=NOW)
    assert "does not wait for an answer" in manager.get(page_of("note_decline", offer)).text
    assert "no longer possible" in manager.post(page_of("note_decline", offer), noted(offer)).text
    assert "They do not come" not in board(manager, call)


def test_a_manager_with_a_conflict_has_no_part_in_it(offer, person, manager):
    offer.application.recusals.create(user=person, reason="A friend", declared_by=person)
    assert manager.get(page_of("note_decline", offer)).status_code == 404
    assert manager.post(page_of("note_decline", offer), noted(offer)).status_code == 404
    assert manager.post(page_of("keep_place", offer), shown(offer)).status_code == 404
