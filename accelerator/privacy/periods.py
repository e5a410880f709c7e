"""How long something is kept: calendar months on the programme's clock."""

import calendar
from datetime import datetime


def later(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months on; the last day of a month that is shorter."""
    count = moment.month - 1 + months
    year, month = moment.year + count // 12, count % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
