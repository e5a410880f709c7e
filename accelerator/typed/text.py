"""What people type, without what nobody can see.

A name stands in lists, mails and calendars beside other people's, so it is one line in which nothing is hidden. A text
keeps its lines, and everything by which a script is written, and loses only what would change how others read it.
"""

import re
import unicodedata

# Hidden in every script: controls, soft hyphens, directions, zero-width spaces, what marks other text.
_HIDDEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs by their class, and nothing by their look
_IN_A_LINE = re.compile(f"[{_HIDDEN}]")
_LOOKS_LIKE_SPACE = re.compile(rf"[\s{_BLANK}]+")
# Joiners write Persian, the scripts of India and many emoji; between letters of the Latin kind they only hide.
_LOST_JOINERS = re.compile(
    "(?<![\u0370-\u1fff\u2600-\uffff\U00010000-\U0010ffff])[\u200c\u200d]"
    "|[\u200c\u200d](?=\\s|[\u0000-\u036f\u200c\u200d]|$)"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Of a text: what no database can hold, what no page can show, and what turns round the words that follow it.
_IN_A_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufff9-\ufffb\ud800-\udfff]")
_AROUND_A_TEXT = "\u200b\u2060 \t\n\u00a0\u3000"


def line(typed: str) -> str:
    """A name to be read among others: what looks the same is the same."""
    return in_one_line(unicodedata.normalize("NFC", typed))


def in_one_line(typed: str) -> str:
    """The same signs in one line: everything in it is seen, and one space is one space."""
    seen = _IN_A_LINE.sub("", _LINE_ENDS.sub(" ", typed))
    return _LOOKS_LIKE_SPACE.sub(" ", _LOST_JOINERS.sub("", seen)).strip()


def text(typed: str) -> str:
    """A text of any length with line ends of one kind; "" when nothing of it can be seen."""
    kept = _IN_A_TEXT.sub("", _LINE_ENDS.sub("\n", typed)).strip().strip(_AROUND_A_TEXT).strip()
    return kept if is_seen(kept) else ""


def is_seen(typed: str) -> bool:
    """Whether a reader sees anything of it: marks that stand on letters and spaces alone are nothing."""
    return any(unicodedata.category(char)[0] in "LNSP" for char in line(typed))
