from django.db import migrations

# A call without a window gets one so far away that nothing opens by accident; its managers set the true one.
WINDOWS = """
INSERT INTO applications_callwindow (call_id, opens_at, closes_at, seal_hash)
SELECT c.id, '2999-01-01 00:00+00', '2999-01-02 00:00+00', '' FROM applications_call c
WHERE NOT EXISTS (SELECT 1 FROM applications_callwindow w WHERE w.call_id = c.id);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# Asked when the transaction ends, because one of the two rows comes first.
FORWARD = """
CREATE FUNCTION refuse_call_without_window() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint;
BEGIN
    IF TG_TABLE_NAME = 'applications_call' THEN asked := NEW.id; ELSE asked := OLD.call_id; END IF;
    IF EXISTS (SELECT 1 FROM applications_call WHERE id = asked)
        AND NOT EXISTS (SELECT 1 FROM applications_callwindow WHERE call_id = asked) THEN
        RAISE EXCEPTION 'call % has no window', asked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_call_has_its_window';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_call_has_its_window AFTER INSERT ON applications_call
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_call_without_window();
CREATE CONSTRAINT TRIGGER a_window_stays_with_its_call AFTER DELETE OR UPDATE OF call_id ON applications_callwindow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_call_without_window();
"""
BACKWARD = """
DROP TRIGGER a_call_has_its_window ON applications_call;
DROP TRIGGER a_window_stays_with_its_call ON applications_callwindow;
DROP FUNCTION refuse_call_without_window();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0005_held_letters_become_letters")]
    operations = [
        migrations.RunSQL(WINDOWS, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
