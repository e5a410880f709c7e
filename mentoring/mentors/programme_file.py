"""The terms of booking in a programme file: one entry at most, each key as it is where it is left out."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from accelerator.models import Programme
from accelerator.programmes import programme_file, written
from accelerator.programmes.entries import Entry, wrong
from accelerator.programmes.programme_file import Loading
from mentoring.mentors import public_holidays
from mentoring.mentors.models import TERMS, BookingTerms


def _country(value: str) -> str:
    if value and value != public_holidays.NONE and value not in public_holidays.supported():
        raise wrong(
            f"is no country whose holidays are known; write a code such as FR, or {public_holidays.NONE}"
        )
    return value


def _number(name: str) -> Any:
    least, most, usual, _label = TERMS[name]
    return Annotated[int, Field(default=usual, ge=least, le=most)]


class BookingEntry(Entry):
    horizon_days: _number("horizon_days")  # type: ignore[valid-type]  # pydantic reads it when it runs
    buffer_minutes: _number("buffer_minutes")  # type: ignore[valid-type]  # pydantic reads it when it runs
    most_per_day: _number("most_per_day")  # type: ignore[valid-type]  # pydantic reads it when it runs
    most_per_week: _number("most_per_week")  # type: ignore[valid-type]  # pydantic reads it when it runs
    most_per_month: _number("most_per_month")  # type: ignore[valid-type]  # pydantic reads it when it runs
    startup_per_week: _number("startup_per_week")  # type: ignore[valid-type]  # pydantic reads it when it runs
    startup_in_all: _number("startup_in_all")  # type: ignore[valid-type]  # pydantic reads it when it runs
    country: Annotated[str, AfterValidator(_country)] = ""
    region: Annotated[str, Field(max_length=10)] = ""


@programme_file.table("booking", Annotated[list[BookingEntry], Field(max_length=1)])
def load_booking_terms(loading: Loading, entries: list[BookingEntry]) -> None:
    """A file without it leaves the terms as they are."""
    for entry in entries:
        row = BookingTerms.objects.filter(programme=loading.programme).first()
        loading.save(row or BookingTerms(programme=loading.programme), **entry.model_dump())


@written.table("booking")
def booking_terms_as_entries(programme: Programme) -> list[dict[str, Any]]:
    rows = BookingTerms.objects.filter(programme=programme)
    return [written.entry(BookingEntry, row) for row in rows]
