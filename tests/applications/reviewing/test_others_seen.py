"""Marks before and after the others': free until their reviewer was shown what others gave, versions with a reason after.

The kind of mistake: *reveal before commit*. A throwaway review opens the others' marks, and the real one follows.
"""

import ast
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import factories
import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from accelerator.models import HistoryEntry
from accelerator.transitions import NotAllowed, WrongValue
from applications.calls.models import Call
from applications.models import Assignment, Criterion, Review, ReviewVersion, Score
from applications.reviewing import conflicts, others_seen, reviews
from applications.scoring import verify_dossier
from applications.selecting import deciding, dossiers, findings

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
ROOT = Path(__file__).resolve().parents[3]


def seen_at(assignment):
    return Assignment.objects.values_list("others_seen_at", flat=True).get(pk=assignment.pk)


def given(*marks, reason=None, panel="", applicant=""):
    """What the form of a review posts."""
    posted = {"criterion_open_models": marks[0], "criterion_team": marks[1], "act": "next"}
    words = {"for_panel": panel, "for_applicant": applicant}
    return posted | words | ({} if reason is None else {"reason": reason})


class Room:
    """A call in its reviewing weeks with one application, a reviewer and another whose review is in."""

    def __init__(self):
        self.call = factories.make_call()
        factories.at(NOW)
        self.manager = factories.make_manager(self.call.programme)
        self.application = factories.make_application(self.call, eligible=True)
        self.mine = factories.make_reviewer(self.call, "Ada Stern")
        self.assignment = factories.assign(self.mine, self.application)
        self.theirs = factories.assign(
            factories.make_reviewer(self.call, "Joris Blom", "scaleway"), self.application
        )
        Review.objects.filter(pk=factories.make_review(self.theirs, 3, 3).pk).update(
            comment_for_panel="A weak team."
        )
        self.client = factories.sign_in(Client(), self.mine.user)
        self.page = reverse("reviewing:review", args=[self.assignment.public_id])
        self.others = reverse("reviewing:see_others", args=[self.assignment.public_id])

    def begin(self):
        reviews.begin(self.assignment, by=self.mine.user, now=NOW)

    def post(self, *marks, **more):
        return self.client.post(self.page, given(*marks, **more))

    def look(self):
        return self.client.post(self.others)

    def text(self, address=None, client=None):
        return (client or self.client).get(address or self.page).text

    def review(self):
        return Review.objects.get(assignment=self.assignment)

    def marks(self):
        """Those that stand in the review: given before its reviewer saw the others'."""
        return list(self.review().scores.order_by("criterion__position").values_list("value", flat=True))

    def versions(self):
        return [
            (version.number, version.marks, version.reason)
            for version in ReviewVersion.objects.filter(review=self.review())
        ]


@pytest.fixture
def room(db):
    return Room()


@pytest.fixture
def handed_in(room):
    room.begin()
    room.post(8, 6, panel="Fine.", applicant="Well done.")
    return room


# --- Until the others' are seen --------------------------------------------------------------------------
def test_a_page_shows_nothing_of_others_before_ones_own_review_is_in(room):
    room.begin()
    assert "A weak team." not in room.text()
    assert "See what the others think" not in room.text()
    answer = room.client.post(room.others, follow=True).text
    assert "once your own review is in" in answer
    assert "A weak team." not in answer
    assert seen_at(room.assignment) is None


def test_handing_in_alone_shows_nothing_of_others_but_asks(handed_in):
    page = handed_in.text()
    assert "A weak team." not in page
    assert "Joris Blom" not in page
    assert "1 other has handed in too" in page
    assert seen_at(handed_in.assignment) is None
    assert list(Review.objects.beside(handed_in.review())) == []


def test_until_they_are_seen_marks_change_freely_and_the_last_count(handed_in):
    handed_in.post(9, 9)
    handed_in.post(2, 4)
    assert handed_in.marks() == [2, 4]
    assert handed_in.versions() == []
    assert HistoryEntry.objects.filter(action="review.changed").count() == 2


def test_while_nobody_else_has_handed_in_there_is_nothing_to_see_and_marks_stay_free(handed_in):
    Review.objects.filter(assignment=handed_in.theirs).update(status="draft")
    assert "Nobody else has handed in yet" in handed_in.text()
    assert "nothing to see" in handed_in.client.post(handed_in.others, follow=True).text
    assert seen_at(handed_in.assignment) is None
    handed_in.post(1, 1)
    assert handed_in.marks() == [1, 1]


def test_the_moment_is_the_first_one_and_stays(handed_in):
    handed_in.look()
    assert seen_at(handed_in.assignment) == NOW
    factories.at(NOW.replace(day=13))
    handed_in.look()
    assert seen_at(handed_in.assignment) == NOW
    assert "A weak team." in handed_in.text()
    with pytest.raises(IntegrityError, match="stays seen"), transaction.atomic():
        Assignment.objects.filter(pk=handed_in.assignment.pk).update(others_seen_at=None)


# --- Reveal before commit: a throwaway review ------------------------------------------------------------
def test_security_11_a_throwaway_review_cannot_be_replaced_once_it_has_opened_the_others(room):
    room.begin()
    room.post(5, 5)
    room.look()
    assert "A weak team." in room.text()
    before = findings.of(room.call)
    refused = room.post(9, 9, panel="On second thoughts")
    assert "Please say in a sentence why you change your review now." in refused.text
    assert "On second thoughts" in refused.text
    assert room.versions() == []
    room.post(9, 9, reason="Joris named their customers.")
    assert room.marks() == [5, 5]
    assert float(room.review().total) == 5
    assert room.versions() == [
        (1, {"open_models": 5, "team": 5}, ""),
        (2, {"open_models": 9, "team": 9}, "Joris named their customers."),
    ]
    after = findings.of(room.call)
    assert after is not before
    assert after.marks.totals.tolist() == before.marks.totals.tolist()
    assert after.calibration.score.tolist() == before.calibration.score.tolist()


def test_a_page_that_was_loaded_before_they_were_seen_is_asked_for_its_reason_and_keeps_what_was_typed(
    handed_in,
):
    """Two tabs: in the other one the reviewer has seen what the others gave."""
    stale = given(1, 2, panel="Typed in the first tab")
    handed_in.look()
    answer = handed_in.client.post(handed_in.page, stale)
    assert "Please say in a sentence" in answer.text
    assert "Typed in the first tab" in answer.text
    assert 'name="reason"' in answer.text
    assert handed_in.marks() == [8, 6]


def test_the_latest_version_is_what_its_reviewer_goes_on_from(handed_in):
    handed_in.look()
    handed_in.post(4, 4, panel="Fine.", applicant="Well done.", reason="They are right.")
    form = handed_in.client.get(handed_in.page).context["form"]
    assert form.initial["criterion_open_models"] == 4
    queue = handed_in.client.get(reverse("reviewing:review_queue")).context["calls"][0]
    assert float(queue["finished"][0]["total"]) == 4
    handed_in.post(
        4, 4, panel="Fine.", applicant="Well done."
    )  # nothing differs, so there is nothing to explain
    assert len(handed_in.versions()) == 2
    handed_in.post(4, 7, panel="Fine.", applicant="Well done.", reason="The team again.")
    assert [number for number, _marks, _reason in handed_in.versions()] == [1, 2, 3]
    entry = HistoryEntry.objects.filter(action="review.changed_after_others").latest("pk")
    assert entry.details["before"] == {"open_models": 4, "team": 4}
    assert entry.details["marks"] == {"open_models": 4, "team": 7}
    assert entry.reason == "The team again."


def test_a_criterion_that_came_later_is_marked_without_a_reason_and_stands_with_the_marks_before(handed_in):
    """Nothing stood there before, so there is nothing to explain and nothing to keep beside it."""
    handed_in.look()
    Criterion.objects.filter(key="team").update(weight=20)
    Criterion.objects.create(
        call=handed_in.call, key="market", name="Market", question="Who pays?", weight=20, position=2
    )
    same = given(8, 6, panel="Fine.", applicant="Well done.")
    refused = handed_in.client.post(handed_in.page, {**same, "criterion_team": 9, "criterion_market": 1})
    assert "Please say in a sentence" in refused.text
    handed_in.client.post(handed_in.page, {**same, "criterion_market": 1})
    assert (handed_in.marks(), handed_in.versions()) == ([8, 6, 1], [])
    assert float(handed_in.review().total) == 6.2  # 60 % of 8, 20 % of 6 and of 1
    handed_in.client.post(handed_in.page, {**same, "criterion_market": 9, "reason": "They sell already."})
    assert handed_in.marks() == [8, 6, 1]
    assert [marks["market"] for _number, marks, _reason in handed_in.versions()] == [1, 9]


def test_comments_are_kept_and_the_latest_goes_into_the_letter(handed_in):
    from applications.selecting import letters

    handed_in.look()
    handed_in.post(8, 6, panel="Fine.", applicant="Say who pays.", reason="Kinder words.")
    deciding.leave_out(handed_in.application, by=handed_in.manager, now=NOW)
    letters.prepare_letters(handed_in.call, by=handed_in.manager, now=NOW)
    text = handed_in.application.letters.get().text
    assert "Say who pays." in text
    kept = ReviewVersion.objects.get(number=1)
    assert (kept.comment_for_applicant, kept.comment_for_panel) == ("Well done.", "Fine.")
    assert handed_in.client.get(handed_in.page).context["form"].initial["for_applicant"] == "Say who pays."


def test_with_a_conflict_the_words_of_every_version_leave_a_letter_that_was_written_before(handed_in):
    from applications.selecting import letters

    deciding.leave_out(handed_in.application, by=handed_in.manager, now=NOW)
    Review.objects.filter(assignment=handed_in.assignment).update(comment_for_applicant="Words of before.")
    letters.prepare_letters(handed_in.call, by=handed_in.manager, now=NOW)
    handed_in.look()
    handed_in.post(8, 6, panel="Fine.", applicant="Other words.", reason="Kinder.")
    assert "Words of before." in handed_in.application.letters.get().text
    conflicts.recuse(
        handed_in.application, who=handed_in.mine.user, reason="Cousin", by=handed_in.manager, now=NOW
    )
    text = handed_in.application.letters.get().text
    assert "Words of before." not in text
    assert "Well done." in text  # the other's


def test_the_database_keeps_the_marks_of_before_and_every_version(handed_in):
    handed_in.look()
    handed_in.post(9, 9, reason="Right.")
    scores = Score.objects.filter(review=handed_in.review())
    for change in (
        lambda: scores.update(value=10),
        lambda: scores.delete(),
        lambda: ReviewVersion.objects.update(reason="Other"),
        lambda: ReviewVersion.objects.filter(number=2).delete(),
        lambda: ReviewVersion.objects.create(
            review=handed_in.review(), number=3, marks={}, total=5, reason="", submitted_at=NOW
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_after_the_release_a_reviewer_reads_the_others_without_being_asked(handed_in):
    factories.release(handed_in.call, handed_in.manager, [handed_in.application])
    page = handed_in.text()
    assert "A weak team." in page
    assert "See what the others think" not in page


# --- Managers who review as well -------------------------------------------------------------------------
@pytest.fixture
def both(handed_in):
    """The reviewer manages the programme too; a second application of theirs is reviewed by nobody else."""
    factories.give_role(handed_in.mine.user, handed_in.call.programme, "manager")
    handed_in.alone = factories.assign(
        handed_in.mine, factories.make_application(handed_in.call, name="Alone", eligible=True)
    )
    factories.make_review(handed_in.alone, 4, 4)
    return handed_in


SHOWING = [
    "reviewing:panel_application", "selecting:ranking", "selecting:agreement", "selecting:score",
    "selecting:selection", "selecting:dossier", "selecting:letter",
]  # fmt: skip


@pytest.mark.parametrize("name", SHOWING)
def test_every_page_that_shows_a_manager_the_others_notes_it(both, name):
    if name == "selecting:letter":
        deciding.leave_out(both.application, by=both.manager, now=NOW)
        from applications.selecting import letters

        letters.prepare_letters(both.call, by=both.manager, now=NOW)
    about = (
        [both.application.public_id] if name.split(":")[1] in {"panel_application", "score", "letter"} else []
    )
    answer = both.client.get(reverse(name, args=[both.call.pk, *about]))
    assert answer.status_code == 200
    assert seen_at(both.assignment) == NOW
    assert seen_at(both.alone) is None, "nobody else has reviewed it"
    if name != "selecting:dossier":
        assert "You have now seen what others gave to 1 application that you reviewed" in answer.text
        assert "You have now seen" not in both.client.get(reverse(name, args=[both.call.pk, *about])).text


@pytest.mark.parametrize("name", ["lists:applications", "reviewing:progress", "reviewing:assignment"])
def test_a_page_without_marks_notes_nothing(both, name):
    assert both.client.get(reverse(name, args=[both.call.pk])).status_code == 200
    assert seen_at(both.assignment) is None


def test_what_a_manager_has_still_to_review_is_neither_shown_nor_noted(room):
    factories.give_role(room.mine.user, room.call.programme, "manager")
    room.begin()
    other = factories.assign(room.mine, factories.make_application(room.call, name="Second", eligible=True))
    factories.make_review(other, 4, 4)
    factories.make_review(factories.assign(room.theirs.reviewer, other.application), 6, 6)
    room.client.get(reverse("selecting:ranking", args=[room.call.pk]))
    assert seen_at(room.assignment) is None
    assert seen_at(other) == NOW
    room.post(7, 7)
    room.post(2, 2)
    assert room.marks() == [2, 2]


def test_a_letter_with_others_comments_waits_for_ones_own_review(room):
    from applications.selecting import letters

    deciding.leave_out(room.application, by=room.manager, now=NOW)
    letters.prepare_letters(room.call, by=room.manager, now=NOW)
    factories.give_role(room.mine.user, room.call.programme, "manager")
    answer = room.client.get(
        reverse("selecting:letter", args=[room.call.pk, room.application.public_id]), follow=True
    )
    assert "Hand in your own review of Papyrus first." in answer.text
    assert "Well done." not in answer.text


def test_another_reviewers_assignment_is_left_alone_and_so_is_that_of_a_conflict(both):
    conflicts.recuse(both.application, who=both.mine.user, reason="Sister", by=both.mine.user, now=NOW)
    both.client.get(reverse("selecting:ranking", args=[both.call.pk]))
    assert seen_at(both.assignment) is None
    assert seen_at(both.theirs) is None


def test_all_applications_of_a_page_are_noted_by_one_statement(both, django_assert_num_queries):
    for number in range(12):
        more = factories.make_application(both.call, name=f"More {number}", eligible=True)
        for reader in (both.mine, both.theirs.reviewer):
            factories.make_review(factories.assign(reader, more), 5, 5)
    ids = list(Assignment.objects.values_list("application", flat=True))
    with django_assert_num_queries(1):
        assert others_seen.note(both.mine.user, ids, now=NOW) == 13
    assert others_seen.note(both.mine.user, ids, now=NOW) == 0


def test_whoever_shows_findings_or_reviews_to_a_manager_says_so():
    """Where a view asks for marks, comments or figures of others stands `others_shown`, or in the view that asks for it."""
    asks, missing, found = {"findings.of", "sight.reviews_of", "dossiers.export"}, [], 0
    for path in sorted((ROOT / "applications").glob("*/dashboard_views/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {one.name: _called(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
        for name in [name for name in called if called[name] & asks]:
            found += 1
            of_it = [name, *(other for other in called if name in called[other])]
            if not any("others_shown" in called[one] for one in of_it):
                missing.append(f"{path.name}: {name}")
    assert missing == []
    assert found >= 6


def _called(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


# --- What managers see -----------------------------------------------------------------------------------
@pytest.fixture
def changed(handed_in):
    handed_in.look()
    handed_in.post(
        3, 6, panel="Less sure.", applicant="Well done.", reason="Joris named a licence that forbids it."
    )
    handed_in.as_manager = factories.sign_in(Client(), handed_in.manager)
    return handed_in


def test_managers_see_before_and_after_with_the_reason(changed):
    both = [changed.call.pk, changed.application.public_id]
    for name in ("reviewing:panel_application", "selecting:score"):
        page = " ".join(changed.text(reverse(name, args=both), changed.as_manager).split())
        assert "7.20 → 4.20" in page
        assert "Joris named a licence that forbids it." in page
    agreement = changed.text(reverse("selecting:agreement", args=[changed.call.pk]), changed.as_manager)
    assert "1 review was changed after its reviewer had seen the others’" in agreement
    assert "Ada Stern changed Papyrus from 7.20 to 4.20 after seeing the others’; 7.20 counts." in agreement


def test_a_change_is_kept_from_whoever_must_not_see_the_application(changed):
    conflicts.recuse(changed.application, who=changed.manager, reason="Cousin", by=changed.manager, now=NOW)
    agreement = changed.text(reverse("selecting:agreement", args=[changed.call.pk]), changed.as_manager)
    assert "after seeing the others" not in agreement
    assert findings.of(changed.call, without=frozenset({changed.application.pk})).changed == ()


def test_other_reviewers_see_both_marks_once_they_asked_and_no_reason(changed):
    client = factories.sign_in(Client(), changed.theirs.reviewer.user)
    client.post(reverse("reviewing:see_others", args=[changed.theirs.public_id]))
    page = " ".join(client.get(reverse("reviewing:review", args=[changed.theirs.public_id])).text.split())
    assert "Less sure." in page
    assert "Joris named a licence that forbids it." not in page


# --- Which marks count -----------------------------------------------------------------------------------
def test_the_call_says_which_marks_count_and_leniency_is_told_from_those_before(changed):
    before = findings.of(changed.call)
    assert before.totals[changed.application.pk] == [7.2, 3.0]
    Call.objects.update(marks_that_count=Call.MarksThatCount.AFTER)
    after = findings.of(changed.call)
    assert after.totals[changed.application.pk] == [4.2, 3.0]
    assert after.standing[changed.application.pk].mean == pytest.approx(3.6)
    assert after.before.totals.tolist() == before.marks.totals.tolist()
    assert after.calibration.leniency.tolist() == before.calibration.leniency.tolist()
    assert after.agreement == before.agreement
    (one,) = after.changed
    assert (one.reviewer, one.before, one.after) == (changed.mine.pk, 7.2, 4.2)


@pytest.mark.parametrize("counts", Call.MarksThatCount.values)
def test_the_dossier_says_which_marks_count_and_is_recomputed_from_them(changed, counts):
    Call.objects.update(marks_that_count=counts)
    text = dossiers.export(Call.objects.get(), to=changed.manager)
    document = json.loads(text)
    assert document["protocol"]["counts"] == counts
    assert [row[4:] for row in document["readings"] if row[5]] == [[["8", "6"], ["3", "6"]]]
    (line,) = document["result"]["ranking"]
    assert float(line["raw_mean"]) == pytest.approx(5.1 if counts == "before" else 3.6)
    assert verify_dossier.differences(text) == []


def test_a_criterion_that_came_later_makes_no_review_look_changed(changed):
    Criterion.objects.create(
        call=changed.call, key="market", name="Market", question="Who pays?", weight=20, position=2
    )
    (one,) = findings.of(changed.call).changed
    assert one.reviewer == changed.mine.pk
    (row,) = [row for row in json.loads(dossiers.export(changed.call, to=None))["readings"] if row[5]]
    assert row[4:] == [["8", "6", None], ["3", "6", None]]
    same = given(3, 6, panel="Less sure.", applicant="Well done.")
    changed.client.post(changed.page, {**same, "criterion_market": 4})
    form = changed.client.get(changed.page).context["form"]
    assert [form.initial[f"criterion_{key}"] for key in ("open_models", "team", "market")] == [3, 6, 4]
    assert verify_dossier.differences(dossiers.export(changed.call, to=None)) == []


# --- Two connections -------------------------------------------------------------------------------------
def in_a_thread(act):
    try:
        return act()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_others_shown_while_a_submit_of_ones_own_is_under_way_wait_for_it():
    """The submit holds the row: its marks were given unaware, and are those before."""
    room = Room()
    room.begin()
    room.post(8, 6)
    submitted, go_on = Event(), Event()

    def submit():
        with transaction.atomic():
            reviews.submit(room.assignment, marks=by_key(room, 2, 2), by=room.mine.user, now=NOW)
            submitted.set()
            assert go_on.wait(20)

    def show():
        others_seen.note(room.mine.user, [room.application.pk], now=NOW)

    with ThreadPoolExecutor(2) as pool:
        submitting = pool.submit(in_a_thread, submit)
        assert submitted.wait(20)
        showing = pool.submit(in_a_thread, show)
        with pytest.raises(TimeoutError):
            showing.result(0.5)
        go_on.set()
        submitting.result(20), showing.result(20)
    assert (room.marks(), seen_at(room.assignment), room.versions()) == ([2, 2], NOW, [])


@pytest.mark.django_db(transaction=True)
def test_a_submit_that_comes_while_the_others_are_shown_needs_a_reason():
    room = Room()
    room.begin()
    room.post(8, 6)
    noted, go_on = Event(), Event()

    def show():
        with transaction.atomic():
            others_seen.note(room.mine.user, [room.application.pk], now=NOW)
            noted.set()
            assert go_on.wait(20)

    def submit(reason):
        return reviews.submit(
            room.assignment, marks=by_key(room, 2, 2), reason=reason, by=room.mine.user, now=NOW
        )

    with ThreadPoolExecutor(2) as pool:
        showing = pool.submit(in_a_thread, show)
        assert noted.wait(20)
        submitting = pool.submit(in_a_thread, lambda: submit(""))
        with pytest.raises(TimeoutError):
            submitting.result(0.5)
        go_on.set()
        showing.result(20)
        with pytest.raises(WrongValue, match="You have seen what the others gave"):
            submitting.result(20)
    submit("It is right all the same.")
    assert room.marks() == [8, 6]
    assert room.versions()[-1] == (2, {"open_models": 2, "team": 2}, "It is right all the same.")


@pytest.mark.django_db(transaction=True)
def test_whoever_could_have_seen_anothers_review_before_the_upgrade_counts_as_having_seen_it():
    room = Room()
    factories.make_review(room.assignment, 8, 6)
    alone = factories.assign(room.mine, factories.make_application(room.call, name="Alone", eligible=True))
    factories.make_review(alone, 4, 4)
    open_still = factories.assign(
        factories.make_reviewer(room.call, partner="hugging-face"), room.application
    )
    later = NOW.replace(day=14)
    Review.objects.filter(assignment=room.theirs).update(submitted_at=later)
    try:
        MigrationExecutor(connection).migrate([("applications", THE_VERSION_BEFORE)])
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert [seen_at(one) for one in (room.assignment, room.theirs, alone, open_still)] == [
        later,
        later,
        None,
        None,
    ]


THE_VERSION_BEFORE = "0019_conflicts_of_interest"


def by_key(room, *marks):
    return dict(zip(room.call.criteria.values_list("pk", flat=True), marks, strict=True))


def test_a_mark_is_given_for_each_criterion_after_as_before(handed_in):
    handed_in.look()
    with pytest.raises(NotAllowed, match="Still without a mark"):
        reviews.submit(handed_in.assignment, marks={}, reason="So", by=handed_in.mine.user, now=NOW)
