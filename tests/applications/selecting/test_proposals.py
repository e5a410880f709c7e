"""What a manager with a conflict decides waits for a second person, and so does a release with something amiss."""

import json
from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from races import at_once

from accelerator.messages import delivery
from accelerator.models import OutboxMessage, Role
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Decision, FrozenDossier, NamedException, ProposedAct, Release, Review
from applications.reviewing import conflicts, reviews
from applications.scoring.verify_dossier import differences
from applications.selecting import deciding, letters, obstacles, proposals, releasing, seen

NOW = factories.REVIEWING
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def call(db, reviewing):
    return factories.make_call(seats=1, reserve=2)


@pytest.fixture
def read(call):
    """Three applications with three reviews each; the later, the better."""
    readers = [factories.make_reviewer(call, partner=one) for one in ("meta", "scaleway", "hugging-face")]
    made = []
    for at, name in enumerate(["Ardoise", "Brisant", "Cadran"]):
        application = factories.make_application(call, name=name, eligible=True)
        for number, reader in enumerate(readers):
            factories.make_review(
                factories.assign(reader, application), 4 + at * 2, min(10, 4 + at * 2 + number)
            )
        made.append(application)
    return made


@pytest.fixture
def barred(call, read):
    """A manager whose sister founded Ardoise."""
    manager = factories.make_manager(call.programme, "Bo Barred")
    conflicts.recuse(read[0], who=manager, reason="Sister", by=manager, now=NOW)
    return manager


@pytest.fixture
def free(call):
    return factories.make_manager(call.programme, "Fay Free")


@pytest.fixture
def chair(call, read):
    reviewer = factories.make_reviewer(call, "Cleo Chair", "scaleway")
    reviewer.is_chair = True
    reviewer.save()
    return reviewer.user


def client_of(person):
    return factories.sign_in(Client(), person)


def at(name, call, *more):
    return reverse(f"selecting:{name}", args=[call.pk, *more])


def press(person, call, act, application, **sent):
    sent = {"act": act, "application": application.public_id, "seen": "none", **sent}
    return client_of(person).post(at("selection", call), sent, follow=True)


def answer(person, proposal, act, **sent):
    client = client_of(person)
    page = client.get(at("proposals", proposal.call))
    waiting = page.context["waiting"] if page.status_code == 200 else []
    marks = {one["proposal"].pk: one["seen"] for one in waiting}
    sent = {"act": act, "seen": marks.get(proposal.pk, "none"), **sent}
    return client.post(at("answer_proposal", proposal.call, proposal.pk), sent, follow=True)


# --- Decisions ----------------------------------------------------------------------------------------
def test_a_barred_managers_decision_waits_until_a_free_one_confirms_it(call, read, barred, free):
    shown = press(barred, call, "pick", read[2], reason="By far the best")
    assert "Proposed: Cadran. It counts once somebody without a conflict confirms it." in shown.text
    assert not Decision.objects.exists()
    proposal = ProposedAct.objects.get()
    mail = OutboxMessage.objects.get(kind="applications.proposal_made")
    assert mail.recipient == free
    assert "Cadran" not in mail.subject + mail.text
    page = client_of(free).get(at("proposals", call))
    assert "By far the best" in page.text
    assert "It stands as your decision." in answer(free, proposal, "confirm").text
    decision = Decision.objects.get()
    assert (decision.application, decision.outcome, decision.decided_by) == (read[2], "selected", free)
    assert decision.reason == "By far the best"
    mine = client_of(barred).get(at("proposals", call)).text
    assert "confirmed by Fay Free" in mine
    assert client_of(barred).get(at("selection", call)).context["picked"] == []


def test_nobody_confirms_their_own_nor_with_a_conflict(call, read, barred, free):
    other = factories.make_manager(call.programme, "Also Barred")
    conflicts.recuse(read[1], who=other, reason="Cousin", by=other, now=NOW)
    press(barred, call, "pick", read[2])
    proposal = ProposedAct.objects.get()
    assert client_of(other).get(at("proposals", call)).context["waiting"] == []
    assert "Cadran" not in client_of(other).get(at("proposals", call)).text
    for person in (barred, other):
        with pytest.raises(NotAllowed, match="A second person confirms this"):
            proposals.confirm(proposal, by=person, now=NOW)
    assert answer(other, proposal, "confirm").status_code == 404
    assert not Decision.objects.exists()


def test_on_what_one_has_a_conflict_with_one_proposes_nothing(call, read, barred, free):
    with pytest.raises(NotAllowed, match="conflict of interest"):
        proposals.propose(read[0], "pick", by=barred, now=NOW)
    assert press(barred, call, "pick", read[0]).status_code == 404


def test_what_changed_since_it_was_proposed_is_not_confirmed(call, read, barred, free):
    press(barred, call, "pick", read[2])
    proposal = ProposedAct.objects.get()
    deciding.put_in_reserve(read[2], by=free, now=LATER)
    factories.at(LATER)
    assert "Something has changed since it was proposed." in client_of(free).get(at("proposals", call)).text
    shown = answer(free, proposal, "confirm")
    assert "Fay Free put Cadran in the reserve at 10:02." in shown.text
    assert Decision.objects.get().outcome == "reserve"
    assert ProposedAct.objects.get().is_waiting


def test_a_confirmation_names_what_its_page_showed(call, read, barred, free):
    press(barred, call, "pick", read[2])
    assert answer(free, ProposedAct.objects.get(), "confirm", seen="selected.1.1").status_code == 409
    assert not Decision.objects.exists()


def test_a_refusal_needs_a_reason_that_the_proposer_reads(call, read, barred, free):
    press(barred, call, "leave_out", read[1])
    proposal = ProposedAct.objects.get()
    assert "Say why not" in answer(free, proposal, "refuse").text
    answer(free, proposal, "refuse", reason="We wait for a fourth review")
    assert "We wait for a fourth review" in client_of(barred).get(at("selection", call)).text
    assert "answered or withdrawn already" in answer(free, proposal, "confirm").text
    assert not Decision.objects.exists()


def test_a_proposal_is_withdrawn_and_its_mail_does_not_leave(call, read, barred, free):
    press(barred, call, "pick", read[2])
    assert "Withdrawn." in answer(barred, ProposedAct.objects.get(), "withdraw").text
    assert client_of(free).get(at("proposals", call)).context["waiting"] == []
    assert delivery.deliver() == 0
    assert OutboxMessage.objects.get(kind="applications.proposal_made").status == "skipped"


def test_a_pick_out_of_order_asks_whoever_confirms_for_the_reason(call, read, barred, free):
    press(barred, call, "pick", read[1])  # Cadran ranks above
    proposal = ProposedAct.objects.get()
    shown = answer(free, proposal, "confirm")
    assert "Cadran ranks above Brisant" in shown.text
    answer(free, proposal, "confirm", reason="Its team")
    assert Decision.objects.get().reason == "Its team"


# --- Chairs -------------------------------------------------------------------------------------------
def test_a_chair_confirms_where_every_manager_has_a_conflict(call, read, barred, chair):
    press(barred, call, "pick", read[2])
    assert not Decision.objects.exists()
    assert "1 proposal waits for you" in client_of(chair).get("/admin/").text
    assert "It stands as your decision." in answer(chair, ProposedAct.objects.get(), "confirm").text
    assert Decision.objects.get().decided_by == chair
    assert not NamedException.objects.exists()


def test_a_chair_is_one_by_role_by_second_factor_and_without_a_conflict(call, read, barred, chair, settings):
    press(barred, call, "pick", read[2])
    address = at("proposals", call)
    assert client_of(chair).get(address).status_code == 200
    reader = factories.make_reviewer(call, "Only Reads").user
    assert client_of(reader).get(address).status_code == 404
    settings.SECOND_FACTOR_REQUIRED = True
    assert client_of(chair).get(address).status_code == 302  # asked to set one up
    assert Role.objects.held_by(chair, "reviewer").exists() is False
    settings.SECOND_FACTOR_REQUIRED = False
    conflicts.recuse(read[1], who=chair, reason="Cousin", by=chair, now=NOW)
    with pytest.raises(NotAllowed, match="A second person"):
        proposals.confirm(ProposedAct.objects.get(), by=chair, now=NOW)
    Role.objects.filter(user=chair).update(ended_at=NOW)
    assert proposals.may_confirm(chair, call) is False


# --- Nobody free --------------------------------------------------------------------------------------
def test_where_nobody_is_free_the_act_goes_on_with_a_reason_and_the_dossier_counts_it(call, read, barred):
    board = client_of(barred).get(at("selection", call)).text
    assert "Nobody without one is there to confirm what you decide" in board
    shown = press(barred, call, "pick", read[2])
    assert "Say why it cannot wait" in shown.text
    assert not Decision.objects.exists()
    press(barred, call, "pick", read[2], reason="The answers are promised for tonight")
    assert Decision.objects.get().decided_by == barred
    exception = NamedException.objects.get()
    assert (exception.kind, exception.by, exception.application) == ("in_conflict", barred, read[2])
    assert exception.reason == "The answers are promised for tonight"
    mine = Decision.objects.get()
    press(barred, call, "take_back", read[2], seen=seen.of_decision(mine))  # one's own, so without a word
    assert not Decision.objects.exists()


# --- The release --------------------------------------------------------------------------------------
def ready(call, by, chosen, others, now=NOW):
    deciding.pick(chosen, reason="Best", by=by, now=now)
    for one in others:
        deciding.leave_out(one, reason="No", by=by, now=now)
    letters.prepare_letters(call, by=by, now=now)


def test_a_barred_manager_proposes_the_release_and_another_publishes(call, read, barred, free):
    ready(call, free, read[2], read[:2])
    client = client_of(barred)
    with pytest.raises(NotAllowed):
        releasing.release(call, reason="Please", by=barred, now=NOW)
    client.post(at("release", call), {"act": "propose", "reason": "All is read"}, follow=True)
    proposal = ProposedAct.objects.get()
    assert not Release.objects.exists()
    assert "Published." in answer(free, proposal, "confirm").text
    assert Release.objects.get().released_by == free
    proposal.refresh_from_db()
    assert proposal.confirmed_by == free


def late_recusal(call, application):
    reader = call.reviewers.get(partner__slug="meta")
    conflicts.recuse(application, who=reader.user, reason="Cousin", by=reader.user, now=LATER)
    factories.at(LATER)


def test_panel_a6_a_late_recusal_stands_by_name_before_the_release(call, read, free):
    ready(call, free, read[2], read[:2])
    assert obstacles.obstacles(call) == []
    late_recusal(call, read[2])
    found = [str(one) for one in obstacles.obstacles(call)]
    assert found == [
        "The seat of Cadran rests on 2 of 3 reviews, which is too few for a place.",
        "A conflict of interest of a reviewer of Cadran was found after it was decided on.",
    ]
    for name in ("selection", "release"):
        text = client_of(free).get(at(name, call)).text
        for sentence in found:
            assert sentence in text
    assert "A manager asks another reviewer, or gives the place to somebody else." in text


def test_with_something_amiss_a_release_takes_a_reason_and_a_second_person(call, read, free):
    second = factories.make_manager(call.programme, "Sol Second")
    ready(call, free, read[2], read[:2])
    late_recusal(call, read[2])
    client = client_of(free)
    mark = client.get(at("release", call)).context["seen"]
    with pytest.raises(NotAllowed, match="this takes a second person"):
        releasing.release(call, reason="Two suffice", by=free, now=LATER)
    assert (
        "Say why it should go out" in client.post(at("release", call), {"act": "propose", "seen": mark}).text
    )
    shown = client.post(
        at("release", call), {"act": "propose", "seen": mark, "reason": "Two suffice"}, follow=True
    )
    assert "Proposed." in shown.text
    proposal = ProposedAct.objects.get()
    with pytest.raises(NotAllowed, match="A second person"):
        releasing.release(call, proposal=proposal.pk, by=free, now=LATER)
    page = client_of(second).get(at("proposals", call)).text
    assert "The seat of Cadran rests on 2 of 3 reviews" in page
    assert "Two suffice" in page
    assert "Published." in answer(second, proposal, "confirm").text
    kept = NamedException.objects.order_by("kind")
    assert [(one.kind, one.application, one.by, one.confirmed_by) for one in kept] == [
        ("below_quorum", read[2], free, second),
        ("late_conflict", read[2], free, second),
    ]


def test_the_dossier_names_the_exceptions_and_verifies(call, read, free):
    ready(call, free, read[2], read[:2])
    late_recusal(call, read[2])
    with pytest.raises(NotAllowed, match="Say why it goes out nevertheless"):
        releasing.release(call, by=free, now=LATER)
    releasing.release(call, reason="Two suffice", by=free, now=LATER)  # nobody else runs this call
    frozen = FrozenDossier.objects.get()
    document = json.loads(frozen.text)
    counts = {one["kind"]: one["count"] for one in document["exceptions"]}
    assert counts == {
        "a place below the quorum": 1,
        "a conflict of a reviewer found after the decision": 1,
        "published with something amiss, no second person being there": 1,
    }
    assert differences(frozen.text, frozen.seal) == []
    for name in ("Cadran", "Two suffice", "Fay"):
        assert name not in frozen.text


def test_a_release_that_changed_since_it_was_proposed_is_not_confirmed(call, read, barred, free):
    ready(call, free, read[2], read[:2])
    client_of(barred).post(at("release", call), {"act": "propose"})
    letters.edit_letter(read[1], subject="S", text="Other words.", by=free, now=LATER)
    with pytest.raises(SomebodyWasFirst, match="changed since Bo Barred proposed it"):
        releasing.release(call, proposal=ProposedAct.objects.get().pk, by=free, now=LATER)
    assert not Release.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    factories.at(NOW)
    call = factories.make_call(seats=1)
    barred, *frees = (factories.make_manager(call.programme, name) for name in ("Bo", "Fay", "Sol"))
    own, rival = (factories.make_application(call, name=name, eligible=True) for name in ("Own", "Rival"))
    conflicts.recuse(own, who=barred, reason="Sister", by=barred, now=NOW)
    made = proposals.propose(rival, "pick", by=barred, now=NOW)

    def copy():
        return ProposedAct.objects.select_related("call", "application__startup", "proposed_by").get(
            pk=made.pk
        )

    results = at_once(
        lambda: proposals.confirm(copy(), by=frees[0], now=NOW),
        lambda: proposals.refuse(copy(), reason="No", by=frees[1], now=NOW),
    )
    assert sum(isinstance(result, NotAllowed) for result in results) == 1
    made.refresh_from_db()
    assert Decision.objects.exists() is bool(made.confirmed_at)


# --- What is frozen names its inputs ------------------------------------------------------------------
def test_a_letter_older_than_its_comments_is_found_and_mended(call, read, free):
    ready(call, free, read[2], read[:2])
    review = Review.objects.filter(assignment__application=read[1]).first()
    marks = dict(review.scores.values_list("criterion", "value"))
    reviews.submit(
        review.assignment,
        marks=marks,
        for_panel="",
        for_applicant="Find a first customer.",
        by=review.assignment.reviewer.user,
        now=LATER,
    )
    (found,) = obstacles.obstacles(call)
    assert str(found) == "The letter to Brisant is older than the comments that it brings."
    assert found.has_way_on
    client = client_of(free)
    page = client.get(found.url)
    assert "Find a first customer." in page.text  # beside the words, to be brought in
    form = page.context["form"]
    sent = {name: form[name].value() for name in ("seen", "read", "subject")}
    client.post(found.url, {**sent, "text": "With: Find a first customer."})
    assert obstacles.obstacles(call) == []


def test_the_words_of_somebody_with_a_conflict_have_no_way_on(call, read, free):
    second = factories.make_manager(call.programme, "Sol Second")
    ready(call, free, read[2], read[:2])
    reader = call.reviewers.get(partner__slug="meta")
    mine = Review.objects.filter(assignment__application=read[1], assignment__reviewer=reader)
    mine.update(comment_for_applicant="Your market is smaller than you think it is.")
    conflicts.recuse(read[1], who=reader.user, reason="Cousin", by=free, now=NOW)
    text = "Read this: your market.\nYour market is smaller than you think it is."
    letters.edit_letter(read[1], subject="S", text=text, by=free, now=NOW)
    found = obstacles.obstacles(call)
    assert str(found[0]) == "The letter to Brisant holds words of somebody with a conflict of interest."
    assert not found[0].has_way_on
    with pytest.raises(NotAllowed, match="holds words of somebody"):
        releasing.release(call, reason="It is true", by=free, now=NOW)
    with pytest.raises(NotAllowed, match="holds words of somebody"):
        proposals.propose_release(call, reason="It is true", by=second, now=NOW)


def test_a_seat_beyond_the_number_has_no_way_on(call, read, free):
    ready(call, free, read[2], read[:2])
    with pytest.raises(NotAllowed, match="The only seat is taken"):
        deciding.pick(read[1], reason="Both are good", by=free, now=NOW)
    type(call).objects.filter(pk=call.pk).update(seats=2)
    (found,) = obstacles.obstacles(type(call).objects.get(pk=call.pk))
    assert (str(found), found.has_way_on) == ("1 of 2 seats are given.", False)
    with pytest.raises(NotAllowed, match="1 of 2 seats"):
        releasing.release(type(call).objects.get(pk=call.pk), reason="One suffices", by=free, now=NOW)
