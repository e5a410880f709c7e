"""What a member's page shows beside team, goals and perks: higher applications add their own chapters.

`chapters` are functions `(request, membership)` that yield accelerator.dashboard.home.Card. They are discovered in each
application's `member_chapters.py`.
"""

from accelerator.registry import Registry

chapters = Registry()


def all_chapters(request, membership) -> list:
    return [card for contribute in chapters for card in contribute(request, membership)]
