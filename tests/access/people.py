"""One's own account is one's own, an invitation is for whoever holds its link, people are their managers' business."""

from hashlib import sha256

import factories
from access_rows import Row
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile

from accelerator import clock
from accelerator.models import DataExport, Invitation, Role, SignedIn
from accelerator.people import address_changes, invitations, other_address, roles
from accelerator.privacy import certificates, closing


def invite(cast) -> str:
    return invitations.invite(
        "mentor",
        email="asked@people.example",
        by=None,
        programme=cast.call.programme,
        now=factories.REVIEWING,
    )


def token(cast) -> list:
    return [invite(cast).rstrip("/").split("/")[-1]]


def open_invitation(cast) -> list:
    invite(cast)
    return [Invitation.objects.latest("pk").public_id]


def role_of_the_reviewer(cast) -> list:
    return [cast.reviewer.roles.get().pk]


def ended_role(cast) -> list:
    roles.end(cast.reviewer.roles.get(), by=cast.manager, now=clock.now())
    return role_of_the_reviewer(cast)


def copy_of_the_founder(cast) -> list:
    made = {"status": "ready", "asked_at": factories.REVIEWING, "goes_at": factories.REVIEWING}
    export = DataExport(user=cast.founder, **made)
    export.content.save("copy.zip", ContentFile(b"PK"))
    return [export.public_id]


def device_of_the_founder(cast) -> list:
    session, now = SessionStore(), clock.real_now()
    session.create()
    return [
        SignedIn.objects.create(
            user=cast.founder, session_key=session.session_key, device="Firefox", began_at=now, used_at=now
        ).pk
    ]


def exchanged(cast) -> list:
    made = {"from_email": cast.founder.email, "to_email": "new@people.example"}
    return [address_changes.note(cast.founder, **made, real_now=clock.real_now())]


def link_of_the_founder(cast) -> list:
    begun = closing.AccountClosing.objects.create(
        user=cast.stranger,
        asked_at=factories.REVIEWING,
        due_at=factories.REVIEWING + closing.DELAY,
        token_hash=sha256(b"link").hexdigest(),
    )
    assert begun
    return ["link"]


def certificate_of_the_programme(cast) -> list:
    of = {"programme": cast.call.programme, "now": factories.REVIEWING}
    return [certificates.write("time", cast.call, [], [], **of).public_id]


# Who may enter the dashboard, whatever they find there.
DASHBOARD = dict.fromkeys(["reviewer", "other_reviewer", "recused_reviewer", "other_manager"], 200)
OUTSIDE = dict.fromkeys(DASHBOARD, 404)


def somebody_waits(cast) -> list:
    """For the founder, who owns the team."""
    startup = cast.application.startup
    ask = {"email": "asked@people.example", "by": cast.founder, "now": factories.REVIEWING}
    invitations.invite("co_founder", startup=startup, **ask)
    found = Invitation.objects.latest("pk")
    other_address.ask_owner(found, by=cast.stranger, now=factories.REVIEWING)
    return [found.public_id]


def programme(cast) -> list:
    return [cast.call.programme.slug]


def somebody(cast) -> dict:
    return {"kind": "reviewer", "emails": "somebody@people.example"}


def what_ends(cast) -> str:
    """What the page of the role's end shows, as it is posted back."""
    role = Role.objects.get(pk=role_of_the_reviewer(cast)[0])
    return roles.fingerprint(roles.what_ends(role, clock.now()))


ROWS = [
    Row("GET", "account_login", anonymous=200, others=302),
    Row("POST", "account_login", anonymous=200, others=302),  # the form again: nothing was filled in
    Row("GET", "account_signup", anonymous=200, others=302),
    Row("POST", "account_signup", anonymous=200, others=302),  # the form again: nothing was filled in
    Row("GET", "people:account", others=200),
    Row("POST", "people:account", data=lambda cast: {"name": "N", "time_zone": "Europe/Paris"}, others=302),
    Row("GET", "privacy:my_data", others=200),
    Row("POST", "privacy:take_copy", others=302),  # first on to show that it is them
    Row("GET", "privacy:close_account", others=200),
    Row("POST", "privacy:close_account", others=302),  # first on to show that it is them
    Row("POST", "privacy:keep_account", others=302),
    Row("GET", "privacy:undo_closing", link_of_the_founder, anonymous=200, others=200),
    Row("POST", "privacy:undo_closing", link_of_the_founder, anonymous=200, others=200),
    Row("GET", "privacy_dashboard:certificates", others=302, manager=200, **DASHBOARD),
    Row(
        "GET",
        "privacy_dashboard:certificate",
        certificate_of_the_programme,
        others=302,
        manager=200,
        **OUTSIDE,
    ),
    Row("GET", "privacy:copy", copy_of_the_founder, founder=200, others=404),
    Row("GET", "account_set_password", others=302),  # “Is it you?” first: these are signed in without a proof
    Row("POST", "account_set_password", others=302),
    Row("GET", "people:prove_by_code", others=200),
    Row("POST", "people:prove_by_code", data=lambda cast: {"action": "send"}, others=302),
    Row("POST", "people:decline_passkey", others=302),
    Row("GET", "people:devices", others=200),
    Row("POST", "people:sign_out_elsewhere", others=302),
    Row("POST", "people:sign_out_device", device_of_the_founder, founder=302, others=404),
    Row("GET", "people:take_back_address", exchanged, anonymous=200, others=200),
    Row("POST", "people:take_back_address", exchanged, anonymous=302, others=302),
    Row("POST", "people:set_zone", data=lambda cast: {"time_zone": "Asia/Tokyo"}, others=302),
    Row("GET", "people:invitation", token, anonymous=200, others=200),
    Row("POST", "people:invitation", token, anonymous=200, others=302),
    Row("GET", "people:let_in", somebody_waits, founder=200, others=404),
    Row("POST", "people:let_in", somebody_waits, founder=302, others=404),
    Row("GET", "people:people", manager=200, other_manager=200, others=403),
    Row("POST", "people:people", data=somebody, manager=302, other_manager=302, others=403),
    Row("GET", "people:people_of", programme, manager=200, other_manager=404, others=403),
    Row("POST", "people:people_of", programme, data=somebody, manager=302, other_manager=404, others=403),
    Row(
        "POST",
        "people:export_people",
        programme,
        data=lambda c: {"form": "csv"},
        manager=200,
        other_manager=404,
        others=403,
    ),
    Row("POST", "people:withdraw_invitation", open_invitation, manager=302, others=404),
    Row("POST", "people:send_invitation_again", open_invitation, manager=302, others=404),
    Row("GET", "people:end_role", role_of_the_reviewer, manager=200, others=404),
    Row("GET", "people:reset_factor", role_of_the_reviewer, manager=200, others=404),
    # without a factor there is nothing to reset
    Row(
        "POST",
        "people:reset_factor",
        role_of_the_reviewer,
        data=lambda cast: {"reason": "Lost"},
        manager=409,
        others=404,
    ),
    Row(
        "POST",
        "people:end_role",
        role_of_the_reviewer,
        data=lambda cast: {"reason": "Moved", "seen": what_ends(cast)},
        manager=302,
        others=404,
    ),
    Row("GET", "policies:undertaking", others=302),  # nothing is asked: on to where they wanted to go
    Row("POST", "policies:undertaking", others=302),
    Row("GET", "policies:all", manager=200, other_manager=200, others=403),
    Row(
        "GET",
        "programmes:new",
        manager=200,
        other_manager=200,
        others=302,
        reviewer=404,
        other_reviewer=404,
        recused_reviewer=404,
    ),
    Row(
        "POST",
        "programmes:new",
        manager=200,
        other_manager=200,
        others=302,
        reviewer=404,
        other_reviewer=404,
        recused_reviewer=404,
    ),
    Row("GET", "policies:policies", programme, manager=200, others=404),
    Row("GET", "policies:policy", lambda cast: [*programme(cast), "conduct"], manager=200, others=404),
    Row("POST", "policies:policy", lambda cast: [*programme(cast), "conduct"], manager=200, others=404),
    Row("GET", "policies:contacts", programme, manager=200, others=404),
    Row("POST", "policies:contacts", programme, manager=200, others=404),
    Row("POST", "people:undo_end", ended_role, manager=302, others=404),
]
