"""Breaks promises on purpose, so that a test can see the report notice. Never used but by `rehearse --sabotage`."""

from datetime import datetime, timedelta

from django.db import connection

from accelerator.messages import delivery, outbox
from accelerator.models import OutboxMessage
from accelerator.records.fields import new_public_id
from applications.models import Letter


def second_send(season, now: datetime) -> None:
    """Somebody is told the same thing twice."""
    told = OutboxMessage.objects.filter(
        kind="applications.receipt", status=OutboxMessage.Status.SENT
    ).order_by("pk")[0]
    OutboxMessage.objects.filter(pk=told.pk).update(mime=b"")
    told.pk, told.public_id = None, new_public_id()
    told.dedupe_key += ":again"
    told.status, told.mime, told.lease_until, told.sent_at = OutboxMessage.Status.WAITING, b"", None, None
    told.useless_after = None
    told.save()


def sixth_seat(season, now: datetime) -> None:
    """There is one seat more than the call says, and somebody in it."""
    _execute(
        """
        ALTER TABLE applications_seat DISABLE TRIGGER a_call_has_no_more_seats_than_it_says;
        INSERT INTO applications_seat (call_id, number) SELECT id, seats + 1 FROM applications_call WHERE id = %(call)s;
        ALTER TABLE applications_seat ENABLE TRIGGER a_call_has_no_more_seats_than_it_says;
        INSERT INTO applications_offer (public_id, application_id, seat_id, status, offered_at, expires_at,
                                        promoted_from_reserve)
        SELECT 'sabotage', a.id, (SELECT max(id) FROM applications_seat), 'open', %(now)s, %(now)s + interval '1 year', false
        FROM applications_application a LEFT JOIN applications_offer o ON o.application_id = a.id
        WHERE a.call_id = %(call)s AND a.status = 'submitted' AND o.id IS NULL ORDER BY a.id LIMIT 1
        """,
        call=season.call.pk,
        now=now,
    )


def overlap(season, now: datetime) -> None:
    """A mentor is in two places at once."""
    _execute(
        """
        ALTER TABLE mentoring_mentoringsession DROP CONSTRAINT a_mentor_is_in_one_session_at_a_time;
        ALTER TABLE mentoring_mentoringsession DROP CONSTRAINT a_startup_is_in_one_session_at_a_time;
        INSERT INTO mentoring_mentoringsession (public_id, mentor_id, membership_id, status, starts_at, ends_at, topic,
            booked_at, was_booked, cancel_reason, calendar_uid, calendar_sequence)
        SELECT 'sabotage', mentor_id, membership_id, status, starts_at + interval '5 minutes', ends_at, topic, booked_at,
            was_booked, '', gen_random_uuid(), 0
        FROM mentoring_mentoringsession WHERE status IN ('booked', 'held') ORDER BY id LIMIT 1
        """
    )


def early_letter(season, now: datetime) -> None:
    """A letter leaves before the release."""
    letter = Letter.objects.waiting().select_related("application__call__programme").order_by("pk")[0]
    messages = [
        outbox.made(
            letter.message_kind,
            key=f"early:{letter.pk}:{person.pk}",
            to=person,
            words=(letter.subject, letter.text),
            about=letter.application,
            programme=letter.application.call.programme,
            now=now,
        )
        for person in letter.recipients_now()
    ]
    outbox.write(messages)
    delivery.deliver()


def late_stamp(season, now: datetime) -> None:
    """A version counts although it came after the deadline."""
    _execute(
        """
        ALTER TABLE applications_submission DISABLE TRIGGER USER;
        UPDATE applications_submission SET received_at = %(late)s WHERE id = (SELECT max(id) FROM applications_submission);
        UPDATE applications_application SET submitted_at = %(late)s
        WHERE id = (SELECT application_id FROM applications_submission ORDER BY id DESC LIMIT 1);
        ALTER TABLE applications_submission ENABLE TRIGGER USER
        """,
        late=season.call.window.closes_at + timedelta(seconds=1),
    )


def other_rules(season, now: datetime) -> None:
    """Somebody with the keys to the database lets another criterion decide, past every amendment."""
    _execute(
        """
        ALTER TABLE applications_criterion DISABLE TRIGGER a_sealed_rubric_is_amended;
        UPDATE applications_criterion SET weight = weight + 1
        WHERE id = (SELECT max(id) FROM applications_criterion WHERE call_id = %(call)s);
        ALTER TABLE applications_criterion ENABLE TRIGGER a_sealed_rubric_is_amended
        """,
        call=season.call.pk,
    )


def _execute(sql: str, **values) -> None:
    with connection.cursor() as cursor:
        for statement in sql.split(";"):
            if statement.strip():
                cursor.execute(statement, values or None)


# name -> (what it does, when: a function of the season that gives the moment)
SABOTAGES = {
    "second-send": (second_send, lambda season: season.call.window.closes_at - timedelta(hours=4)),
    "late-stamp": (late_stamp, lambda season: season.call.window.closes_at + timedelta(minutes=1)),
    "other-rules": (other_rules, lambda season: season.on(season.call.reviews_due_on, 12)),
    "early-letter": (early_letter, lambda season: season.on(season.call.decision_on, 12)),
    "sixth-seat": (sixth_seat, lambda season: season.on(season.call.starts_on, 12)),
    "overlap": (overlap, lambda season: season.on(season.call.starts_on + timedelta(days=21), 12)),
}
