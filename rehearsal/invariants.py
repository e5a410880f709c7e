"""What must hold after a season, as plain SQL: each counts what breaks it, and must count nothing."""

from datetime import datetime

from django.db import connection

INVARIANTS = {
    "No call has more live offers than seats": """
        SELECT count(*) FROM (
            SELECT c.id FROM applications_call c
            JOIN applications_application a ON a.call_id = c.id
            JOIN applications_offer o ON o.application_id = a.id AND o.status IN ('open', 'accepted', 'declining')
            GROUP BY c.id, c.seats HAVING count(*) > c.seats) broken""",
    "No call has a seat above its number": """
        SELECT count(*) FROM applications_seat s JOIN applications_call c ON c.id = s.call_id WHERE s.number > c.seats""",
    "Once released and answered, every seat is taken while the reserve lasts": """
        SELECT count(*) FROM applications_seat s JOIN applications_release r ON r.call_id = s.call_id
        WHERE NOT EXISTS (SELECT 1 FROM applications_offer o WHERE o.seat_id = s.id AND o.status IN ('open', 'accepted', 'declining'))
          AND EXISTS (SELECT 1 FROM applications_decision d WHERE d.call_id = s.call_id AND d.outcome = 'reserve'
                      AND NOT EXISTS (SELECT 1 FROM applications_offer o WHERE o.application_id = d.application_id))""",
    "Members are those who accepted, and nobody else": """
        SELECT count(*) FROM applications_offer o FULL JOIN cohorts_membership m ON m.offer_id = o.id
        WHERE (o.status = 'accepted') IS DISTINCT FROM (m.id IS NOT NULL)""",
    "No mentor is in two sessions at once": """
        SELECT count(*) FROM mentoring_mentoringsession a JOIN mentoring_mentoringsession b
            ON a.mentor_id = b.mentor_id AND a.id < b.id
           AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE a.status IN ('booked', 'held') AND b.status IN ('booked', 'held')
          AND a.overlap_note = '' AND b.overlap_note = ''""",
    "No startup is in two sessions at once": """
        SELECT count(*) FROM mentoring_mentoringsession a JOIN mentoring_mentoringsession b
            ON a.membership_id = b.membership_id AND a.id < b.id
           AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE a.status IN ('booked', 'held') AND b.status IN ('booked', 'held')
          AND a.overlap_note = '' AND b.overlap_note = ''""",
    "Every accepted submission has its version and its receipt": """
        SELECT count(*) FROM applications_application a
        WHERE a.submitted_at IS NOT NULL AND (
            NOT EXISTS (SELECT 1 FROM applications_submission s
                        WHERE s.application_id = a.id AND s.received_at = a.submitted_at)
            OR (SELECT count(*) FROM applications_submission s WHERE s.application_id = a.id
                AND NOT s.content ? 'imported_at') <>
               (SELECT count(DISTINCT m.dedupe_key) / greatest(1, count(DISTINCT m.to_email))
                FROM accelerator_outboxmessage m WHERE m.kind = 'applications.receipt'
                 AND m.object_type = 'applications.application' AND m.object_id = a.id))""",
    "Nothing is stamped at or after its deadline": """
        SELECT count(*) FROM applications_submission s JOIN applications_application a ON a.id = s.application_id
        JOIN applications_callwindow w ON w.call_id = a.call_id
        WHERE s.received_at >= greatest(w.closes_at, w.extended_until, a.extended_until)""",
    "Window and application repeat the latest of their extensions": """
        SELECT count(*) FROM (
            SELECT w.extended_until AS kept, (SELECT max(e.until) FROM applications_extension e
                WHERE e.call_id = w.call_id AND e.application_id IS NULL AND e.taken_back_at IS NULL) AS latest
            FROM applications_callwindow w
            UNION ALL
            SELECT a.extended_until, (SELECT max(e.until) FROM applications_extension e
                WHERE e.application_id = a.id AND e.taken_back_at IS NULL)
            FROM applications_application a) both_of_them
        WHERE kept IS DISTINCT FROM latest""",
    "Every submitted application is sealed once its call is": """
        SELECT count(*) FROM applications_application a JOIN applications_callwindow w ON w.call_id = a.call_id
        WHERE w.sealed_at IS NOT NULL AND a.status = 'submitted' AND a.sealed_at IS NULL""",
    "A review changed after its reviewer saw the others' keeps what stood before": """
        SELECT count(*) FROM applications_reviewversion later
        JOIN applications_review r ON r.id = later.review_id JOIN applications_assignment a ON a.id = r.assignment_id
        WHERE later.number > 1 AND (a.others_seen_at IS NULL OR later.submitted_at < a.others_seen_at OR NOT EXISTS (
            SELECT 1 FROM applications_reviewversion first WHERE first.review_id = r.id AND first.number = 1))""",
    "Every due message was sent, or skipped or cancelled with a reason": """
        SELECT count(*) FROM accelerator_outboxmessage m
        WHERE m.due_at < %(now)s - interval '10 minutes' AND m.status IN ('waiting', 'sending', 'dead')
           OR m.status IN ('skipped', 'cancelled') AND m.reason = ''""",
    "No letter left before the release": """
        SELECT count(*) FROM accelerator_outboxmessage m JOIN applications_application a ON a.id = m.object_id
            AND m.object_type = 'applications.application'
        LEFT JOIN applications_release r ON r.call_id = a.call_id
        WHERE m.kind LIKE 'applications.letter%%' AND m.status IN ('waiting', 'sending', 'sent')
          AND (r.id IS NULL OR m.sent_on_programme_clock < r.released_at)""",
    "Nobody with a conflict opened the file or scored it": """
        SELECT count(*) FROM applications_recusal c
        JOIN applications_assignment a ON a.application_id = c.application_id
        JOIN applications_reviewer v ON v.id = a.reviewer_id AND v.user_id = c.user_id
        JOIN applications_review r ON r.assignment_id = a.id
        WHERE r.opened_at > c.declared_at OR r.saved_at > c.declared_at OR r.submitted_at > c.declared_at""",
    "No review of somebody with a conflict counts": """
        SELECT count(*) FROM applications_recusal c
        JOIN applications_assignment a ON a.application_id = c.application_id AND a.withdrawn_at IS NULL
        JOIN applications_reviewer v ON v.id = a.reviewer_id AND v.user_id = c.user_id
        JOIN applications_review r ON r.assignment_id = a.id""",
    "Nobody reviewed their own startup": """
        SELECT count(*) FROM applications_review r JOIN applications_assignment a ON a.id = r.assignment_id
        JOIN applications_reviewer v ON v.id = a.reviewer_id
        JOIN applications_application p ON p.id = a.application_id
        JOIN accelerator_teammember t ON t.startup_id = p.startup_id AND t.user_id = v.user_id""",
    "Every submitted review has a score for every criterion that it was asked": """
        SELECT count(*) FROM applications_review r JOIN applications_assignment a ON a.id = r.assignment_id
        JOIN applications_application p ON p.id = a.application_id
        JOIN applications_criterion c ON c.call_id = p.call_id
        LEFT JOIN LATERAL (SELECT s.text::jsonb -> 'criteria' AS criteria FROM applications_sealedprotocol s
            WHERE s.call_id = p.call_id AND s.sealed_at <= r.submitted_at ORDER BY s.number DESC LIMIT 1) held ON true
        WHERE r.status = 'submitted'
          AND (held.criteria IS NULL OR held.criteria @> jsonb_build_array(jsonb_build_object('name', c.key)))
          AND NOT EXISTS (SELECT 1 FROM applications_score m WHERE m.review_id = r.id AND m.criterion_id = c.id)""",
    "The rules of a closed call are sealed, and hold as they were published": """
        SELECT count(*) FROM applications_call c JOIN applications_callwindow w ON w.call_id = c.id
        LEFT JOIN LATERAL (SELECT s.text::jsonb AS rules, s.text, s.sha256 FROM applications_sealedprotocol s
            WHERE s.call_id = c.id ORDER BY s.number DESC LIMIT 1) held ON true
        WHERE EXISTS (SELECT 1 FROM applications_application a WHERE a.call_id = c.id)
          AND greatest(w.closes_at, w.extended_until) < %(now)s - interval '10 minutes'
          AND (held.rules IS NULL
               OR held.sha256 <> encode(sha256(convert_to(held.text, 'UTF8')), 'hex')
               OR (c.seats, c.reserve, c.reviews_per_application, c.marks_that_count) IS DISTINCT FROM (
                   (held.rules ->> 'seats')::int, (held.rules ->> 'reserve')::int,
                   (held.rules ->> 'reviews_per_application')::int, held.rules ->> 'counts')
               OR (SELECT jsonb_object_agg(k.key, k.weight) FROM applications_criterion k WHERE k.call_id = c.id)
                  IS DISTINCT FROM (SELECT jsonb_object_agg(e ->> 'name', (e ->> 'weight')::int)
                                    FROM jsonb_array_elements(held.rules -> 'criteria') e))""",
}


def violations(now: datetime) -> dict[str, int]:
    """How often each invariant is broken; empty when all hold."""
    broken = {}
    with connection.cursor() as cursor:
        for name, sql in INVARIANTS.items():
            cursor.execute(sql, {"now": now})
            if count := cursor.fetchone()[0]:
                broken[name] = count
    return broken
