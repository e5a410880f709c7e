"""Two managers at one board: every act names what its page showed, and a stale one is refused with what stands now."""

from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from races import behind

from accelerator import history
from accelerator.transitions import SomebodyWasFirst
from applications.models import Decision, Letter, LetterVersion, Offer, Release
from applications.reviewing import conflicts
from applications.selecting import deciding, letters, offers, seen, terms, undoing
from applications.selecting.acts import BoardAct

NOW = factories.REVIEWING
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def call(db, reviewing):
    return factories.make_call(seats=1, reserve=2)


@pytest.fixture
def ada(call):
    return factories.make_manager(call.programme, "Ada Stern")


@pytest.fixture
def bea(call):
    return factories.make_manager(call.programme, "Bea Lund")


@pytest.fixture
def altzeile(call):
    return factories.make_application(call, name="Altzeile", eligible=True)


@pytest.fixture
def kestrel(call):
    return factories.make_application(call, name="Kestrel", eligible=True)


class Page:
    """A page of a manager, loaded once; its buttons send what it showed then."""

    def __init__(self, person, name, *args):
        self.client = factories.sign_in(Client(), person)
        self.address = reverse(name, args=args)
        self.context = self.client.get(self.address).context

    def press(self, act="", application=None, **sent):
        if application is None or act in {"up", "down"}:
            sent.setdefault("seen", self.context["board_seen"])
        else:
            lines = [*self.context["picked"], *self.context["reserve"]]
            marks = {row["application__public_id"]: row["seen"] for row in lines}
            marks |= {row["public_id"]: row["seen"] for row in self.context["rows"]}
            sent.setdefault("seen", marks[application.public_id])
        sent |= {"act": act, "application": application.public_id if application else ""}
        return self.client.post(self.address, sent, follow=True)


def board(person, call):
    return Page(person, "selecting:selection", call.pk)


# --- The board ----------------------------------------------------------------------------------------
def test_panel_a7_a_seat_is_not_taken_by_a_page_that_did_not_show_it(call, ada, bea, altzeile):
    old = board(bea, call)
    board(ada, call).press("pick", altzeile)
    answer = old.press("leave_out", altzeile, reason="Too early for us")
    assert answer.status_code == 409
    assert "Ada Stern picked Altzeile at 10:00." in answer.text
    assert "Your page was older, so nothing was changed." in answer.text
    assert "“Too early for us”" in answer.text
    decision = Decision.objects.get()
    assert (decision.outcome, decision.decided_by) == ("selected", ada)
    board(bea, call).press("take_back", altzeile)  # once seen, it is hers to change
    assert not Decision.objects.exists()


@pytest.mark.parametrize("act", ["pick", "reserve", "leave_out", "take_back"])
def test_each_act_on_one_is_refused_when_its_decision_is_another_by_now(call, ada, bea, altzeile, act):
    deciding.put_in_reserve(altzeile, by=ada, now=NOW)
    old = board(bea, call)
    deciding.take_back(altzeile, by=ada, now=LATER)
    factories.at(LATER)
    answer = old.press(act, altzeile, reason="Mine")
    assert "Ada Stern took the decision on Altzeile back at 10:02." in answer.text
    assert not Decision.objects.exists()


def test_a_post_that_names_nothing_changes_nothing(call, bea, altzeile):
    deciding.leave_out(altzeile, by=bea, now=NOW)
    answer = board(bea, call).press("take_back", altzeile, seen="")
    assert answer.status_code == 409
    assert Decision.objects.get().outcome == "not_selected"


@pytest.mark.parametrize("act", ["rest", "up", "down"])
def test_what_concerns_the_whole_names_the_whole(call, ada, bea, altzeile, kestrel, act):
    other = factories.make_application(call, name="Marrow", eligible=True)
    for one in (altzeile, kestrel):
        deciding.put_in_reserve(one, by=ada, now=NOW)
    old = board(bea, call)
    deciding.pick(other, by=ada, now=LATER)
    factories.at(LATER)
    answer = old.press(act, None if act == "rest" else kestrel)
    assert "The board has changed since you opened it. Ada Stern picked Marrow at 10:02." in answer.text
    assert "Ada Stern put" not in answer.text  # that was before the page
    assert [str(d.application) for d in Decision.objects.filter(call=call).in_reserve()] == [
        "Altzeile",
        "Kestrel",
    ]


def test_all_others_are_not_those_that_the_page_never_showed(call, ada, bea, altzeile):
    deciding.pick(altzeile, by=ada, now=NOW)
    factories.make_application(call, name="Kestrel", eligible=True)
    old = board(bea, call)
    factories.make_application(call, name="Late", eligible=True)
    assert "Nothing was changed" in old.press("rest").text
    assert Decision.objects.count() == 1


def test_a_barred_person_is_not_told_what_sight_hides(call, ada, altzeile, kestrel):
    free = factories.make_manager(call.programme, "Free")
    conflicts.recuse(kestrel, who=ada, reason="Sister", by=ada, now=NOW)
    deciding.pick(altzeile, by=free, now=NOW)
    call.programme.roles.filter(user=free).update(ended_at=NOW)  # so that nobody else can decide
    with pytest.raises(SomebodyWasFirst) as refusal:
        deciding.leave_out(altzeile, saw=seen.UNDECIDED, reason="Alone", by=ada, now=LATER)
    assert "Somebody else has decided on Altzeile" in str(refusal.value)
    assert "Free" not in str(refusal.value)
    assert "picked" not in str(refusal.value)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_is_told_who_was_first():
    factories.at(NOW)
    call = factories.make_call(seats=1)
    ada, bea = (factories.make_manager(call.programme, name) for name in ("Ada Stern", "Bea Lund"))
    application = factories.make_application(call, name="Altzeile", eligible=True)
    (refusal,) = behind(
        lambda: deciding.pick(application, saw=seen.UNDECIDED, by=ada, now=NOW),
        lambda: deciding.leave_out(application, saw=seen.UNDECIDED, by=bea, now=NOW),
    )
    assert isinstance(refusal, SomebodyWasFirst)
    assert "Ada Stern picked Altzeile at 10:00" in str(refusal)
    assert Decision.objects.get().outcome == "selected"


# --- Letters ------------------------------------------------------------------------------------------
@pytest.fixture
def letter(call, ada, altzeile):
    deciding.leave_out(altzeile, by=ada, now=NOW)
    letters.prepare_letters(call, by=ada, now=NOW)
    return Letter.objects.get()


def edit(page, subject, text):
    form = page.context["form"]
    sent = {"seen": form["seen"].value(), "read": form["read"].value(), "subject": subject, "text": text}
    return page.client.post(page.address, sent, follow=True)


def test_a_letter_is_not_written_over_unread_and_what_was_typed_is_kept(call, ada, bea, altzeile, letter):
    old = Page(bea, "selecting:letter", call.pk, altzeile.public_id)
    edit(Page(ada, "selecting:letter", call.pk, altzeile.public_id), "From Ada", "Words of Ada.")
    answer = edit(old, "From Bea", "Words of Bea.")
    assert "Ada Stern changed this letter at 10:00." in answer.text
    assert "Words of Ada." in answer.text  # beside
    assert "Words of Bea." in answer.text  # kept
    letter.refresh_from_db()
    assert (letter.subject, letter.version) == ("From Ada", 2)
    old.context = answer.context  # pressed once more, with both before her
    edit(old, "From Bea", "Words of Bea.")
    letter.refresh_from_db()
    assert (letter.text, letter.version, letter.edited_by) == ("Words of Bea.\n", 3, bea)
    kept = LetterVersion.objects.filter(letter=letter)
    assert [(one.number, one.written_by) for one in kept] == [(1, None), (2, ada)]
    entry = history.of(altzeile).filter(action="application.letter_edited").first()
    assert entry.changes[f"letter/{letter.pk}/text"] == ["Words of Ada.\n", "Words of Bea.\n"]
    assert {change.what for change in history.told([entry], call.zone)[0]["changes"]} == {
        "Letter, subject",
        "Letter, text",
    }


# --- The release, terms, offers -----------------------------------------------------------------------
def test_a_release_sends_what_its_page_showed_or_nothing(call, ada, bea, altzeile):
    deciding.pick(altzeile, by=ada, now=NOW)
    letters.prepare_letters(call, by=ada, now=NOW)
    old = Page(bea, "selecting:release", call.pk)
    text = f"New words. {Letter.OFFER_LINK} {Letter.ANSWER_BY}"
    letters.edit_letter(altzeile, subject="S", text=text, by=ada, now=LATER)
    factories.at(LATER)
    answer = old.client.post(old.address, {"seen": old.context["seen"]}, follow=True)
    assert "what would go out has changed since your page showed it" in answer.text
    assert "Ada Stern changed the letter to Altzeile at 10:02." in answer.text
    assert not Release.objects.exists()
    new = Page(bea, "selecting:release", call.pk)
    new.client.post(new.address, {"seen": new.context["seen"]})
    assert Release.objects.get().released_by == bea


def test_terms_that_somebody_wrote_meanwhile_say_who_and_when(call, ada, bea):
    terms.change(call, "Theirs.", by=ada, now=NOW)
    with pytest.raises(SomebodyWasFirst, match="Ada Stern wrote version 1 at 10:00"):
        terms.change(call, "Mine.", seen=0, by=bea, now=LATER)


def test_a_no_that_somebody_noted_already_is_not_noted_twice(call, ada, bea, altzeile, kestrel):
    (offer,) = factories.release(call, ada, [altzeile], [kestrel])
    old = Page(bea, "selecting:note_decline", call.pk, offer.public_id)
    offers.note_decline(offer, reason="By telephone", by=ada, now=NOW)
    offers.undo_decline(offer, by=ada, now=NOW)
    sent = {"reason": "By mail", "seen": old.context["form"]["seen"].value()}
    answer = old.client.post(old.address, sent)
    assert "This offer has changed since you opened the page" in answer.text
    assert "By mail" in answer.text
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN


# --- Undoing ------------------------------------------------------------------------------------------
def latest(by):
    return BoardAct.objects.filter(by=by).first()


def standing():
    return {str(d.application): (d.outcome, d.reserve_position) for d in Decision.objects.all()}


def test_one_click_takes_back_all_others_not_selected(call, ada, altzeile, kestrel):
    factories.make_application(call, name="Marrow", eligible=True)
    deciding.pick(altzeile, by=ada, now=NOW)
    page = board(ada, call)
    answer = page.press("rest")
    undo = reverse("selecting:undo", args=[call.pk, latest(ada).pk])
    assert f'action="{undo}"' in answer.text  # beside the message
    assert len(standing()) == 3
    answer = page.client.post(undo, follow=True)
    assert "2 applications are undecided again." in answer.text
    assert standing() == {"Altzeile": ("selected", None)}
    assert [e.action for e in history.of(kestrel)][:2] == [
        "application.decision_undone",
        "application.decided",
    ]


def test_of_all_others_those_decided_on_again_keep_their_decision(call, ada, bea, altzeile, kestrel):
    deciding.leave_out_all_others(call, by=ada, now=NOW)
    act = latest(ada)
    deciding.put_in_reserve(kestrel, by=bea, now=LATER)
    assert "1 application is undecided again" in undoing.undo(act, by=ada, now=LATER)
    assert standing() == {"Kestrel": ("reserve", 1)}


def test_panel_b13_a_changed_letter_is_said_to_go_and_comes_back_with_the_undo(call, ada, altzeile):
    deciding.pick(altzeile, reason="Strongest", by=ada, now=NOW)
    letters.prepare_letters(call, by=ada, now=NOW)
    text = f"Welcome! {Letter.OFFER_LINK} {Letter.ANSWER_BY}"
    letters.edit_letter(altzeile, subject="Yes", text=text, by=ada, now=NOW)
    answer = board(ada, call).press("take_back", altzeile)
    assert "Its letter, which Ada Stern had changed, is put aside; undoing brings it back." in answer.text
    assert not Letter.objects.waiting().exists()
    assert "Its letter is back as it was" in undoing.undo(latest(ada), by=ada, now=LATER)
    assert Letter.objects.waiting().get().text.startswith("Welcome!")
    decision = Decision.objects.get()
    assert (decision.reason, decision.decided_at, decision.seat.number) == ("Strongest", NOW, 1)


def test_undone_one_after_the_other_everything_is_as_at_first(call, ada, altzeile, kestrel):
    deciding.put_in_reserve(altzeile, by=ada, now=NOW)
    deciding.put_in_reserve(kestrel, by=ada, now=NOW)
    deciding.move_in_reserve(kestrel, up=True, by=ada, now=NOW)
    deciding.pick(kestrel, by=ada, now=LATER)
    for expected in (
        {"Kestrel": ("reserve", 1), "Altzeile": ("reserve", 2)},
        {"Altzeile": ("reserve", 1), "Kestrel": ("reserve", 2)},
        {"Altzeile": ("reserve", 1)},
        {},
    ):
        undoing.undo(BoardAct.objects.standing().first(), by=ada, now=LATER)
        assert standing() == expected


def test_what_rests_on_an_act_keeps_it(call, ada, bea, altzeile):
    deciding.leave_out(altzeile, by=ada, now=NOW)
    act = latest(ada)
    with pytest.raises(Exception, match="Only who did it"):
        undoing.undo(act, by=bea, now=NOW)
    letters.prepare_letters(call, by=bea, now=NOW)
    letters.edit_letter(altzeile, subject="S", text="Words of Bea.", by=bea, now=NOW)
    with pytest.raises(SomebodyWasFirst, match="Bea Lund has changed the letter"):
        undoing.undo(act, by=ada, now=LATER)
    deciding.take_back(altzeile, by=bea, now=LATER)
    with pytest.raises(SomebodyWasFirst, match="Bea Lund took the decision on Altzeile back"):
        undoing.undo(act, by=ada, now=LATER)
    factories.release(call, ada, [altzeile])
    undo = reverse("selecting:undo", args=[call.pk, act.pk])
    answer = factories.sign_in(Client(), ada).post(undo, follow=True)
    assert "published" in answer.text
    assert factories.sign_in(Client(), bea).post(undo).status_code == 404


def test_a_change_of_a_letter_is_undone_while_it_is_the_last(call, ada, bea, altzeile, letter):
    first = letter.text
    letters.edit_letter(altzeile, subject="S", text="Mine.", by=ada, now=NOW)
    act = latest(ada)
    letters.edit_letter(altzeile, subject="S", text="Hers.", by=bea, now=LATER)
    with pytest.raises(SomebodyWasFirst, match="changed again since"):
        undoing.undo(act, by=ada, now=LATER)
    undoing.undo(latest(bea), by=bea, now=LATER)
    letter.refresh_from_db()
    assert (letter.text, letter.edited_by) == ("Mine.\n", ada)
    page = Page(ada, "selecting:my_acts", call.pk)
    assert {done.act.kind: bool(done.why_not) for done in page.context["acts"]} == {
        "letter_edited": True,
        "left_out": False,
    }
    assert first != letter.text


# --- Out of the ranking's order -----------------------------------------------------------------------
@pytest.fixture
def read(call, altzeile, kestrel):
    """Kestrel is read as the better one."""
    readers = [factories.make_reviewer(call, partner=one) for one in ("meta", "scaleway", "hugging-face")]
    for application, marks in ((altzeile, (4, 5)), (kestrel, (9, 8))):
        for reader in readers:
            factories.make_review(factories.assign(reader, application), *marks)


def test_a_pick_out_of_order_needs_a_reason_and_shows_it(call, ada, altzeile, kestrel, read):
    answer = board(ada, call).press("pick", altzeile)
    assert "Kestrel ranks above Altzeile and is not picked. Say why" in answer.text
    assert not Decision.objects.exists()
    board(ada, call).press("pick", altzeile, reason="A market that nobody else serves")
    for name in ("selecting:selection", "selecting:release"):
        letters.prepare_letters(call, by=ada, now=NOW)
        deciding.leave_out_all_others(call, by=ada, now=NOW)
        letters.prepare_letters(call, by=ada, now=NOW)
        text = Page(ada, name, call.pk)
        shown = text.client.get(text.address).text
        assert "Altzeile, place 2, before Kestrel" in shown
        assert "A market that nobody else serves" in shown


def test_in_order_or_when_the_better_one_was_explained_no_reason_is_asked(call, ada, altzeile, kestrel, read):
    deciding.leave_out(kestrel, reason="Has withdrawn by telephone", by=ada, now=NOW)
    assert deciding.pick(altzeile, by=ada, now=NOW).is_selected


def test_leaving_the_better_one_out_without_a_word_does_not_spare_the_reason(
    call, ada, altzeile, kestrel, read
):
    deciding.leave_out(kestrel, by=ada, now=NOW)
    with pytest.raises(Exception, match="ranks above Altzeile"):
        deciding.pick(altzeile, by=ada, now=NOW)
