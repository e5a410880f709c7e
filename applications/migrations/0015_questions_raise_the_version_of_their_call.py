from django.db import migrations

FORWARD = """
CREATE FUNCTION raise_questions_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applications_call SET questions_version = questions_version + 1
        WHERE id IN (SELECT call_id FROM changed);
    RETURN NULL;
END $$;
"""
BACKWARD = "DROP FUNCTION raise_questions_version();"

EACH = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
for table in ("question", "section"):
    for act, rows in EACH.items():
        name = f"{table}_{act.lower()}_raises_the_version"
        FORWARD += f"""
CREATE TRIGGER {name} AFTER {act} ON applications_{table} REFERENCING {rows} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION raise_questions_version();
"""
        BACKWARD = f"DROP TRIGGER {name} ON applications_{table};\n" + BACKWARD


class Migration(migrations.Migration):
    """Whatever changes a question, a verb, the programme file or a hand in the database, what is kept of it is old."""

    dependencies = [("applications", "0014_a_draft_is_made_of_answers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
