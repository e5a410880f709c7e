"""The database's way of finding words: the functions of two migrations, as conditions of a query.

An index serves only a condition that is written as the index is, so they are written here alone.
"""

from django.db.models import BooleanField, F, Func, Value


def _function(is_exact: bool) -> str:
    return "words_as_said" if is_exact else "words_beginning"


def in_name(column: str, words: str, *, is_exact: bool) -> Func:
    """A name of a person or a startup has these words, or words that begin so."""
    return Func(
        F(column),
        Value(words),
        template="(words_of(%(expressions)s))",
        arg_joiner=f") @@ {_function(is_exact)}(",
        output_field=BooleanField(),
    )


def in_submission(words: str, *, is_exact: bool) -> Func:
    """What was submitted says these words, or words that begin so."""
    return Func(
        F("words"),
        Value(words),
        template="(%(expressions)s))",
        arg_joiner=f" @@ {_function(is_exact)}(",
        output_field=BooleanField(),
    )


def chosen_in_submission(pairs: list[tuple[str, str]]) -> Func:
    """What was submitted answers one of these questions so: (key, value)."""
    lexemes = " | ".join(_quoted(f"={key[:60]}:{value}") for key, value in pairs)
    return Func(
        F("words"),
        Value(lexemes),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
