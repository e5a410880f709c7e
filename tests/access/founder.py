"""Who may use the founder's pages; the table is read in the reviewing weeks, so acts on an application are late."""

import uuid

from access_rows import Row

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


def of_the_call(cast) -> list:
    return [cast.call.programme.slug, cast.call.slug]


ROWS = [
    Row("GET", "my_applications", others=200),
    Row("GET", "start_application", of_the_call, others=200),
    Row("POST", "start_application", of_the_call, data=lambda cast: {"name": "Too late"}, others=409),
    only_the_team("GET", "application", 200),
    only_the_team("POST", "application", 409, data=lambda cast: {"name": "Changed"}),
    only_the_team("POST", "upload_file", 422, "deck"),
    only_the_team("GET", "submit_application", 302),
    only_the_team(
        "POST", "submit_application", 409, data=lambda cast: {"draft_version": 1, "idempotency_key": uuid.uuid4()}
    ),
    only_the_team("GET", "invite_co_founder", 200),
    only_the_team("POST", "invite_co_founder", 302, data=lambda cast: {"email": "a.friend@people.example"}),
    only_the_team("GET", "withdraw_application", 302),
    only_the_team("POST", "withdraw_application", 409),
    only_the_team("POST", "reopen_application", 409),
    only_the_team("GET", "receipt", 200, 1),
    only_the_team("GET", "receipt_content", 200, 1),
    Row(
        "GET",
        "application_file",
        lambda cast: [cast.application.attachments.get().file.public_id],
        others=404,
        founder=200,
        co_founder=200,
        reviewer=404,  # until they have said that they have no conflict
        manager=200,
    ),
]  # fmt: skip
