"""How many words or characters a text has. static/js/counters.js counts by the same rules, and a test compares them.

Words stand between spaces. Where that tells nothing it is counted otherwise, so that a limit holds for everybody and
nobody can chain words: each sign of Chinese or Japanese is a word, and so are five of Thai, Lao, Burmese or Khmer; of
more than four parts that are chained by signs each is a word; and so is each hundred signs of what has no space at all.
"""

import math
import re

# In these patterns no \w, \d or \s alone: Python and JavaScript mean different things by them.
UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200e\u200f\u202a-\u202e]")
SPACES = re.compile(
    "[\\s\x1c-\x1f\x85\u200b\u2013\u2014\u2026\u2060\u3000-\u3004\u3008-\u3020\u3030"
    "\ufeff\uff01\uff0c\uff1a\uff1b\uff1f]+"
)
SIGN_IS_A_WORD = re.compile(
    "[\u3005-\u3007\u3021-\u302f\u3031-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]"
)
FIVE_SIGNS_ARE_A_WORD = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
LINK = re.compile("(?:https?://|www\\.)", re.IGNORECASE)
CHAINED_BY = re.compile("[-/\\\\_.,;:|+&~*=·•‐‑'’]+")
FREELY_CHAINED = 4  # "state-of-the-art" is one word
LONGEST = 100


def count(text: str) -> int:
    seen = UNSEEN.sub("", text)
    signs = len(SIGN_IS_A_WORD.findall(seen))
    runs = sum(math.ceil(len(run) / 5) for run in FIVE_SIGNS_ARE_A_WORD.findall(seen))
    rest = FIVE_SIGNS_ARE_A_WORD.sub(" ", SIGN_IS_A_WORD.sub(" ", seen))
    return signs + runs + sum(_words_in(token) for token in SPACES.split(rest) if token)


AROUND = "\\s\x1c-\x1f\x85\u200b\u2060\u3000\ufeff"
SPACE_AROUND = re.compile(f"^[{AROUND}]+|[{AROUND}]+$")
LINE_END = re.compile("\r\n|\r")


def characters(text: str) -> int:
    """With the spaces between them; a line end is one, and what nobody sees is none."""
    return len(SPACE_AROUND.sub("", UNSEEN.sub("", LINE_END.sub("\n", text))))


def _words_in(token: str) -> int:
    if (
        len(token) <= LONGEST and token.rstrip(".,;:").isalnum()
    ):  # nearly every one; the rest takes four times as long
        return 1
    parts = 1 if LINK.match(token) else sum(1 for part in CHAINED_BY.split(token) if part)
    return max(
        parts if parts > FREELY_CHAINED else min(parts, 1), math.ceil(len(token) / LONGEST) if parts else 0
    )
