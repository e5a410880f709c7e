"""Sealed rules change by an amendment: with a reason, by two people, undone while nothing rests on it."""

import threading
from datetime import timedelta

import factories
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accelerator import history
from accelerator.messages import delivery
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Amendment, Assignment, Call, Criterion, Decision, Review, SealedProtocol, Seat
from applications.reviewing import protocol, reviews
from applications.scoring.verify_dossier import differences
from applications.selecting import deciding, dossiers, findings
from applications.setup import amendments

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ines(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def paul(call):
    return factories.make_manager(call.programme, "Paul Varga")


@pytest.fixture
def panel(call):
    partners = ["meta", "scaleway", "hugging-face"]
    return [factories.make_reviewer(call, f"Reader {name}", name) for name in partners]


@pytest.fixture
def reviewed(call, panel):
    """Two applications, each with three reviews that are in."""
    found = []
    for name, values in (("Papyrus", (9, 3)), ("Kestrel", (4, 8))):
        application = factories.make_application(call, name=name, eligible=True)
        for reviewer in panel:
            factories.make_review(factories.assign(reviewer, application), *values)
        found.append(application)
    return found


@pytest.fixture
def proposed(call, ines, paul, reviewing):
    return factories.propose_amendment(call, by=ines)


def address(amendment) -> str:
    return reverse("setup:amendment", args=[amendment.call_id, amendment.pk])


def weights(call) -> dict:
    return dict(call.criteria.values_list("key", "weight"))


# --- Proposing ------------------------------------------------------------------------------------------
def form(call, **changes) -> dict:
    """What the form of an amendment holds as it is shown, and what was changed in it."""
    document = protocol.in_force(call).document
    data = {name: document[key] for name, key in protocol.PARTS.items()}
    data["seen"] = protocol.in_force(call).sha256
    for one in document["criteria"]:
        key, texts = one["name"], one["texts"]
        data[f"weight__{key}"] = one["weight"]
        data |= {f"{part}__{key}": texts[part]["en"] for part in ("title", "question")}
        data[f"anchors__{key}"] = "\n".join(
            f"{mark} = {words['en']}" for mark, words in texts["anchors"].items()
        )
    return data | changes


def test_a_proposal_changes_nothing_and_tells_whoever_may_confirm(
    call, ines, paul, signed_in, reviewing, reviewed
):
    factories.seal_rules(call)
    browser, page = signed_in(ines), reverse("setup:amend_rules", args=[call.pk])
    shown = browser.get(page).text
    assert "6 reviews are in. They stay and count" in shown
    assert "Paul Varga" in shown
    before = totals(call)
    answer = browser.post(
        page,
        form(call, weight__open_models="50", weight__team="50", reason="The team counts for more"),
        follow=True,
    )
    assert "Nothing has changed yet. It waits for Paul Varga." in answer.text
    assert weights(call) == {"open_models": 60, "team": 40}
    assert totals(call) == before
    mail = OutboxMessage.objects.get(kind="applications.amendment_proposed")
    assert mail.recipient == paul
    assert "The team counts for more" in mail.text


REFUSED = {
    "no reason": ({"weight__team": "50", "weight__open_models": "50"}, "This field is required"),
    "nothing": ({"reason": "Why not"}, "This changes nothing of the rules."),
    "weights": ({"weight__team": "50", "reason": "More"}, "The weights add up to 110."),
    "no such mark": ({"anchors__team": "11 = Too much", "reason": "More"}, "“11” is no mark from 0 to 10."),
    "no question": ({"question__team": "", "reason": "More"}, "This field is required"),
    "new without a question": (
        {"new_title": "Market", "new_weight": "20", "weight__team": "20", "reason": "More"},
        "Every criterion has a name and a question.",
    ),
    "new without weight": (
        {"new_title": "Market", "new_question": "Big?", "reason": "More"},
        "The weights add up",
    ),
    "other rules": ({"seats": "4", "reason": "Fewer", "seen": "0" * 64}, "The rules were changed meanwhile"),
}


@pytest.mark.parametrize("wish", REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence_and_what_was_typed_is_kept(
    wish, call, ines, signed_in, reviewing
):
    factories.seal_rules(call)
    changes, sentence = REFUSED[wish]
    answer = signed_in(ines).post(reverse("setup:amend_rules", args=[call.pk]), form(call, **changes))
    assert sentence in answer.text
    assert changes.get("reason", "50") in answer.text
    assert not Amendment.objects.exists()


def test_a_seat_that_is_given_is_not_taken_away(call, ines, reviewing):
    factories.seal_rules(call)
    Seat.objects.create(call=call, number=5)
    with pytest.raises(NotAllowed, match="More seats than these are given already"):
        factories.propose_amendment(call, by=ines, seats=4)


def test_one_amendment_waits_at_a_time(call, ines, paul, proposed):
    with pytest.raises(NotAllowed, match="Another amendment waits already"):
        factories.propose_amendment(call, by=paul, seats=6)


def test_before_the_rules_are_sealed_they_are_changed_where_they_are_set_up(
    call, ines, signed_in, while_open
):
    page = signed_in(ines).get(reverse("setup:amend_rules", args=[call.pk]))
    assert "The rules are not sealed yet" in page.text


# --- Confirming -----------------------------------------------------------------------------------------
def test_a_second_manager_confirms_it_and_from_then_on_it_counts(
    call, ines, paul, signed_in, proposed, reviewed
):
    first = protocol.in_force(call)
    page = signed_in(paul).get(address(proposed)).text
    for words in ("Weight of “Team”", "The team counts for more", "Inès Moreau", "6 reviews are in"):
        assert words in page
    answer = signed_in(paul).post(address(proposed), {"act": "confirm"}, follow=True)
    assert "The amendment is in force." in answer.text
    assert "Confirmed by Paul Varga" in answer.text
    told = OutboxMessage.objects.get(kind="applications.amendment_answered")
    assert (told.recipient, "Paul Varga has confirmed" in told.text) == (ines, True)
    assert weights(call) == {"open_models": 50, "team": 50}
    sealed = protocol.in_force(call)
    assert (sealed.number, sealed.sha256) == (2, protocol.of(Call.objects.get()).digest)
    assert sealed.sha256 != first.sha256
    entry = history.of(call).get(action="call.amendment_confirmed")
    assert entry.actor == paul
    assert entry.changes == {"open_models_weight": [60, 50], "team_weight": [40, 50]}
    assert {float(total) for total in Review.objects.values_list("total", flat=True)} == {6.0}


def test_nobody_confirms_their_own_while_somebody_else_could(call, ines, signed_in, proposed):
    page = signed_in(ines).get(address(proposed)).text
    assert "Confirm it" not in page
    assert "Put it in force alone" not in page
    answer = signed_in(ines).post(address(proposed), {"act": "confirm"})
    assert "somebody else confirms it: Paul Varga" in answer.text
    assert weights(call)["team"] == 40


def test_whoever_has_a_conflict_in_the_call_does_not_confirm(call, paul, signed_in, proposed, reviewed):
    reviewed[0].recusals.create(user=paul, reason="A cousin", declared_by=paul)
    third = factories.make_manager(call.programme, "Third Manager")
    answer = signed_in(paul).post(address(proposed), {"act": "confirm"})
    assert "You have a conflict of interest in this call" in answer.text
    assert weights(call)["team"] == 40
    refused = signed_in(paul).post(address(proposed), {"act": "refuse", "reason": "No"})
    assert "You have a conflict of interest in this call" in refused.text
    amendments.confirm(proposed, by=third, now=LATER)
    assert weights(call)["team"] == 50


def test_whoever_applied_in_the_call_sees_nothing_of_it(call, paul, signed_in, proposed):
    factories.make_application(call, paul, name="Own", submitted=True)
    for page in (address(proposed), reverse("setup:rules", args=[call.pk])):
        assert signed_in(paul).get(page).status_code == 404
    assert signed_in(paul).post(address(proposed), {"act": "confirm"}).status_code == 404


def test_without_a_second_manager_it_goes_on_alone_and_every_page_says_so(
    call, ines, signed_in, reviewing, reviewed
):
    alone = factories.propose_amendment(call, by=ines)
    browser = signed_in(ines)
    assert "Nobody else manages this call without a conflict of interest" in browser.get(address(alone)).text
    answer = browser.post(address(alone), {"act": "confirm"}, follow=True)
    assert "without a second person: nobody else managed the call" in answer.text
    assert weights(call)["team"] == 50
    made = dossiers.made(call)
    assert [one["by_two"] for one in made.document["amendments"]] == [False]
    assert not OutboxMessage.objects.filter(kind__startswith="applications.amendment").exists()


def test_a_manager_who_came_meanwhile_is_waited_for(call, ines, reviewing):
    alone = factories.propose_amendment(call, by=ines)
    factories.make_manager(call.programme, "Newly Come")
    with pytest.raises(NotAllowed, match="somebody else confirms it: Newly Come"):
        amendments.confirm(alone, by=ines, now=LATER)


def test_a_proposal_against_other_rules_is_refused_with_what_changed(call, ines, paul, proposed):
    amendments.confirm(proposed, by=paul, now=LATER)
    second = factories.propose_amendment(call, by=ines, seats=6)
    proposed.refresh_from_db()
    amendments.undo(proposed, by=ines, now=LATER)
    with pytest.raises(SomebodyWasFirst, match="Weight of “Team”: 50 → 40"):
        amendments.confirm(second, by=paul, now=LATER)
    assert Call.objects.get().seats == 5


def test_what_was_answered_is_not_answered_again(call, ines, paul, signed_in, proposed):
    amendments.confirm(proposed, by=paul, now=LATER)
    answer = signed_in(ines).post(address(proposed), {"act": "withdraw"})
    assert "Paul Varga was first: this amendment is in force." in answer.text
    assert SealedProtocol.objects.count() == 2


def test_it_is_refused_with_a_reason_and_what_was_typed_is_kept(call, ines, paul, signed_in, proposed):
    browser = signed_in(paul)
    assert "This field is required" in browser.post(address(proposed), {"act": "refuse", "reason": ""}).text
    answer = browser.post(address(proposed), {"act": "refuse", "reason": "Too late for that"}, follow=True)
    assert "Too late for that" in answer.text
    told = OutboxMessage.objects.get(kind="applications.amendment_answered")
    assert (told.recipient, "Too late for that" in told.text) == (ines, True)
    assert weights(call)["team"] == 40
    with pytest.raises(SomebodyWasFirst):
        amendments.confirm(proposed, by=paul, now=LATER)


def test_it_is_withdrawn_by_who_proposed_it(call, ines, paul, proposed):
    with pytest.raises(NotAllowed, match="Only who proposed it"):
        amendments.withdraw(proposed, by=paul, now=LATER)
    amendments.withdraw(proposed, by=ines, now=LATER)
    assert weights(call)["team"] == 40
    assert factories.propose_amendment(call, by=ines).is_waiting


def test_the_home_of_a_second_manager_names_it_and_that_of_others_does_not(
    call, ines, paul, signed_in, proposed
):
    sentence = "An amendment of the rules waits for you"
    assert sentence in signed_in(paul).get(reverse("admin:index")).text
    assert sentence not in signed_in(ines).get(reverse("admin:index")).text


def test_a_mail_to_confirm_does_not_leave_once_it_is_answered(call, ines, proposed):
    amendments.withdraw(proposed, by=ines, now=LATER)
    delivery.deliver()
    assert (
        OutboxMessage.objects.get(kind="applications.amendment_proposed").status != OutboxMessage.Status.SENT
    )


def test_the_database_takes_no_amendment_of_one_person_that_does_not_say_so(ines, proposed):
    with pytest.raises(IntegrityError, match="takes_two_people"), transaction.atomic():
        Amendment.objects.update(status="in_force", answered_by=ines, made=proposed.against)


def test_after_the_release_nothing_is_amended(call, ines, paul, proposed, reviewed):
    factories.release(call, ines, [])
    for act in (amendments.confirm, amendments.withdraw):
        with pytest.raises(NotAllowed, match="its rules stay as they are"):
            act(proposed, by=paul, now=LATER)


# --- Undoing --------------------------------------------------------------------------------------------
@pytest.fixture
def in_force(call, paul, proposed, reviewed):
    amendments.confirm(proposed, by=paul, now=LATER)
    proposed.refresh_from_db()
    return proposed


@pytest.mark.parametrize("who", ["ines", "paul"])
def test_either_of_the_two_undoes_it_while_nothing_rests_on_it(who, request, call, signed_in, in_force):
    first = SealedProtocol.objects.get(number=1)
    answer = signed_in(request.getfixturevalue(who)).post(address(in_force), {"act": "undo"}, follow=True)
    assert "Undone by" in answer.text
    restored = protocol.in_force(call)
    assert (restored.number, restored.sha256) == (3, first.sha256)
    assert weights(call) == {"open_models": 60, "team": 40}
    assert {round(float(total), 1) for total in Review.objects.values_list("total", flat=True)} == {6.6, 5.6}
    assert history.of(call).filter(action="call.amendment_undone").exists()
    chain = dossiers.made(call).document
    assert [one["takes_back"] for one in chain["amendments"]] == [False, True]
    assert differences(dossiers.made(call).text, first.sha256) == []


def test_a_third_manager_does_not_undo_it(call, signed_in, in_force):
    third = factories.make_manager(call.programme, "Third Manager")
    answer = signed_in(third).post(address(in_force), {"act": "undo"})
    assert "Only those who proposed and confirmed it undo it." in answer.text
    assert weights(call)["team"] == 50


def rest_on_a_review(call, reviewed, panel, paul):
    assignment = Assignment.objects.filter(application=reviewed[0]).first()
    criteria = [criterion.pk for criterion in call.criteria.all()]
    reviews.submit(
        assignment, marks=dict.fromkeys(criteria, 5), by=assignment.reviewer.user, now=LATER + timedelta(1)
    )


def rest_on_a_decision(call, reviewed, panel, paul):
    Decision.objects.create(
        call=call,
        application=reviewed[0],
        outcome="not_selected",
        decided_by=paul,
        decided_at=LATER + timedelta(1),
    )


def rest_on_the_release(call, reviewed, panel, paul):
    factories.release(call, paul, [])


RESTS = {
    "a review": (rest_on_a_review, "Reviews have come in under it"),
    "a decision": (rest_on_a_decision, "Decisions were taken under it"),
    "the release": (rest_on_the_release, "The decisions of this call are published"),
}


@pytest.mark.parametrize("what", RESTS)
def test_what_something_rests_on_is_not_undone(what, call, ines, paul, panel, signed_in, in_force, reviewed):
    rest, sentence = RESTS[what]
    rest(call, reviewed, panel, paul)
    page = signed_in(ines).get(address(in_force)).text
    assert sentence in page
    assert "Undo it" not in page
    with pytest.raises(NotAllowed, match=r"under it|published"):
        amendments.undo(in_force, by=ines, now=LATER + timedelta(2))
    assert weights(call)["team"] == 50


def test_an_earlier_one_is_not_undone_under_a_later(call, ines, paul, in_force):
    second = factories.propose_amendment(call, by=ines, seats=6)
    amendments.confirm(second, by=paul, now=LATER)
    assert "changed again since" in amendments.why_not_undone(in_force)
    second.refresh_from_db()
    amendments.undo(second, by=ines, now=LATER)
    assert (Call.objects.get().seats, weights(call)["team"]) == (5, 50)


# --- A criterion more -----------------------------------------------------------------------------------
def add_market(call, by, confirmed_by, *, asks_earlier: bool) -> Amendment:
    rules = factories.seal_rules(call)
    new = {
        "highest": "10",
        "name": "market",
        "weight": "20",
        "texts": {"anchors": {}, "question": {"en": "How large?"}, "title": {"en": "Market"}},
    }
    wanted = factories.wishes(call, open_models=50, team=30)
    wanted["criteria"].append(new)
    made = amendments.propose(
        call, wanted, asks_earlier=asks_earlier, reason="It was forgotten", seen=rules.sha256, by=by, now=NOW
    )
    amendments.confirm(made, by=confirmed_by, now=LATER)
    made.refresh_from_db()
    return made


def totals(call) -> list[float]:
    found = findings.of(Call.objects.get(pk=call.pk))
    return sorted({round(total, 6) for totals in found.totals.values() for total in totals})


@pytest.mark.parametrize("asks_earlier", [False, True])
def test_a_criterion_added_later_erases_no_review(asks_earlier, call, ines, paul, reviewing, reviewed):
    """Those that are in count by what they were asked: by the new weights of the old criteria."""
    assert totals(call) == [5.6, 6.6]
    add_market(call, ines, paul, asks_earlier=asks_earlier)
    assert totals(call) == [round((4 * 50 + 8 * 30) / 80, 6), round((9 * 50 + 3 * 30) / 80, 6)]
    found = findings.of(Call.objects.get(pk=call.pk))
    assert all(line.is_complete for line in found.standings)
    there = dossiers.made(Call.objects.get(pk=call.pk))
    assert all(row[4][2] is None for row in there.document["readings"])
    assert differences(there.text, there.document["amendments"][0]["from"]) == []


def test_from_now_on_it_is_asked_of_reviews_and_nobody_is_asked_again(
    call, ines, paul, signed_in, reviewing, reviewed, panel
):
    add_market(call, ines, paul, asks_earlier=False)
    assert not OutboxMessage.objects.filter(kind="applications.criterion_to_mark").exists()
    assert "A mark is missing" not in signed_in(panel[0].user).get(reverse("reviewing:review_queue")).text
    third = factories.make_application(call, name="Marrow", eligible=True)
    assignment = factories.assign(panel[0], third)
    reviews.begin(assignment, by=panel[0].user, now=LATER)
    given = {criterion.pk: 7 for criterion in call.criteria.exclude(key="market")}
    with pytest.raises(NotAllowed, match="Still without a mark: Market"):
        reviews.submit(assignment, marks=given, by=panel[0].user, now=LATER)


def test_those_who_have_reviewed_are_asked_once_more_and_their_review_is_a_new_version(
    call, ines, paul, signed_in, reviewing, reviewed, panel
):
    add_market(call, ines, paul, asks_earlier=True)
    mails = OutboxMessage.objects.filter(kind="applications.criterion_to_mark")
    assert {mail.recipient for mail in mails} == {reader.user for reader in panel}
    assert "2 reviews of yours have no mark for it yet" in " ".join(mails[0].text.split())
    reader = panel[0]
    queue = signed_in(reader.user).get(reverse("reviewing:review_queue")).text
    assert queue.count("A mark is missing") == 2
    assert "A criterion has come into the rules" in signed_in(reader.user).get(reverse("admin:index")).text
    assignment = Assignment.objects.get(reviewer=reader, application=reviewed[0])
    own = signed_in(reader.user).get(reverse("reviewing:review", args=[assignment.public_id])).text
    assert "A criterion has come into the rules after your review." in own
    beside = reverse("reviewing:panel_application", args=[call.pk, reviewed[0].public_id])
    assert signed_in(ines).get(beside).text.count('data-label="Market">–<') == 3
    reviews.submit(
        assignment,
        marks={criterion.pk: mark for criterion, mark in zip(call.criteria.all(), (9, 3, 8), strict=True)},
        by=reader.user,
        now=LATER + timedelta(hours=1),
    )
    assert signed_in(reader.user).get(reverse("reviewing:review_queue")).text.count("A mark is missing") == 1
    assert history.of(assignment.review).filter(action="review.changed").exists()
    assert round((9 * 50 + 3 * 30 + 8 * 20) / 100, 6) in totals(call)


def test_a_mail_about_it_does_not_leave_once_everything_is_marked(
    call, ines, paul, reviewing, reviewed, panel
):
    add_market(call, ines, paul, asks_earlier=True)
    for assignment in Assignment.objects.filter(reviewer=panel[0]):
        given = {criterion.pk: 6 for criterion in call.criteria.all()}
        reviews.submit(assignment, marks=given, by=panel[0].user, now=LATER)
    factories.at(LATER)
    delivery.deliver()
    sent = OutboxMessage.objects.filter(kind="applications.criterion_to_mark", status="sent")
    assert {mail.recipient for mail in sent} == {reader.user for reader in panel[1:]}


def test_undoing_takes_a_new_criterion_out_with_what_drafts_said_of_it(
    call, ines, paul, reviewing, reviewed, panel
):
    made = add_market(call, ines, paul, asks_earlier=False)
    third = factories.make_application(call, name="Marrow", eligible=True)
    assignment = factories.assign(panel[0], third)
    reviews.begin(assignment, by=panel[0].user, now=LATER)
    draft = {criterion.pk: 7 for criterion in call.criteria.all()}
    reviews.save(assignment, marks=draft, by=panel[0].user, now=LATER)
    amendments.undo(made, by=ines, now=LATER)
    assert sorted(weights(call)) == ["open_models", "team"]
    assert assignment.review.scores.count() == 2
    assert totals(call) == [5.6, 6.6]


def test_a_new_criterion_comes_by_the_form(call, ines, paul, signed_in, reviewing, reviewed):
    factories.seal_rules(call)
    changes = {
        "weight__open_models": "50",
        "weight__team": "30",
        "new_title": "Size of the market",
        "new_question": "How large?",
        "new_weight": "20",
        "new_anchors": "0 = None\n10 = Vast",
        "new_counts": "ask",
        "reason": "It was forgotten",
    }
    signed_in(ines).post(reverse("setup:amend_rules", args=[call.pk]), form(call, **changes))
    made = Amendment.objects.get()
    assert made.asks_earlier
    assert "A new criterion" in signed_in(paul).get(address(made)).text
    signed_in(paul).post(address(made), {"act": "confirm"})
    added = Criterion.objects.get(key="size_of_the_market")
    assert (added.weight, str(added.question), added.anchors["10"]) == (20, "How large?", {"en": "Vast"})


# --- Where it shows -------------------------------------------------------------------------------------
def test_ranking_and_public_page_show_that_the_rules_were_amended(call, ines, signed_in, client, in_force):
    ranking = " ".join(signed_in(ines).get(reverse("selecting:ranking", args=[call.pk])).text.split())
    assert "The rules were amended on Monday 11 December 2023" in ranking
    assert "Weight of “Team”: 40 → 50" in ranking
    client.logout()
    public = client.get(reverse("public:rules", args=[call.programme.slug, call.slug])).text
    for version in SealedProtocol.objects.all():
        assert version.sha256 in public
    assert "counts for more" not in public  # reasons may tell of people


def test_the_dossier_holds_the_published_document_and_how_it_came_about(call, in_force):
    first, second = SealedProtocol.objects.all()
    there = dossiers.made(call)
    assert there.document["protocol"] == second.document
    assert there.document["protocol_sha256"] == second.sha256
    assert there.document["amendments"] == [
        {"by_two": True, "from": first.sha256, "on": "2023-12-11", "takes_back": False, "to": second.sha256}
    ]
    assert differences(there.text, first.sha256, second.sha256, there.seal) == []


# --- At once --------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_does():
    call = factories.make_call()
    people = [
        factories.make_manager(call.programme, name) for name in ("Inès Moreau", "Paul Varga", "Eva Lind")
    ]
    made = factories.propose_amendment(call, by=people[0])
    barrier, outcomes = threading.Barrier(2), []

    def confirm(person):
        barrier.wait()
        try:
            amendments.confirm(Amendment.objects.get(pk=made.pk), by=person, now=LATER)
            outcomes.append("in force")
        except NotAllowed:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[person]) for person in people[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in force", "refused"]
    assert SealedProtocol.objects.count() == 2


# --- With marks before and after the others' ------------------------------------------------------------
def see_the_others(assignment):
    Assignment.objects.filter(pk=assignment.pk).update(others_seen_at=NOW)
    return Assignment.objects.select_related("application__call", "review").get(pk=assignment.pk)


def given(call, *values) -> dict:
    return {criterion.pk: mark for criterion, mark in zip(call.criteria.all(), values, strict=True)}


def test_a_mark_for_a_new_criterion_needs_no_reason_from_whoever_has_seen_the_others(
    call, ines, paul, signed_in, reviewing, reviewed, panel
):
    mine = see_the_others(Assignment.objects.get(reviewer=panel[0], application=reviewed[0]))
    add_market(call, ines, paul, asks_earlier=True)
    own = signed_in(panel[0].user).get(reverse("reviewing:review", args=[mine.public_id])).text
    assert "What the others gave" not in own  # before one's own mark for it is in
    reviews.submit(
        mine,
        marks=given(call, 9, 3, 8),
        for_panel="Solid.",
        for_applicant="Well done.",
        by=panel[0].user,
        now=LATER,
    )
    assert round((9 * 50 + 3 * 30 + 8 * 20) / 100, 6) in totals(call)
    assert not mine.review.versions.exists()
    assert not Assignment.objects.asked_once_more().filter(pk=mine.pk).exists()
    own = signed_in(panel[0].user).get(reverse("reviewing:review", args=[mine.public_id])).text
    assert "What the others gave" in own


def test_whoever_changes_another_mark_with_it_says_why(call, ines, paul, reviewing, reviewed, panel):
    mine = see_the_others(Assignment.objects.get(reviewer=panel[0], application=reviewed[0]))
    add_market(call, ines, paul, asks_earlier=True)
    with pytest.raises(NotAllowed, match="Please say in a sentence why"):
        reviews.submit(mine, marks=given(call, 9, 9, 8), by=panel[0].user, now=LATER)
    assert mine.review.scores.count() == 2
    words = {"for_panel": "Solid.", "for_applicant": "Well done.", "reason": "I had misread it"}
    reviews.submit(mine, marks=given(call, 9, 9, 8), **words, by=panel[0].user, now=LATER)
    assert [version.marks for version in mine.review.versions.all()] == [
        {"open_models": 9, "team": 3, "market": 8},
        {"open_models": 9, "team": 9, "market": 8},
    ]
    there = dossiers.made(Call.objects.get(pk=call.pk))
    assert differences(there.text) == []


def test_versions_of_a_review_total_by_the_rules_that_hold(call, ines, paul, proposed, reviewed, panel):
    mine = see_the_others(Assignment.objects.get(reviewer=panel[0], application=reviewed[0]))
    reviews.submit(mine, marks=given(call, 5, 3), reason="A second look", by=panel[0].user, now=NOW)
    amendments.confirm(proposed, by=paul, now=LATER)
    assert [float(version.total) for version in mine.review.versions.all()] == [6.0, 4.0]
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        mine.review.versions.update(marks={})


def test_which_marks_count_is_a_rule_too(call, ines, paul, signed_in, reviewing, reviewed, panel):
    mine = see_the_others(Assignment.objects.get(reviewer=panel[0], application=reviewed[0]))
    reviews.submit(mine, marks=given(call, 5, 3), reason="A second look", by=panel[0].user, now=NOW)
    factories.seal_rules(call)
    assert totals(call) == [5.6, 6.6]
    browser, page = signed_in(ines), reverse("setup:amend_rules", args=[call.pk])
    browser.post(page, form(call, marks_that_count="after", reason="We discuss first"))
    made = Amendment.objects.get()
    assert "the marks after seeing the others’" in signed_in(paul).get(address(made)).text
    amendments.confirm(made, by=paul, now=LATER)
    assert totals(call) == [round((5 * 60 + 3 * 40) / 100, 6), 5.6, 6.6]
    there = dossiers.made(Call.objects.get(pk=call.pk))
    assert there.document["protocol"]["counts"] == "after"
    assert differences(there.text) == []


def test_a_place_given_before_the_rules_were_amended_is_named_before_the_release(
    call, ines, paul, reviewed, signed_in, reviewing
):
    factories.seal_rules(call)
    deciding.pick(reviewed[0], by=ines, now=NOW)
    amendment = factories.propose_amendment(call, by=ines)
    sentence = "Papyrus was given its place before the rules were amended"
    assert sentence not in signed_in(ines).get(reverse("selecting:release", args=[call.pk])).text
    amendments.confirm(amendment, by=paul, now=LATER)
    assert sentence in signed_in(ines).get(reverse("selecting:release", args=[call.pk])).text
    deciding.take_back(reviewed[0], by=ines, now=LATER)
    deciding.pick(reviewed[0], by=ines, now=LATER + timedelta(hours=1))
    assert sentence not in signed_in(ines).get(reverse("selecting:release", args=[call.pk])).text
