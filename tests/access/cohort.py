"""Who gets what of offers, cohort and mentoring."""

from datetime import timedelta

from access_rows import Row
from factories_cohort import JANUARY, TUESDAY_14H, make_proposal

from accelerator.calendar import feeds
from accelerator.messages import one_links
from accelerator.models import OutboxMessage

TEAM = {"founder": 200, "co_founder": 200}
TEAM_POSTS = {"founder": 302, "co_founder": 302}
INSIDE = {**TEAM, "manager": 200, "mentor": 200, "other_mentor": 200}
SEEN = {"manager": 403, "mentor": 403, "other_mentor": 403}  # may look, may not do this
WHY = {"on_behalf": "They are ill"}  # what managers say who act in somebody's place
TEAM_MAY_NOT = {"founder": 403, "co_founder": 403}
MANAGER_ONLY = {"manager": 200, "mentor": 403, "other_mentor": 403}
FREE = TUESDAY_14H + timedelta(minutes=45)


def slot(cast):
    return {"starts_at": FREE.isoformat(), "topic": "Which test set?", **WHY}


def feed_of_the_founder(cast):
    return feeds.make(cast.founder, "mine", now=JANUARY)


def feed_path(cast) -> list:
    return [feeds.address(feed_of_the_founder(cast)).rpartition("/")[2].removesuffix(".ics")]


def feed_seen(cast) -> dict:
    return {"seen": feeds.fingerprint(feed_of_the_founder(cast))}


def mail_about(session, kind: str, to) -> list:
    """The link of a mail that went to them."""
    mail = OutboxMessage.objects.create(
        kind=kind, recipient=to, to_email=to.email, object_type=session._meta.label_lower, object_id=session.pk,
        programme=session.programme, subject="Yours", text="Yours", dedupe_key=kind, due_at=JANUARY, created_at=JANUARY,
    )  # fmt: skip
    [link] = one_links.declared[kind]
    return [one_links.token(mail, link.route)]


def to_log(cast) -> list:
    return mail_about(cast.ended_session, "mentoring.log_session", cast.mentor)


def to_cancel(cast) -> list:
    return mail_about(cast.session, "mentoring.session_tomorrow", cast.founder)


def proposed(cast):
    return make_proposal(cast.mentor_profile, cast.membership, FREE, by=cast.manager)


def to_answer(cast) -> list:
    return mail_about(proposed(cast), "mentoring.session_proposed", cast.founder)


def to_invited(cast) -> list:
    return mail_about(cast.event, "cohorts.event_invited", cast.founder)


def answer_to(thing) -> dict:
    return {"answer": "accepted", "seen": thing.starts_at.isoformat()}


ROWS = [
    Row("GET", "calendars:answer_by_link", to_invited, anonymous=200, others=200),
    Row("POST", "calendars:answer_by_link", to_invited, anonymous=302, others=302, data=lambda c: answer_to(c.event)),
    Row("GET", "calendars:answer", lambda c: ["event", c.event.public_id], **TEAM, mentor=200, other_mentor=200, manager=403,
        others=404),
    Row("POST", "calendars:answer", lambda c: ["event", c.event.public_id], **TEAM_POSTS, mentor=302, other_mentor=302,
        manager=403, others=404, data=lambda c: answer_to(c.event)),
    Row("GET", "calendars:answer", lambda c: ["session", c.session.public_id], **TEAM, mentor=200, manager=403, others=404),
    # the link is its person's, whoever holds it
    Row("GET", "mentoring:log_by_link", to_log, anonymous=200, others=200),
    Row("POST", "mentoring:log_by_link", to_log, anonymous=302, others=302, data=lambda c: {"outcome": "held", "minutes": 40}),
    Row("GET", "mentoring:cancel_by_link", to_cancel, anonymous=200, others=200),
    Row("POST", "mentoring:cancel_by_link", to_cancel, anonymous=302, others=302, data=lambda c: {"reason": "A strike"}),
    Row("GET", "calendars:calendar", others=200),
    Row("GET", "calendars:feed", feed_path, anonymous=200, others=200),  # the address is the key
    Row("GET", "calendars:subscriptions", others=200),
    Row("POST", "calendars:subscriptions", data=lambda c: {"of": "mine"}, others=302),
    Row("POST", "calendars:make_anew", lambda c: [feed_of_the_founder(c).pk], data=feed_seen, founder=302, others=404),
    Row("POST", "calendars:take_back", lambda c: [feed_of_the_founder(c).pk], data=feed_seen, founder=302, others=404),
    Row("GET", "cohorts:offer", lambda c: [c.open_offer.public_id], rival_founder=200, others=404),
    Row("POST", "cohorts:offer", lambda c: [c.open_offer.public_id], rival_founder=302, others=404,
        data=lambda c: {"answer": "accept", "confirm": "on", "name": "Lena Aubry"}),
    Row("GET", "cohorts:offer_terms", lambda c: [c.open_offer.public_id], others=404),  # it has none
    Row("GET", "cohorts:cohort", lambda c: [c.cohort.public_id], **INSIDE, others=404),
    Row("GET", "cohorts:calendar", lambda c: [c.cohort.public_id], **INSIDE, others=404),
    Row("GET", "cohorts:event", lambda c: [c.event.public_id], **INSIDE, others=404),
    Row("GET", "cohorts:plan_event", lambda c: [c.cohort.public_id], **TEAM_MAY_NOT, **MANAGER_ONLY, others=404),
    Row("POST", "cohorts:plan_event", lambda c: [c.cohort.public_id], **TEAM_MAY_NOT, **MANAGER_ONLY, others=404),
    Row("GET", "cohorts:change_event", lambda c: [c.event.public_id], **TEAM_MAY_NOT, **MANAGER_ONLY, others=404),
    Row("POST", "cohorts:change_event", lambda c: [c.event.public_id], **TEAM_MAY_NOT, **MANAGER_ONLY, others=404),
    Row("GET", "cohorts:cancel_event", lambda c: [c.event.public_id], **TEAM_MAY_NOT, **MANAGER_ONLY, others=404),
    Row("POST", "cohorts:cancel_event", lambda c: [c.event.public_id], **TEAM_MAY_NOT, **MANAGER_ONLY, others=404),
    Row("GET", "cohorts:event_file", lambda c: [c.event.public_id], **INSIDE, others=404),
    Row("GET", "cohorts:member", lambda c: [c.membership.public_id], **INSIDE, others=404),
    Row("POST", "cohorts:set_goal", lambda c: [c.membership.public_id], **TEAM_POSTS, **SEEN, others=404,
        data=lambda c: {"text": "Ten paying notaries"}),
    Row("GET", "cohorts:drop_goal", lambda c: [c.membership.public_id, c.goal.pk], **TEAM, **SEEN, others=404),
    Row("POST", "cohorts:drop_goal", lambda c: [c.membership.public_id, c.goal.pk], **TEAM_POSTS, **SEEN, others=404),
    Row("POST", "cohorts:change_goal", lambda c: [c.membership.public_id, c.goal.pk], **TEAM_POSTS, **SEEN, others=404,
        data=lambda c: {"act": "reached"}),
    Row("GET", "mentoring:mentors", others=200),
    Row("GET", "mentoring:mentor", lambda c: [c.mentor_profile.public_id], **INSIDE, others=404),
    Row("GET", "mentoring:edit_hours", lambda c: [c.mentor_profile.public_id], founder=403, co_founder=403, manager=200,
        mentor=200, other_mentor=403, others=404),
    Row("POST", "mentoring:edit_hours", lambda c: [c.mentor_profile.public_id], founder=403, co_founder=403, manager=302,
        mentor=302, other_mentor=403, others=404,
        data=lambda c: {"session_minutes": 45, "notice_hours": 24, **WHY, "week-TOTAL_FORMS": 0, "week-INITIAL_FORMS": 0}),
    Row("POST", "mentoring:add_other_day", lambda c: [c.mentor_profile.public_id], founder=403, co_founder=403, manager=302,
        mentor=302, other_mentor=403, others=404,
        data=lambda c: {"other-what": "off", "other-first_day": "2030-05-01", "other-on_behalf": "Ill"}),
    Row("GET", "mentoring:remove_other_day", lambda c: [c.mentor_profile.public_id, 1], founder=403, co_founder=403,
        other_mentor=403, others=404),
    Row("POST", "mentoring:remove_other_day", lambda c: [c.mentor_profile.public_id, 1], founder=403, co_founder=403,
        other_mentor=403, others=404),
    Row("GET", "mentoring:edit_mentor", lambda c: [c.mentor_profile.programme.slug], mentor=200, other_mentor=200,
        manager=403, reviewer=403, other_reviewer=403, recused_reviewer=403, others=404),
    Row("GET", "mentoring:edit_profile_of", lambda c: [c.mentor_profile.public_id], founder=403, co_founder=403,
        manager=200, mentor=200, other_mentor=403, others=404),
    Row("POST", "mentoring:edit_profile_of", lambda c: [c.mentor_profile.public_id], founder=403, co_founder=403,
        manager=302, mentor=302, other_mentor=403, others=404, data=lambda c: {"headline": "Speech", **WHY}),
    Row("GET", "mentoring:book_session", lambda c: [c.mentor_profile.public_id], founder=302, co_founder=302,
        manager=302, mentor=302, other_mentor=403, others=404),
    Row("POST", "mentoring:book_session", lambda c: [c.mentor_profile.public_id], founder=302, co_founder=302,
        manager=302, mentor=302, other_mentor=403, others=404, data=slot),
    Row("GET", "mentoring:sessions", others=200),
    Row("GET", "mentoring:session", lambda c: [c.past_session.public_id], **TEAM, mentor=200, manager=200, others=404),
    Row("GET", "mentoring:session_file", lambda c: [c.past_session.public_id], **TEAM, mentor=200, manager=200, others=404),
    Row("GET", "mentoring:move_session", lambda c: [c.session.public_id], **TEAM, mentor=200, manager=200, others=404),
    Row("POST", "mentoring:move_session", lambda c: [c.session.public_id], **TEAM_POSTS, mentor=302, manager=302, others=404,
        data=slot),
    Row("GET", "mentoring:cancel_session", lambda c: [c.session.public_id], **TEAM, mentor=200, manager=200, others=404),
    Row("POST", "mentoring:cancel_session", lambda c: [c.session.public_id], **TEAM_POSTS, mentor=302, manager=302, others=404,
        data=lambda c: {"reason": "A strike"}),
    Row("GET", "mentoring:log_session", lambda c: [c.ended_session.public_id], mentor=200, founder=403, co_founder=403,
        manager=200, others=404),
    Row("POST", "mentoring:log_session", lambda c: [c.ended_session.public_id], mentor=302, founder=403, co_founder=403,
        manager=302, others=404, data=lambda c: {"outcome": "held", "minutes": 40, **WHY}),
    Row("GET", "mentoring:correct_log", lambda c: [c.past_session.public_id], mentor=200, founder=403, co_founder=403,
        manager=200, others=404),
    Row("POST", "mentoring:correct_log", lambda c: [c.past_session.public_id], mentor=302, founder=403, co_founder=403,
        manager=302, others=404, data=lambda c: {"outcome": "held", "minutes": 50, **WHY}),
    Row("GET", "mentoring:log_unbooked", lambda c: [c.mentor_profile.public_id], mentor=200, other_mentor=403, founder=403,
        co_founder=403, manager=200, others=404),
    Row("GET", "mentoring:agree_action_item", lambda c: [c.past_session.public_id, c.action_item.pk], **TEAM, mentor=200,
        manager=200, others=404),
    Row("POST", "mentoring:agree_action_item", lambda c: [c.past_session.public_id, c.action_item.pk], **TEAM_POSTS, mentor=302,
        manager=302, others=404, data=lambda c: {"due_on": ""}),
    Row("POST", "mentoring:tick_action_item", lambda c: [c.past_session.public_id, c.action_item.pk], **TEAM_POSTS, mentor=302,
        manager=302, others=404, data=lambda c: {"done": "1"}),
    Row("GET", "mentoring_dashboard:booking_terms", lambda c: [c.mentor_profile.programme.slug], manager=200, others=302,
        reviewer=404, other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("POST", "mentoring_dashboard:booking_terms", lambda c: [c.mentor_profile.programme.slug], manager=200, others=302,
        reviewer=404, other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("GET", "mentoring_dashboard:overview", lambda c: [c.cohort.public_id], manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("GET", "mentoring_dashboard:grid", lambda c: [c.cohort.public_id], manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("POST", "mentoring_dashboard:export_grid", lambda c: [c.cohort.public_id], data=lambda c: {"form": "csv"}, manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("GET", "mentoring:answer_proposal_by_link", to_answer, anonymous=200, others=200),
    Row("POST", "mentoring:answer_proposal_by_link", to_answer, anonymous=302, others=302, data=lambda c: {"answer": "accept"}),
    Row("GET", "mentoring:proposal", lambda c: [proposed(c).public_id], **TEAM, mentor=200, others=404),
    Row("POST", "mentoring:proposal", lambda c: [proposed(c).public_id], **TEAM_POSTS, mentor=302, others=404,
        data=lambda c: {"answer": "accept"}),
    Row("GET", "mentoring_dashboard:too_little", lambda c: [c.cohort.public_id], manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("POST", "mentoring_dashboard:too_little", lambda c: [c.cohort.public_id], manager=302, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("GET", "mentoring_dashboard:sessions", lambda c: [c.cohort.public_id], manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("POST", "mentoring_dashboard:export_mentors", lambda c: [c.cohort.public_id], data=lambda c: {"form": "csv"}, manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
    Row("POST", "mentoring_dashboard:export_sessions", lambda c: [c.cohort.public_id], data=lambda c: {"form": "csv"}, manager=200, others=302, reviewer=404,
        other_reviewer=404, recused_reviewer=404, other_manager=404),
]  # fmt: skip
