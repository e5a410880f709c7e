"""Words are found whatever their accents and case, by an index, in names of people and startups.

Both sides go through the same letters: small, without accents, ß as ss, everything but letters and digits as a space.
`unaccent` would do less (it is not immutable, so no index may rest on it) and asks for an extension. The functions are
in plpgsql, so that they are never taken apart into the query, and name nothing but what stands in pg_catalog, so that
a restored dump finds all of it.
"""

from django.db import migrations, models

# %s is the text. The first list goes without a trace: accents on their own, and signs that nobody sees. normalize()
# splits é into e and its accent; what has no such parts is written out.
LETTERS = r"""
regexp_replace(
    replace(replace(replace(translate(
        lower(regexp_replace(normalize(%s, NFKD), '[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]', '', 'g')),
        'øłđıħ', 'oldih'), 'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g')
"""
SIMPLE = "'pg_catalog.simple'::regconfig"  # no language: founders write in several, and often in two at once

FORWARD = f"""
-- The words of a text, as they are looked for.
CREATE FUNCTION words_of(said text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
    RETURN to_tsvector({SIMPLE}, {LETTERS % "left(said, 100000)"});
END $$;

-- Words that begin like these, side by side where they are several ("open-sou").
CREATE FUNCTION words_beginning(said text) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN to_tsquery({SIMPLE}, coalesce((
        SELECT string_agg(quote_literal(word) || ':*', ' <-> ' ORDER BY place)
          FROM unnest(string_to_array({LETTERS % "left(said, 1000)"}, ' ')) WITH ORDINALITY AS one (word, place)
         WHERE word <> ''), ''));
END $$;

-- Exactly these words, side by side.
CREATE FUNCTION words_as_said(said text) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN phraseto_tsquery({SIMPLE}, {LETTERS % "left(said, 1000)"});
END $$;

CREATE INDEX words_in_names_of_startups ON accelerator_startup USING gin (words_of(name));
CREATE INDEX words_in_names_of_people ON accelerator_user USING gin (words_of(name));
"""
BACKWARD = """
DROP INDEX words_in_names_of_people;
DROP INDEX words_in_names_of_startups;
DROP FUNCTION words_as_said(text);
DROP FUNCTION words_beginning(text);
DROP FUNCTION words_of(text);
"""


class Migration(migrations.Migration):
    dependencies = [("accelerator", "0025_messages_to_groups")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField(
            model_name="reading",
            name="what",
            field=models.CharField(
                choices=[
                    ("application", "the application"),
                    ("file", "a file of it"),
                    ("letter", "its letter"),
                    ("score", "how its score comes about"),
                    ("letters", "the list of letters"),
                    ("board", "the selection"),
                    ("agreement", "how far reviewers agree"),
                    ("ranking", "the ranking"),
                    ("dossier", "the dossier of the selection"),
                    ("export", "a line in an exported list"),
                ],
                max_length=20,
            ),
        ),
    ]
