"""What is announced stands at the head of its reader's home in the dashboard."""

from accelerator.announcements import reading
from accelerator.dashboard import home


@home.cards
def announced_to_me(request):
    if found := reading.shown_to(request.user, request.now):
        yield home.Card("accelerator/announcements/shown.html", {"announcements": found}, is_first=True)
