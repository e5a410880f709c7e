"""Who may use the founder's pages; the table is read in the reviewing weeks, so acts on an application are late."""

import uuid
from datetime import timedelta

import factories
from access_rows import Row

from accelerator.models import Invitation
from accelerator.people import invitations

TEAM = {"founder", "co_founder"}


def only_the_team(method: str, route: str, status: int, *more, data=lambda cast: {}) -> Row:
    """For everybody but the team, managers and reviewers included, a founder's page does not exist."""
    return Row(
        method,
        route,
        lambda cast: [cast.application.public_id, *more],
        data=data,
        others=404,
        **dict.fromkeys(TEAM, status),
    )


def of_the_deck(route: str, *more) -> Row:
    """Like the deck itself."""
    return Row(
        "GET",
        route,
        lambda cast: [cast.application.attachments.get().file.public_id, *more],
        others=404,
        founder=200,
        co_founder=200,
        reviewer=404,
        manager=200,
    )


def of_the_application(cast) -> list:
    return [cast.application.public_id]


def of_the_owner(method: str, route: str, status: int) -> Row:
    """What the owner alone decides about a co-founder."""
    return Row(
        method,
        route,
        lambda cast: [cast.application.public_id, cast.co_founder.public_id],
        others=404,
        founder=status,
        co_founder=403,
    )


def invitation(cast) -> list:
    invitations.invite(
        "co_founder",
        email="asked@people.example",
        by=cast.founder,
        startup=cast.application.startup,
        now=factories.REVIEWING,
    )
    return [cast.application.public_id, Invitation.objects.latest("pk").public_id]


def earlier_text(cast) -> list:
    earlier = cast.application.earlier_answers.create(
        key="problem", value="Before", by=cast.founder, at=factories.WHILE_OPEN
    )
    return [cast.application.public_id, earlier.pk]


def question_back(cast) -> list:
    asked = cast.application.questions_back.create(
        text="Where are you registered?",
        by=cast.manager,
        at=factories.REVIEWING,
        answer_by=factories.REVIEWING + timedelta(days=3),
        answer_by_set_at=factories.REVIEWING,
    )
    return [cast.application.public_id, asked.public_id]


def of_the_call(cast) -> list:
    return [cast.call.programme.slug, cast.call.slug]


ROWS = [
    only_the_team("POST", "applying:change_consent", 302, "share_with_partners"),
    Row("GET", "applying:my_applications", others=200),
    Row("GET", "applying:start_application", of_the_call, others=200),
    Row("POST", "applying:start_application", of_the_call, data=lambda cast: {"name": "Too late"}, others=409),
    only_the_team("GET", "applying:application", 200),
    only_the_team("POST", "applying:application", 409, data=lambda cast: {"name": "Changed"}),
    only_the_team("GET", "applying:send_application", 200),
    only_the_team("POST", "applying:send_application", 409, data=lambda cast: {"name": "Changed"}),
    only_the_team("GET", "applying:upload_file", 200, "deck"),
    only_the_team("POST", "applying:upload_file", 422, "deck"),
    only_the_team("GET", "applying:earlier_answers", 200),
    Row("POST", "applying:bring_back_answer", earlier_text, others=404, founder=409, co_founder=409),
    only_the_team("GET", "applying:submit_application", 302),
    only_the_team(
        "POST", "applying:submit_application", 409, data=lambda cast: {"draft_version": 1, "idempotency_key": uuid.uuid4()}
    ),
    Row(
        "GET",
        "applying:offline_form",
        lambda cast: [cast.call.programme.slug, cast.call.slug],
        others=404,
        founder=200,
        co_founder=200,
        rival_founder=200,
    ),
    Row("GET", "applying:service_worker", anonymous=200, others=200),
    Row("POST", "applying:take_ticket", anonymous=400, others=400),  # the token says who
    only_the_team("POST", "applying:ask_to_join", 302),
    Row("GET", "applying:answer_question", question_back, others=404, founder=200, co_founder=200),
    Row(
        "POST", "applying:answer_question", question_back, data=lambda cast: {"answer": "In Lyon"},
        others=404, founder=302, co_founder=302,
    ),
    only_the_team("GET", "applying:last_time", 302),
    only_the_team("POST", "applying:last_time", 409),
    only_the_team("GET", "applying:truth_bar", 200),
    only_the_team("GET", "applying:compare_versions", 404),  # there is one version, and the draft is the same
    only_the_team(
        "POST", "applying:ask_for_more_time", 409, data=lambda cast: {"text": "The power was cut"}
    ),  # the answers are out
    only_the_team("GET", "applying:team", 200),
    only_the_team("POST", "applying:team", 302, data=lambda cast: {"email": "a.friend@people.example"}),
    *(
        of_the_owner(method, route, status)
        for route in ("applying:remove_founder", "applying:hand_over_team")
        for method, status in (("GET", 200), ("POST", 302))
    ),
    Row("GET", "applying:leave_team", of_the_application, others=404, founder=409, co_founder=200),
    Row("POST", "applying:leave_team", of_the_application, others=404, founder=409, co_founder=302),
    Row("POST", "applying:withdraw_co_founder_invitation", invitation, others=404, founder=302, co_founder=403),
    Row("POST", "applying:send_co_founder_invitation_again", invitation, others=404, founder=302, co_founder=403),
    only_the_team("GET", "applying:withdraw_application", 302),
    only_the_team("POST", "applying:withdraw_application", 409),
    only_the_team("POST", "applying:reopen_application", 409),
    only_the_team("GET", "after_closing:read_letters", 404),  # none has gone out yet
    only_the_team("GET", "after_closing:withdraw_sealed", 409),
    only_the_team("POST", "after_closing:withdraw_sealed", 409),
    only_the_team("GET", "applying:receipt", 200, 1),
    only_the_team("GET", "applying:receipt_content", 200, 1),
    Row(
        "GET",
        "applying:application_file",
        lambda cast: [cast.application.attachments.get().file.public_id],
        others=404,
        founder=200,
        co_founder=200,
        reviewer=404,  # until they have said that they have no conflict
        manager=200,
    ),
    of_the_deck("applying:application_pages"),
    of_the_deck("applying:application_page_image", 1),
]  # fmt: skip
