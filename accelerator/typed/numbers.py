"""Numbers as people write them: 1 234,5 in French, 1.234,5 in German, 1,234.5 in English, 12k everywhere.

What one sign means depends on who writes: "1.000" is a thousand in Paris and one in London. So a text has *readings*,
and whoever gets two of them asks. Nothing is guessed from the language of the page, which is not that of the person.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, localcontext

BEYOND = Decimal(10**12)  # a number in JSON is exact below it, with its decimals
_LONGEST = 60  # signs of anything that could be one number
_SAME_SIGN = str.maketrans(
    {"−": "-", "–": "-", "﹣": "-", "－": "-", "＋": "+", "，": ",", "．": ".", "’": "'", "٬": "'"}
    | dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000", " ")
)
_NUMBER = r"[\d][\d .,']*|[.,]\d+"
_WHOLE = re.compile(rf"(?P<sign>[-+]?) ?(?P<number>{_NUMBER})(?P<unit>[^\W\d_]*)\.?")
_AROUND = re.compile(rf"(?<!\d)(?P<sign>(?<![^\s])-)?(?P<number>{_NUMBER})", re.ASCII)
_GROUPED_BY_SPACES = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?")
_GROUPED = {
    # Which sign groups, and which one then begins the decimals; the second pattern groups as in India.
    ",": (re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"), re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")),
    ".": (re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"),),
}
_THOUSAND, _MILLION, _MILLIARD, _BILLION = (Decimal(10**power) for power in (3, 6, 9, 12))
# In lower case, without a full stop; more than one where the word means different numbers to different people.
_TIMES = {
    **dict.fromkeys(("k", "tsd", "mille", "thousand", "tausend"), (_THOUSAND,)),
    **dict.fromkeys(("mio", "mn", "mln", "million", "millions", "millionen"), (_MILLION,)),
    "m": (_MILLION, Decimal(1)),
    **dict.fromkeys(
        ("bn", "md", "mds", "mrd", "milliard", "milliards", "milliarde", "milliarden"), (_MILLIARD,)
    ),
    **dict.fromkeys(("billion", "billions", "billionen"), (_MILLIARD, _BILLION)),
}


def readings(typed: str) -> list[Decimal]:
    """Every number that may be meant, the likeliest first; none where it is no number, or not one alone."""
    found = _WHOLE.fullmatch(_with_plain_signs(typed))
    if not found or not (factors := _factors(found["unit"])):
        return []
    sign = Decimal(-1 if found["sign"] == "-" else 1)
    with localcontext(prec=2 * _LONGEST):  # nothing is rounded
        return _each_once(sign * one * factor for one in _numbers(found["number"]) for factor in factors)


def among_other_words(typed: str) -> list[Decimal]:
    """The readings of the one number that stands among other words, as in "3 people"; none where there are more."""
    found = list(_AROUND.finditer(_with_plain_signs(typed)))
    if len(found) != 1:
        return []
    return readings((found[0]["sign"] or "") + found[0]["number"].strip(" .,'"))


def as_digits(number: Decimal) -> str:
    """A number as everybody reads it, and as `readings` reads it in one way only."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def decimals_of(number: Decimal) -> int:
    """How many digits it has after the point, zeros at its end aside."""
    return len(as_digits(number).partition(".")[2])


def _with_plain_signs(typed: str) -> str:
    """With ASCII digits in place of those of other scripts, and one kind of space, minus and apostrophe."""
    if len(typed) > _LONGEST:
        return ""
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in typed)
    return digits.translate(_SAME_SIGN).replace("٫", ".").strip()


def _factors(unit: str) -> tuple[Decimal, ...]:
    """What the word after a number multiplies it by; nothing for a word that is no multiple."""
    if unit in {"", "M"}:
        return (_MILLION if unit else Decimal(1),)
    return _TIMES.get(unit.lower(), ())


def _numbers(written: str) -> list[Decimal]:
    written = written.strip()
    if written.isdecimal():
        return [Decimal(written)]
    if _GROUPED_BY_SPACES.fullmatch(written):
        return [Decimal(re.sub(r"[ ']", "", written).replace(",", "."))]
    found = []
    for sign, patterns in _GROUPED.items():
        if any(pattern.fullmatch(written) for pattern in patterns) and not written.startswith("0"):
            found.append(Decimal(written.replace(sign, "").replace(",", ".")))
    if re.fullmatch(r"\d*[.,]\d*", written):
        found.append(Decimal(f"0{written.replace(',', '.')}0"))
    return found


def _each_once(numbers: Iterable[Decimal]) -> list[Decimal]:
    return list(dict.fromkeys(numbers))
