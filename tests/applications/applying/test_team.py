"""Who is in a team: the owner decides, everybody else may go, and whoever has gone sees and hears nothing more."""

import threading

import factories
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast

from accelerator.messages import delivery
from accelerator.models import HistoryEntry, Invitation, OutboxMessage, TeamMember
from accelerator.people import invitations
from accelerator.transitions import NotAllowed
from applications.applying import team
from applications.models import Call, Decision, Letter, Reviewer
from applications.selecting import letters

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def url(name, cast, *more) -> str:
    return reverse(name, args=[cast.application.public_id, *more])


def member(cast, user) -> TeamMember:
    return cast.application.startup.team.get(user=user)


@pytest.fixture
def cast(cast):
    factories.at(factories.REVIEWING)
    return cast


# --- Taking somebody out ------------------------------------------------------------------------------


def test_the_owner_takes_a_co_founder_out_and_a_short_letter_says_so(cast):
    owner = client_of(cast.founder)
    page = url("applying:remove_founder", cast, cast.co_founder.public_id)
    assert page in owner.get(url("applying:team", cast)).content.decode()
    question = owner.get(page).content.decode()
    assert "Take Tomas Riha out of the team?" in question
    assert "goes to those who are in the team on that day" in question
    after = owner.post(page, follow=True).content.decode()
    assert "Tomas Riha is no longer in the team." in after
    assert page not in after
    letter = OutboxMessage.objects.get(kind="applications.team_removed")
    assert letter.recipient == cast.co_founder
    assert cast.application.public_id not in letter.text
    entry = HistoryEntry.objects.get(action="application.co_founder_removed")
    assert (entry.actor, entry.object_id, entry.details) == (
        cast.founder,
        cast.application.pk,
        {"person": cast.co_founder.pk},
    )


def everything_of_the_team(cast) -> list[str]:
    application, deck = cast.application.public_id, cast.application.attachments.get().file.public_id
    return [
        reverse("applying:application", args=[application]),
        reverse("applying:submit_application", args=[application]),
        reverse("applying:team", args=[application]),
        reverse("applying:receipt", args=[application, 1]),
        reverse("applying:receipt_content", args=[application, 1]),
        reverse("applying:application_file", args=[deck]),
        cast.membership.offer.get_absolute_url(),
        cast.cohort.get_absolute_url(),
        reverse("cohorts:calendar", args=[cast.cohort.public_id]),
        cast.membership.get_absolute_url(),
        cast.event.get_absolute_url(),
        cast.mentor_profile.get_absolute_url(),
        cast.session.get_absolute_url(),
        cast.past_session.get_absolute_url(),
    ]


@pytest.mark.parametrize("way", ["taken out", "left"])
def test_whoever_has_gone_sees_nothing_from_then_on(cast, way):
    make_cohort_cast(cast)
    factories.at(JANUARY)
    theirs, pages = client_of(cast.co_founder), everything_of_the_team(cast)
    before = {page: theirs.get(page).status_code for page in pages}
    assert set(before.values()) <= {200, 302}, before
    if way == "taken out":
        client_of(cast.founder).post(url("applying:remove_founder", cast, cast.co_founder.public_id))
    else:
        theirs.post(url("applying:leave_team", cast))
    after = {page: theirs.get(page).status_code for page in pages}
    assert set(after.values()) == {404}, after
    for listing in ("applying:my_applications", "mentoring:sessions", "mentoring:mentors"):
        page = theirs.get(reverse(listing)).content.decode()
        assert "Papyrus" not in page.replace("the team of Papyrus", "")
    assert theirs.post(url("applying:team", cast), {"email": "me@people.example"}).status_code == 404


def test_a_letter_of_decision_that_waits_does_not_reach_whoever_has_left(cast):
    call = Call.objects.get(pk=cast.call.pk)
    for application in (cast.application, cast.rival_application):
        Decision.objects.create(
            call=call,
            application=application,
            outcome="not_selected",
            decided_by=cast.manager,
            decided_at=factories.REVIEWING,
        )
    letters.prepare_letters(call, by=cast.manager, now=factories.REVIEWING)
    letters.send(call, Letter.objects.waiting().of(call), {}, now=factories.REVIEWING)
    team.leave(member(cast, cast.co_founder), now=factories.REVIEWING)
    delivery.deliver()
    messages = OutboxMessage.objects.filter(kind="applications.letter_not_selected")
    assert {letter.recipient: letter.status for letter in messages} == {
        cast.founder: "sent",
        cast.co_founder: "skipped",
        cast.rival_founder: "sent",
    }


def test_having_left_makes_nobody_a_reviewer_or_manager_of_that_call(cast):
    for kind in ("manager", "reviewer"):
        factories.give_role(cast.co_founder, cast.call.programme, kind)
    cast.call.reviewers.create(user=cast.co_founder)
    team.leave(member(cast, cast.co_founder), now=factories.REVIEWING)
    assert (
        client_of(cast.co_founder).get(reverse("selecting:ranking", args=[cast.call.pk])).status_code == 404
    )
    assert not Reviewer.objects.active_for(cast.call).filter(user=cast.co_founder).exists()


def test_having_left_before_the_application_is_no_conflict(cast):
    other_call = factories.make_call(cast.call.programme, slug="2024")
    factories.give_role(cast.co_founder, cast.call.programme, "manager")
    team.leave(member(cast, cast.co_founder), now=factories.OPENS_AT - factories.MICROSECOND)
    assert set(Call.objects.managed_by(cast.co_founder)) == {cast.call, other_call}


# --- Leaving --------------------------------------------------------------------------------------------


def test_a_co_founder_leaves_and_the_owner_is_told(cast):
    theirs = client_of(cast.co_founder)
    assert url("applying:leave_team", cast) in theirs.get(url("applying:team", cast)).content.decode()
    assert "Leave the team of Papyrus?" in theirs.get(url("applying:leave_team", cast)).content.decode()
    assert theirs.post(url("applying:leave_team", cast)).url == reverse("applying:my_applications")
    assert OutboxMessage.objects.get(kind="applications.team_left").recipient == cast.founder
    assert HistoryEntry.objects.filter(action="application.co_founder_left").count() == 1


def test_the_owner_hands_over_before_they_leave(cast):
    owner = client_of(cast.founder)
    for refused in (
        owner.get(url("applying:leave_team", cast)),
        owner.post(url("applying:leave_team", cast)),
    ):
        assert refused.status_code == 409
        assert "Hand it to another founder first" in refused.content.decode()
    owner.post(url("applying:hand_over_team", cast, cast.co_founder.public_id))
    assert owner.post(url("applying:leave_team", cast)).status_code == 302
    assert [one.user for one in cast.application.startup.team] == [cast.co_founder]


def test_the_last_one_stays(cast):
    team.remove(member(cast, cast.co_founder), by=cast.founder, now=factories.REVIEWING)
    refused = client_of(cast.founder).post(url("applying:leave_team", cast))
    assert refused.status_code == 409
    assert "You are the only one in the team of Papyrus" in refused.content.decode()
    assert cast.application.startup.team.count() == 1


# --- Handing over -----------------------------------------------------------------------------------------


def test_the_ownership_is_handed_over_and_the_new_owner_told(cast):
    owner, theirs = client_of(cast.founder), client_of(cast.co_founder)
    page = url("applying:hand_over_team", cast, cast.co_founder.public_id)
    assert "Make Tomas Riha the owner of Papyrus?" in owner.get(page).content.decode()
    owner.post(page)
    assert member(cast, cast.co_founder).is_owner
    assert not member(cast, cast.founder).is_owner
    assert OutboxMessage.objects.get(kind="applications.team_handed_over").recipient == cast.co_founder
    assert owner.post(page).status_code == 403, "no longer theirs to give"
    assert theirs.post(url("applying:remove_founder", cast, cast.founder.public_id)).status_code == 302


def test_the_database_holds_one_owner_of_a_startup(cast):
    with pytest.raises(IntegrityError, match="a_startup_has_one_owner"), transaction.atomic():
        TeamMember.objects.filter(user=cast.co_founder).update(is_owner=True)


@pytest.mark.django_db(transaction=True)
def test_an_heir_who_leaves_at_that_moment_leaves_no_team_without_an_owner():
    factories.at(factories.REVIEWING)
    application = factories.make_application(factories.make_call())
    owner = application.startup.members.get()
    heir = TeamMember.objects.create(startup=application.startup, user=factories.make_user("Tomas Riha"))
    ready = threading.Barrier(2)

    def at_once(act):
        ready.wait()
        try:
            act()
        except NotAllowed:
            pass  # whoever came second
        finally:
            connection.close()

    acts = [
        lambda: team.hand_over(heir, by=owner.user, now=factories.REVIEWING),
        lambda: team.leave(heir, now=factories.REVIEWING),
    ]
    threads = [threading.Thread(target=at_once, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert application.startup.team.filter(is_owner=True).count() == 1


# --- Who may --------------------------------------------------------------------------------------------


def test_a_co_founder_neither_takes_out_nor_hands_over(cast):
    theirs = client_of(cast.co_founder)
    page = theirs.get(url("applying:team", cast)).content.decode()
    for route in ("applying:remove_founder", "applying:hand_over_team"):
        path = url(route, cast, cast.founder.public_id)
        assert path not in page
        assert theirs.get(path).status_code == 403
        assert theirs.post(path).status_code == 403


# --- Invitations ----------------------------------------------------------------------------------------


def invite(cast, by, email="nora@people.example") -> tuple[str, Invitation]:
    link = invitations.invite(
        "co_founder",
        email=email,
        by=by,
        startup=cast.application.startup,
        now=factories.REVIEWING,
    )
    return link.removeprefix("http://localhost:8000"), Invitation.objects.latest("pk")


def test_the_owner_withdraws_an_invitation_and_its_link_is_dead(cast):
    link, invitation = invite(cast, cast.co_founder)
    path = url("applying:withdraw_co_founder_invitation", cast, invitation.public_id)
    owner = client_of(cast.founder)
    assert path in owner.get(url("applying:team", cast)).content.decode()
    assert "Withdrawn." in owner.post(path, follow=True).content.decode()
    newcomer = client_of(factories.make_user("Nora Quist"))
    assert newcomer.get(link).status_code == 410
    assert newcomer.post(link).status_code == 409
    assert cast.application.startup.team.count() == 2


def test_a_co_founder_withdraws_only_what_they_sent(cast):
    theirs = client_of(cast.co_founder)
    for by, status in ((cast.founder, 403), (cast.co_founder, 302)):
        _link, invitation = invite(cast, by)
        assert (
            theirs.post(
                url("applying:withdraw_co_founder_invitation", cast, invitation.public_id)
            ).status_code
            == status
        )


def test_an_invitation_is_sent_again_with_a_link_of_its_own(cast):
    earlier, invitation = invite(cast, cast.founder)
    owner = client_of(cast.founder)
    page = owner.post(
        url("applying:send_co_founder_invitation_again", cast, invitation.public_id), follow=True
    ).content.decode()
    assert "A new link is on its way to nora@people.example" in page
    assert owner.get(earlier).status_code == 410
    assert Invitation.objects.open(factories.REVIEWING).count() == 1


def test_another_teams_invitation_does_not_exist(cast):
    _link, invitation = invite(cast, cast.founder)
    rival = client_of(cast.rival_founder)
    mine = reverse(
        "applying:withdraw_co_founder_invitation",
        args=[cast.rival_application.public_id, invitation.public_id],
    )
    assert rival.post(mine).status_code == 404


def test_whoever_was_taken_out_can_be_asked_in_again(cast):
    team.remove(member(cast, cast.co_founder), by=cast.founder, now=factories.REVIEWING)
    link, _invitation = invite(cast, cast.founder, cast.co_founder.email)
    assert client_of(cast.co_founder).post(link).url == cast.application.get_absolute_url()
    assert client_of(cast.co_founder).get(url("applying:receipt", cast, 1)).status_code == 200


@pytest.mark.parametrize("rows", [1, 9])
def test_the_number_of_queries_on_the_team_does_not_grow(cast, rows, django_assert_num_queries):
    for number in range(rows):
        TeamMember.objects.create(startup=cast.application.startup, user=factories.make_user())
        invitations.invite(
            "co_founder",
            email=f"asked{number}@people.example",
            by=cast.founder,
            startup=cast.application.startup,
            now=factories.REVIEWING,
        )
    owner = client_of(cast.founder)
    owner.get(url("applying:team", cast))
    with django_assert_num_queries(10):
        owner.get(url("applying:team", cast))
