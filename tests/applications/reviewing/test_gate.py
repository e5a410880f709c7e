"""A conflict of interest is asked for when somebody reads, counts, plans and sends; each test is named after its case."""

import factories
import pytest
from django.test import Client
from django.urls import reverse

from accelerator import history
from accelerator.messages import kinds, outbox, reminders, subjects
from accelerator.models import OutboxMessage, Role, TeamMember
from accelerator.people import permissions, roles
from accelerator.records.readings import Reading
from accelerator.transitions import NotAllowed
from applications.applying import drafts
from applications.models import Application, Assignment, Conflict, Criterion, Decision, Offer, Review
from applications.reviewing import assigning, conflicts, reviews, screening
from applications.reviewing.sight import Sight
from applications.selecting import deciding, dossiers, findings, letters, notices, releasing
from applications.selecting.models import Letter
from mentoring.sessions.models import MentoringSession

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


@pytest.fixture
def call(call, reviewing):
    call.programme.partners.filter(slug="meta").update(domains=["Meta.example", "@fb.example"])
    return call


@pytest.fixture
def read(call):
    """Three applications, each read by three."""
    readers = [factories.make_reviewer(call, f"Reader {p}", p) for p in ("meta", "scaleway", "hugging-face")]
    made = []
    for mark, name in enumerate(["Ardoise", "Brisant", "Cadran"], 5):
        application = factories.make_application(call, name=name, eligible=True)
        for reader in readers:
            factories.make_review(factories.assign(reader, application), mark, mark)
        made.append(application)
    return made


def barred_manager(application, name="Rea Kussel"):
    manager = factories.make_manager(application.call.programme, name)
    conflicts.recuse(application, who=manager, reason="Sister", by=manager, now=NOW)
    return manager


def joins(application, email):
    member = factories.make_user("Lea Vit", email=email)
    TeamMember.objects.create(startup=application.startup, user=member)
    return member


def page_of(user, name, *arguments, **query):
    return factories.sign_in(Client(), user).get(reverse(name, args=arguments), query)


# --- What a conflict is -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "email, is_one",
    [
        ("lea@meta.example", True),
        ("lea@ai.meta.example", True),
        ("lea@x.ai.meta.example", True),
        ("lea@fb.example", True),
        ("lea@notmeta.example", False),
        ("lea@meta.example.org", False),
        ("lea@people.example", False),
    ],
)
def test_public_cases_16_a_subdomain_of_a_partner_is_a_conflict_too(call, email, is_one):
    application = factories.make_application(call, eligible=True)
    reader = factories.make_reviewer(call, "Ada Stern", "meta")
    other = factories.make_reviewer(call, "Joris Blom", "scaleway")
    joins(application, email)
    assert conflicts.conflicts(call) == ({(application.pk, reader.pk)} if is_one else set())
    assert Conflict.objects.filter(user=reader.user, application=application).exists() is is_one
    assert not Conflict.objects.filter(user=other.user).exists()
    assert bool(conflicts.partners_of_founders(call)) is is_one


def test_whoever_left_the_team_is_no_reason_for_a_conflict(call):
    application = factories.make_application(call, eligible=True)
    reader = factories.make_reviewer(call, "Ada Stern", "meta")
    member = joins(application, "lea@meta.example")
    TeamMember.objects.filter(user=member).update(left_at=NOW)
    assert not Conflict.objects.filter(user=reader.user).exists()


def test_a_manager_of_a_partner_has_the_conflicts_of_the_partner_while_the_role_lasts(call):
    application = factories.make_application(call, eligible=True)
    manager = factories.make_user("Kim Aas")
    role = factories.give_role(manager, call.programme, "manager", call.programme.partners.get(slug="meta"))
    joins(application, "lea@ai.meta.example")
    assert not Application.objects.managed_by(manager).exists()
    Role.objects.filter(pk=role.pk).update(ended_at=NOW)
    assert not Conflict.objects.filter(user=manager).exists()


# --- One that arises later --------------------------------------------------------------------------------
def test_public_cases_5_a_conflict_after_assignment_takes_file_review_and_plan_away(call, read):
    application = read[0]
    reader = call.reviewers.get(partner__slug="meta")
    review = Review.objects.get(assignment__application=application, assignment__reviewer=reader)
    before = findings.of(call)
    assert Application.objects.visible_to(reader.user).filter(pk=application.pk).exists()
    joins(application, "lea@meta.example")
    assert not Application.objects.visible_to(reader.user).filter(pk=application.pk).exists()
    assert not Assignment.objects.of(reader.user).filter(application=application).exists()
    assert review not in Review.objects.counted()
    assert findings.of(call).standing[application.pk].reviews == before.standing[application.pk].reviews - 1
    kept = assigning.propose(call).plan.kept
    assert (application.pk, reader.pk) not in kept
    assert review.status == Review.Status.SUBMITTED  # it is kept


def test_a_reviewer_who_joins_a_team_in_the_call_counts_in_none_of_its_reviews(call, read):
    reader = call.reviewers.get(partner__slug="scaleway")
    before = findings.of(call)
    TeamMember.objects.create(startup=read[2].startup, user=reader.user)
    assert not Assignment.objects.of(reader.user).exists()
    assert not Review.objects.counted().filter(assignment__reviewer=reader).exists()
    assert findings.of(call) is not before
    assert {line.reviews for line in findings.of(call).standings} == {2}


def test_public_cases_5_the_tick_sets_the_review_aside_on_record_and_the_home_asks_for_another(call, read):
    application, manager = read[0], factories.make_manager(call.programme)
    reader = call.reviewers.get(partner__slug="meta")
    joins(application, "lea@ai.meta.example")
    reminders.reconcile(NOW)
    reminders.reconcile(NOW)  # safe to repeat
    assignment = Assignment.objects.get(application=application, reviewer=reader)
    assert assignment.conflict_found_at == assignment.withdrawn_at == NOW
    assert assignment.review.is_submitted
    assert [entry.action for entry in history.of(application)].count("application.conflict_found") == 1
    home = page_of(manager, "admin:index").content.decode()
    assert "1 application lost a reviewer through a conflict of interest: plan another" in home
    page = page_of(manager, "reviewing:panel_application", call.pk, application.public_id).content.decode()
    assert "Set aside: conflict" in page
    another = factories.make_reviewer(call, "Another", "scaleway")
    factories.assign(another, application)
    assert "lost a reviewer" not in page_of(manager, "admin:index").content.decode()


def test_panel_a6_the_words_of_a_reviewer_with_a_late_conflict_leave_the_letter(call, read):
    manager = factories.make_manager(call.programme)
    application, edited = read[0], read[1]
    said = Review.objects.filter(assignment__application__in=[application, edited])
    said.filter(assignment__reviewer__partner__slug="meta").update(
        comment_for_applicant="Words of mine.\nTwo lines."
    )
    for one in (application, edited):
        deciding.leave_out(one, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    letters.edit_letter(edited, subject="S", text="Only what Words said, retold.", by=manager, now=NOW)
    reader = call.reviewers.get(partner__slug="meta")
    conflicts.recuse(application, who=reader.user, reason="Cousin", by=manager, now=NOW)
    letter = Letter.objects.waiting().get(application=application)
    assert "Words of mine" not in letter.text
    assert "Well done." in letter.text  # the others' words stay
    conflicts.recuse(edited, who=reader.user, reason="Cousin", by=manager, now=NOW)
    assert not Letter.objects.waiting().filter(application=edited).exists()
    assert any("1 letter is not written yet" in sentence for sentence in map(str, releasing.obstacles(call)))


def test_panel_a6_a_release_settles_what_arose_a_moment_before(call, read):
    manager = factories.make_manager(call.programme)
    call.seats = 1
    call.save()
    meta = Review.objects.filter(assignment__reviewer__partner__slug="meta")
    meta.update(comment_for_applicant="Words of mine.")
    deciding.pick(read[2], by=manager, now=NOW)
    deciding.leave_out_all_others(call, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    joins(read[2], "lea@meta.example")
    with pytest.raises(NotAllowed, match="Say why it goes out nevertheless"):
        releasing.release(call, by=manager, now=NOW)
    releasing.release(call, reason="Two reviews suffice", by=manager, now=NOW)
    sent = OutboxMessage.objects.filter(object_id=read[2].pk, kind="applications.letter_offer")
    assert sent.exists()
    assert not sent.filter(text__contains="Words of mine").exists()
    assert sent.filter(text__contains="Well done.").exists()


# --- Who applied is out of the call whole -----------------------------------------------------------------
@pytest.fixture
def manager_who_applied(call, read):
    manager = factories.make_manager(call.programme, "Mo Applicant")
    factories.make_application(call, manager, name="Own", eligible=True)
    factories.make_manager(call.programme, "Somebody Else")
    return manager


def test_security_5_a_manager_who_applied_sees_and_changes_nothing_of_the_set_up(call, manager_who_applied):
    client = factories.sign_in(Client(), manager_who_applied)
    criterion = call.criteria.first()
    address = reverse("admin:applications_call_change", args=[call.pk])
    assert client.get(address).status_code == 302  # "doesn't exist", to the dashboard's home
    assert client.post(address, {"weight": 97}).status_code == 302
    assert address not in client.get(reverse("admin:applications_call_changelist")).content.decode()
    question = reverse("admin:applications_question_change", args=[call.questions.first().pk])
    assert client.get(question).status_code == 302
    panel = reverse("reviewing:reviewers", args=[call.pk])
    one = reverse("reviewing:reviewer", args=[call.pk, call.reviewers.first().pk])
    for page in (panel, one):
        assert client.get(page).status_code == client.post(page, {"capacity": 97}).status_code == 404
    assert Criterion.objects.get(pk=criterion.pk).weight == criterion.weight
    rubric_page = reverse("setup:rubric", args=[call.pk])
    assert client.get(rubric_page).status_code == client.post(rubric_page).status_code == 404
    criterion_page = reverse("setup:criterion", args=[call.pk, criterion.pk])
    assert client.post(criterion_page, {"weight": 97}).status_code == 404


def test_security_5_a_manager_who_applied_leaves_the_people_to_the_others(call, manager_who_applied):
    role = Role.objects.filter(programme=call.programme, kind="reviewer").first()
    client = factories.sign_in(Client(), manager_who_applied)
    assert client.post(reverse("people:end_role", args=[role.pk])).status_code == 404
    assert client.get(reverse("people:people")).status_code == 403
    assert Role.objects.live().filter(pk=role.pk).exists()


def test_the_only_manager_who_applied_can_still_ask_another_in(call):
    manager = factories.make_manager(call.programme)
    factories.make_application(call, manager, eligible=True)
    assert permissions.with_people_of(manager).filter(pk=call.programme_id).exists()


def test_security_5_who_could_read_submissions_starts_no_application(call, while_open):
    manager, reader = factories.make_manager(call.programme), factories.make_reviewer(call)
    founder = factories.make_user("Lena")
    ended = factories.make_manager(call.programme, "Gone Already")
    drafts.start(call, by=manager, name="Early", now=factories.WHILE_OPEN)  # nobody has submitted yet
    theirs = factories.make_application(call, name="Kestrel", submitted=True)
    roles.end(Role.objects.get(user=ended), by=None, now=factories.WHILE_OPEN.replace(hour=23))
    application = factories.make_application(call, name="Sealed", eligible=True)
    factories.make_review(factories.assign(reader, application), 5, 5)
    for person in (factories.make_manager(call.programme, "Late"), ended, reader.user):
        with pytest.raises(NotAllowed, match="could read"):
            drafts.start(call, by=person, name="Mine", now=factories.WHILE_OPEN)
    assert drafts.start(call, by=founder, name="Mine", now=factories.WHILE_OPEN) != theirs


def test_security_5_messages_of_a_call_are_kept_from_a_manager_who_applied(call, manager_who_applied, rf):
    to = factories.make_manager(call.programme, "Told")
    outbox.record_skipped(
        "applications.call_closed", key="k", to=to, programme=call.programme, about=call, due_at=NOW,
        useless_after=NOW, reason="-",
    )  # fmt: skip
    request = rf.get("/")
    for person, count in ((to, 1), (manager_who_applied, 0)):
        request.user = person
        assert subjects.readable(request).filter(kind="applications.call_closed").count() == count


def test_security_5_the_redirect_of_the_dashboard_asks_too(call, read, manager_who_applied):
    from django.contrib.contenttypes.models import ContentType

    manager = factories.make_manager(call.programme)

    def asked(user, about):
        kind = ContentType.objects.get_for_model(about)
        return factories.sign_in(Client(), user).get(f"/admin/r/{kind.pk}/{about.pk}/").status_code

    assert asked(manager, call) == 302
    assert asked(manager_who_applied, call) == 404
    assert asked(manager, read[0]) == 404  # no list of the dashboard holds applications
    assert factories.sign_in(Client(), manager).get("/admin/r/999999/1/").status_code == 404


# --- Mails, lists and acts --------------------------------------------------------------------------------
def test_security_6_a_seat_that_moved_on_is_told_to_managers_without_a_conflict_with_either(call, read):
    first, second, third = read
    free = factories.make_manager(call.programme, "Free")
    barred = barred_manager(second)
    applied = factories.make_manager(call.programme, "Applied")
    factories.make_application(call, applied, name="Own", eligible=True)
    offer = factories.release(call, free, [first, third], reserve=[second])[0]
    factories.decline_for_good(offer, by=first.started_by, now=NOW)
    told = OutboxMessage.objects.filter(kind=notices.SEAT_MOVED_ON)
    assert {message.recipient for message in told} == {free}
    late = told.get()
    assert kinds.why_unwanted(late) == ""
    conflicts.recuse(second, who=free, reason="Found out", by=free, now=NOW)
    assert kinds.why_unwanted(late)  # asked once more when it leaves
    assert Offer.objects.filter(application=second).exists()
    assert barred


def test_security_6_messages_about_offers_are_kept_from_whoever_has_a_conflict(call, read, rf):
    first, second, third = read
    free, barred = factories.make_manager(call.programme, "Free"), barred_manager(second)
    offer = factories.release(call, free, [first, third], reserve=[second])[0]
    factories.decline_for_good(offer, by=first.started_by, now=NOW)
    request = rf.get("/")
    seen = {}
    for person in (free, barred):
        request.user = person
        seen[person] = set(subjects.readable(request).values_list("kind", flat=True))
    assert notices.SEAT_MOVED_ON in seen[free]
    assert notices.SEAT_MOVED_ON not in seen[barred]


def test_security_6_places_begin_with_one_for_a_manager_with_a_conflict(call, read):
    barred = barred_manager(read[2])  # the best
    rows = page_of(barred, "selecting:ranking", call.pk).context["rows"]
    assert [(row["name"], row["place"]) for row in rows] == [("Brisant", 1), ("Ardoise", 2)]
    text = page_of(barred, "selecting:ranking", call.pk).content.decode()
    assert "is without it" in text
    assert "Cadran" not in text


def test_no_figure_rests_on_what_one_has_a_conflict_with(call, read):
    """The marks of one application move the scores of all others; without it they do not."""
    barred = barred_manager(read[2])
    review = Review.objects.filter(assignment__application=read[2]).first()

    def figures():
        found = findings.of(call, without=Sight(barred, call).unseen)
        whole = findings.of(call)
        return [(one.application, one.score, one.place) for one in found.standings], {
            one.application: one.score for one in whole.standings
        }

    before, all_before = figures()
    marks = dict.fromkeys(call.criteria.values_list("pk", flat=True), 0)
    reviews.submit(review.assignment, marks=marks, by=review.assignment.reviewer.user, now=NOW)
    after, all_after = figures()
    assert before == after
    assert all(all_before[one.pk] != all_after[one.pk] for one in read)


def test_findings_are_kept_for_each_set_that_is_left_out(call, read):
    without = frozenset({read[2].pk})
    assert findings.of(call, without=without) is findings.of(call, without=without)
    assert len(findings.of(call, without=without).standings) == 2
    assert len(findings.of(call).standings) == 3


def test_security_6_no_order_tells_a_manager_the_score_of_what_they_have_to_review(call, read):
    manager = factories.make_reviewer(call, "Both", "scaleway")
    factories.give_role(manager.user, call.programme, "manager")
    factories.assign(manager, read[2])  # the best by every measure
    for sort in ("place", "mean", "spread", "reviews"):
        rows = page_of(manager.user, "selecting:ranking", call.pk, sort=sort).context["rows"]
        assert {row["name"] for row in rows[:2]} == {"Ardoise", "Brisant"}
        assert [(row["name"], row["is_hidden"]) for row in rows[2:]] == [("Cadran", True)]
    board = page_of(manager.user, "selecting:selection", call.pk).context["rows"]
    assert [row["name"] for row in board][-1] == "Cadran"
    assert page_of(manager.user, "selecting:score", call.pk, read[2].public_id).status_code == 200


def test_security_6_leaving_out_all_others_leaves_what_one_has_a_conflict_with(call, read):
    barred = barred_manager(read[2])  # nobody else manages the call
    assert deciding.leave_out_all_others(call, reason="Alone", by=barred, now=NOW) == 2
    assert not Decision.objects.filter(application=read[2]).exists()
    with pytest.raises(NotAllowed, match="conflict of interest"):
        deciding.pick(read[2], reason="Alone", by=barred, now=NOW)


def test_while_somebody_else_can_a_manager_with_a_conflict_decides_nothing(call, read):
    barred, free = barred_manager(read[2]), factories.make_manager(call.programme, "Free")
    deciding.pick(read[0], reason="Its team", by=free, now=NOW)
    for act in (
        lambda: deciding.pick(read[1], reason="It is the better one", by=barred, now=NOW),
        lambda: deciding.take_back(read[0], reason="It is the weaker one", by=barred, now=NOW),
        lambda: deciding.leave_out_all_others(call, by=barred, now=NOW),
        lambda: letters.prepare_letters(call, by=barred, now=NOW),
        lambda: letters.edit_letter(read[0], subject="S", text="T", by=barred, now=NOW),
        lambda: screening.screen(read[1], eligible=False, reason="No", by=barred, now=NOW),
        lambda: releasing.release(call, by=barred, now=NOW),
    ):
        with pytest.raises(NotAllowed, match="You have a conflict of interest in this call"):
            act()
    assert Decision.objects.count() == 1
    board = page_of(barred, "selecting:selection", call.pk).content.decode()
    assert "Propose: pick" in board
    assert 'value="rest"' not in board
    assert "Propose: pick" not in page_of(free, "selecting:selection", call.pk).content.decode()


def test_until_the_release_somebody_with_a_conflict_sees_of_the_outcome_only_what_they_decided(call, read):
    barred = barred_manager(read[2])
    deciding.leave_out(read[1], by=barred, reason="Mine", now=NOW)
    free = factories.make_manager(call.programme, "Free")
    deciding.pick(read[0], by=free, reason="Not for all to read", now=NOW)
    board = page_of(barred, "selecting:selection", call.pk)
    assert (board.context["picked"], list(board.context["free"])) == ([], [])
    assert {row["name"]: row["is_left_out"] for row in board.context["rows"]} == {
        "Brisant": True,
        "Ardoise": False,
    }
    for name, arguments in (
        ("reviewing:panel_application", [call.pk, read[0].public_id]),
        ("lists:applications", [call.pk]),
        ("selecting:letters", [call.pk]),
        ("selecting:release", [call.pk]),
        ("setup:timeline", [call.pk]),
    ):
        text = page_of(barred, name, *arguments).content.decode()
        assert "Not for all to read" not in text
        assert "Decision taken" not in text
        assert "Selected" not in text, name
    assert (
        "Not for all to read"
        in page_of(free, "reviewing:panel_application", call.pk, read[0].public_id).content.decode()
    )


def test_that_a_letter_was_read_is_kept_from_somebody_with_a_conflict(call, read):
    barred, free = barred_manager(read[2]), factories.make_manager(call.programme, "Free")
    deciding.leave_out(read[0], by=free, now=NOW)
    letters.prepare_letters(call, by=free, now=NOW)
    page_of(free, "selecting:letter", call.pk, read[0].public_id)

    def read_by(person):
        rows = page_of(person, "reviewing:readings_of_application", call.pk, read[0].public_id).context[
            "rows"
        ]
        return {row.what for row in rows}

    assert Reading.What.LETTER in read_by(free)
    assert Reading.What.LETTER not in read_by(barred)


def test_counts_are_without_what_one_has_a_conflict_with(call, read):
    barred = barred_manager(read[2])
    people = page_of(barred, "reviewing:progress", call.pk).context
    assert (people["finished"], people["asked"]) == (6, 6)
    plan = page_of(barred, "reviewing:assignment", call.pk).context
    assert (plan["eligible"], plan["live"]) == (2, 6)
    assert Sight(barred, call).all.count() == 2


# --- Dossier and notes ------------------------------------------------------------------------------------
def test_security_2_no_draft_of_the_dossier_for_whoever_must_not_see_all_of_it(call, read):
    manager = factories.make_manager(call.programme, "Free")
    assert dossiers.export(call, to=manager)
    both = factories.make_reviewer(call, "Both", "scaleway")
    factories.give_role(both.user, call.programme, "manager")
    factories.assign(both, read[0])
    for person in (barred_manager(read[2]), both.user):
        with pytest.raises(NotAllowed, match="once the decisions are published"):
            dossiers.export(call, to=person)
        assert page_of(person, "selecting:dossier", call.pk).status_code == 302


def test_security_12_private_notes_reach_no_manager_with_a_conflict_or_in_the_team(cast):
    from factories_cohort import make_cohort_cast

    factories.at(NOW)
    cast = make_cohort_cast(cast)
    session = MentoringSession.objects.first()
    assert session in MentoringSession.objects.visible_to(cast.manager)
    barred = factories.make_manager(cast.call.programme, "Barred")
    application = session.membership.offer.application
    conflicts.recuse(application, who=barred, reason="Sister", by=barred, now=NOW)
    in_team = factories.make_manager(cast.call.programme, "In the team of another")
    factories.make_application(cast.call, in_team, name="Own")
    for person in (barred, in_team):
        assert session not in MentoringSession.objects.visible_to(person)
        assert page_of(person, "mentoring:session", session.public_id).status_code == 404


# --- What the managers alone read -------------------------------------------------------------------------
@pytest.fixture
def closed(call):
    """One text and the deck are for the managers alone."""
    call.questions.filter(key__in=["problem", "deck"]).update(seen_by="managers")
    return factories.make_application(
        call, eligible=True, deck=True, answers={"problem": "zqpayzq is what we earn."}
    )


def test_what_the_managers_alone_read_reaches_no_page_and_no_file_of_a_reviewer(call, closed):
    reader = factories.make_reviewer(call, "Ada Stern", "scaleway")
    assignment = factories.assign(reader, closed)
    browser = factories.sign_in(Client(), reader.user)
    Review.objects.get_or_create(assignment=assignment, defaults={"opened_at": NOW, "saved_at": NOW})
    page = browser.get(reverse("reviewing:review", args=[assignment.public_id]))
    assert page.status_code == 200
    words = page.content.decode()
    file = closed.last_version.file_ids[0]
    assert ("zqpayzq" in words, "Which problem" in words, file in words) == (False, False, False)
    assert "Reads land registers" in words
    for name, more in (("application_file", []), ("application_pages", []), ("application_page_image", [1])):
        assert browser.get(reverse(f"applying:{name}", args=[file, *more])).status_code == 404


def test_managers_read_it_and_not_where_they_review(call, closed):
    reader = factories.make_reviewer(call, "Ada Stern", "scaleway")
    factories.give_role(reader.user, call.programme, "manager")
    assignment = factories.assign(reader, closed)
    Review.objects.create(assignment=assignment, opened_at=NOW, saved_at=NOW)
    whole = page_of(reader.user, "reviewing:panel_application", call.pk, closed.public_id).content.decode()
    assert "zqpayzq" in whole
    assert "zqpayzq" not in page_of(reader.user, "reviewing:review", assignment.public_id).content.decode()
    assert (
        page_of(reader.user, "applying:application_file", closed.last_version.file_ids[0]).status_code == 200
    )
