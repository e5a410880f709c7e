from django.db import migrations

FORWARD = """
CREATE TRIGGER submissions_are_immutable BEFORE UPDATE OR DELETE ON applications_submission
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_seat_above_call() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed integer;
BEGIN
    SELECT seats INTO allowed FROM applications_call WHERE id = NEW.call_id FOR SHARE;
    IF NEW.number > allowed THEN
        RAISE EXCEPTION 'call % has % seats, so there is no seat %', NEW.call_id, allowed, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_call_has_no_more_seats_than_it_says';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_call_has_no_more_seats_than_it_says BEFORE INSERT OR UPDATE ON applications_seat
    FOR EACH ROW EXECUTE FUNCTION refuse_seat_above_call();

CREATE FUNCTION refuse_taking_seats_away() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM applications_seat WHERE call_id = NEW.id AND number > NEW.seats) THEN
        RAISE EXCEPTION 'call % already has seats above %', NEW.id, NEW.seats
            USING ERRCODE = 'check_violation', CONSTRAINT = 'numbered_seats_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER numbered_seats_stay BEFORE UPDATE OF seats ON applications_call
    FOR EACH ROW EXECUTE FUNCTION refuse_taking_seats_away();

CREATE FUNCTION refuse_seal_break() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM applications_application WHERE id = NEW.application_id AND sealed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'application % is sealed', NEW.application_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_sealed_application_takes_no_version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_sealed_application_takes_no_version BEFORE INSERT ON applications_submission
    FOR EACH ROW EXECUTE FUNCTION refuse_seal_break();
"""
BACKWARD = """
DROP TRIGGER submissions_are_immutable ON applications_submission;
DROP TRIGGER a_sealed_application_takes_no_version ON applications_submission;
DROP TRIGGER a_call_has_no_more_seats_than_it_says ON applications_seat;
DROP TRIGGER numbered_seats_stay ON applications_call;
DROP FUNCTION refuse_seal_break();
DROP FUNCTION refuse_seat_above_call();
DROP FUNCTION refuse_taking_seats_away();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("accelerator", "0002_append_only_history_and_cache_table"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
