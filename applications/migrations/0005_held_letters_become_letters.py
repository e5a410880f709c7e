from django.db import migrations

# Held messages of the version before, one for each person, become one letter for each application.
LETTERS = """
INSERT INTO applications_letter (application_id, kind, subject, text, prepared_at)
SELECT DISTINCT ON (m.object_id) m.object_id, substr(m.kind, length('applications.letter_') + 1), m.subject, m.text,
       m.created_at
FROM accelerator_outboxmessage m JOIN applications_application a ON a.id = m.object_id
WHERE m.status = 'held' AND m.kind LIKE 'applications.letter\\_%' AND m.object_type = 'applications.application'
ORDER BY m.object_id, m.id DESC;

UPDATE accelerator_outboxmessage
SET status = 'cancelled', reason = 'Its words are kept for the team; the release makes a new message.'
WHERE status = 'held' AND kind LIKE 'applications.letter\\_%';
"""

# What a message announces stood in its key only. Whatever may still leave gets it in a column of its own.
VERSIONS = """
UPDATE accelerator_outboxmessage SET version = CASE
    WHEN kind = 'applications.deadline_nears' THEN split_part(dedupe_key, ':', 6)
    WHEN kind = 'cohorts.event_tomorrow' THEN split_part(dedupe_key, ':', 4)
    ELSE split_part(dedupe_key, ':', 3) END
WHERE version = '' AND status IN ('waiting', 'sending', 'dead') AND kind IN (
    'applications.deadline_nears', 'applications.review_due_soon', 'applications.review_overdue',
    'applications.offer_expiring', 'applications.call_closed', 'cohorts.event_tomorrow',
    'mentoring.session_tomorrow', 'mentoring.session_soon', 'mentoring.log_session');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_letters_of_decision"),
        ("accelerator", "0004_messages_in_order_of_claim"),
    ]
    operations = [
        migrations.RunSQL(LETTERS, migrations.RunSQL.noop),
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
    ]
