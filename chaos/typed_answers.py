"""What people and machines may type as the answer to a question, and whether the form kept its promises about it.

For every kind of question: nothing answers 500, what was typed comes back, what is stored is what was shown. Tests try a
few values of each kind, `stress fields` ten thousand.
"""

import html
import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from accelerator import countries
from accelerator.typed import numbers
from applications.questions import kinds
from applications.questions.kinds.base import plain
from applications.questions.kinds.scale import LEAST, MOST

if TYPE_CHECKING:
    from applications.questions.models import Question

# Known to break forms; the rest is drawn.
NASTY = [
    "", " ", "\u200b", "\u2800", "\u202eslipway", "Zoë\x0bKim", "Bo\x08b", "a\x00b", "\r\none\r\n", "\n\none", "one\ntwo",
    "<script>alert(1)</script>", "</textarea>", "\"'><b>", "{{ 7|add:7 }}{% now 'Y' %}", "%s%(n)s{0}", "\\u0000", "&amp;lt;",
    "null", "None", "undefined", "NaN", "-1", "0", "1e400", "9" * 5000, "عربي שלום", "👩\u200d💻", "Z̸̢̛", "﷽" * 50,
    "a" * 25_000, "a-" * 3000, "创业公司" * 200, "\u2028", "\ufeff", "../../etc/passwd", "'; DROP TABLE users; --",
]  # fmt: skip
NUMBERS = [
    "1.000",
    "1,000",
    "1 234,5",
    "1.234,5",
    "1,234.5",
    "12k",
    "3 personnes",
    "1'000",
    "٤٢",
    "−5",
    "4.0",
    "1.005",
]
LINKS = [
    "papyrus.example", "ftp://x.example", "http://localhost", "https://x.example/a b", "javascript:alert(1)", "https://[",
    "https://bücher.example/日本?q=é#é", "https://x.example/" + "a" * 30_000, "HTTP://X.EXAMPLE", "//x.example?", "@x", "a@b.example",
]  # fmt: skip
REPOSITORIES = [
    "mistralai/Mistral-7B-v0.1", "huggingface.co/datasets/a/b", "https://github.com/a/b.git", "github.com/a", "../..", "a/b/c",
]  # fmt: skip
ADDRESSES = [
    "Ada <ada@example.org>", "mailto:ada@example.org", "ADA@EXAMPLE.ORG", "zoë@example.org", "ada@bücher.example", "ada@", "@",
]  # fmt: skip
PHONES = [
    "+33 1 23 45 67 89",
    "(0)30/12345-67 ext. 8",
    "112",
    "1" * 30,
    "call me",
    "+\u202f33\u00a01 23 45 67 89",
]
DAYS = ["2024-02-29", "2023-02-29", "31.12.2023", "03/04/2024", "0024-01-01", "2024-1-1", "tomorrow"]
# A form that is posted holds no surrogates: what decodes it replaces them.
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
_around = st.sampled_from(["", " ", "€ ", " %", "~", "\u202f", "-", " people"])


def _one_of_them(values: Iterable[str]) -> st.SearchStrategy[list[str]]:
    return (st.sampled_from(NASTY) | anything | st.sampled_from([*values, ""])).map(lambda value: [value])


def _numbers(question: "Question") -> st.SearchStrategy[list[str]]:
    written = st.builds(
        lambda number, sign, before, after: f"{before}{number:,}".replace(",", sign) + after,
        st.integers(-(10**14), 10**14) | st.decimals(-(10**6), 10**6, places=3),
        st.sampled_from([",", ".", " ", "'", "\u202f", ""]),
        _around,
        _around,
    )
    return (written.map(lambda value: [value])) | _one_of_them(NUMBERS)


def _links(question: "Question") -> st.SearchStrategy[list[str]]:
    typed = st.builds(
        "{}{}{}".format, st.sampled_from(["", "https://", "http:/", "//", " <"]), anything, _around
    )
    return typed.map(lambda value: [value]) | _one_of_them(LINKS)


def _choices(question: "Question") -> st.SearchStrategy[list[str]]:
    offered = [choice["value"] for choice in question.choices]
    return st.lists(st.sampled_from([*offered, "nope", "", "\u202e"]) | anything, max_size=5)


ROW_COLUMNS = [
    {"key": "name", "label": {"en": "Name"}, "kind": "text", "required": True, "choices": []},
    {"key": "share", "label": {"en": "Share"}, "kind": "number", "required": False, "choices": []},
    {"key": "profile", "label": {"en": "Profile"}, "kind": "link", "required": False, "choices": []},
]


def _cells(question: "Question") -> st.SearchStrategy[list[str]]:
    """Whole rows and broken ones, more of them than are asked for, too."""
    cell = st.sampled_from([*NASTY, *NUMBERS, *LINKS, "", "", "Ada"]) | anything
    return st.lists(cell, max_size=40)


_TYPED: dict[str, Callable[["Question"], st.SearchStrategy[list[str]]]] = {
    "integer": _numbers,
    "percentage": _numbers,
    "money": _numbers,
    "url": _links,
    "repository": lambda question: _links(question) | _one_of_them(REPOSITORIES),
    "email": lambda question: _one_of_them(ADDRESSES),
    "phone": lambda question: _one_of_them(PHONES),
    "date": lambda question: _one_of_them(DAYS),
    "yes_no": lambda question: _one_of_them(["yes", "no"]),
    "scale": lambda question: _one_of_them(["0", "1", "5", "6", "٣", "1.0"]),
    "choice": lambda question: _one_of_them(choice["value"] for choice in question.choices),
    "choices": _choices,
    "rows": _cells,
    "country": lambda question: _one_of_them(countries.CODES),
    "consent": lambda question: st.sampled_from([[], ["on"], ["off"], ["true"], ["\u200b"], ["on", "on"]]),
}


def typed(question: "Question") -> st.SearchStrategy[list[str]]:
    """The values that a browser might post for the question's field; a kind that is not known here gets texts."""
    if question.is_file:
        return st.just([])  # files have a run of their own
    return _TYPED.get(question.kind, lambda question: _one_of_them(()))(question)


class Shown(NamedTuple):
    """How a page shows the field of a question."""

    values: list[str]
    is_wrong: bool  # marked so for everybody


class _Fields(HTMLParser):
    """Reads the values of one field of a page, as a browser would post them."""

    def __init__(self, name: str):
        super().__init__(convert_charrefs=True)
        self.name, self.values, self.is_wrong, self.is_there = name, list[str](), False, False
        self._in: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "option" and self._in == "select" and "selected" in about:
            self.values.append(about.get("value") or "")
        if about.get("name") != self.name:
            return
        self.is_there = True
        self.is_wrong |= about.get("aria-invalid") == "true"
        if tag in ("textarea", "select"):
            self._in = tag
            if tag == "textarea":
                self.values.append("")
        elif about.get("type") not in ("checkbox", "radio"):
            self.values.append((about.get("value") or "").replace("\n", ""))
        elif "checked" in about:
            self.values.append(about.get("value") or "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "textarea":
            self.values[-1] += data


def shown_in(page: str, question: "Question") -> Shown:
    """What the page holds for the question's field. Raises ValueError where it has none."""
    found = _Fields(question.key)
    found.feed(page)
    if not found.is_there:
        raise ValueError(f"the page has no field {question.key}")
    values = [value.removeprefix("\n") for value in found.values]
    if f'id="id_{html.escape(question.key)}_error"' in page:
        return Shown(values, True)
    return Shown(values, found.is_wrong)


def as_shown(stored: Any) -> list[str]:
    """A stored answer as its field shows it; of a table the cells in which something stands."""
    if stored is None or stored is False or stored in ("", []):
        return []
    if isinstance(stored, list) and isinstance(stored[0], dict):
        return [str(row[column["key"]]) for row in stored for column in ROW_COLUMNS if row.get(column["key"])]
    return (
        [str(one) for one in stored]
        if isinstance(stored, list)
        else ["on" if stored is True else str(stored)]
    )


def broken_promise(question: "Question", typed: list[str], shown: Shown, stored: Any) -> str:
    """Which promise about this answer is broken, as a sentence; "" when all are kept."""
    values = [value for value in shown.values if value]
    if offered := _offered(question):  # what is not offered is kept, and cannot be shown as chosen
        if set(values) != offered & set(as_shown(stored)):
            return f"stored is {stored!r}, shown is {values!r}"
        return "" if set(typed) & offered <= set(as_shown(stored)) or shown.is_wrong else f"{typed!r} is lost"
    if values != as_shown(stored):
        return f"stored is {stored!r}, shown is {values!r}"
    return _lost(question, typed, shown, stored)


def _lost(question: "Question", typed: list[str], shown: Shown, stored: Any) -> str:
    """Whether what was typed did not come back, in the same signs or with the same meaning."""
    if question.kind == "rows":
        kept_cells = [plain(one, in_one_line=True) for one in typed]
        lost = sum(map(len, map(_letters, kept_cells))) > 0 and not as_shown(stored)
        return f"{typed!r} became {stored!r}" if lost else ""
    if question.kind == "consent":
        return "" if bool(stored) == bool(typed) else f"{typed!r} became {stored!r}"
    in_one_line = question.kind != "long_text"
    kept = plain(typed[-1] if typed else "", in_one_line=in_one_line)
    if ("" if stored is None else stored) == kept:
        return ""
    if shown.is_wrong:
        return f"{kept!r} was refused and became {stored!r}"
    if question.kind in {"integer", "percentage", "money"} and not isinstance(stored, str):
        meant = numbers.readings(_SIGNS.sub("", typed[-1]).strip())
        return "" if any(float(one) == stored for one in meant) else f"{kept!r} became {stored!r}"
    if question.kind == "date":  # a day and a month may be written with one digit
        is_kept = sorted(_digits(kept)) == sorted(_digits(str(stored)))
        return "" if is_kept else f"{kept!r} became {stored!r}"
    if question.kind == "email":  # less what a mail program puts around it; its domain as mail carries it
        is_kept = "xn--" in str(stored) or _is_within(_letters(str(stored)), _letters(kept))
        return "" if is_kept else f"{kept!r} became {stored!r}"
    if question.kind in {"url", "repository", "phone"} or question.fills == "name":
        # Completed and cleaned: every sign that one sees is there, in its order.
        return "" if _is_within(_letters(kept), _letters(str(stored))) else f"{kept!r} became {stored!r}"
    return f"{kept!r} became {stored!r}"


def _offered(question: "Question") -> set[str]:
    if question.kind == "country":
        return set(countries.CODES)
    if question.kind == "scale":
        least, most = question.minimum, question.maximum
        steps = range(LEAST if least is None else least, (MOST if most is None else most) + 1)
        return {str(step) for step in steps}
    return set() if question.kind == "consent" else set(kinds.of(question).deciding(question))


_SIGNS = re.compile(r"[€%]|\bEUR\b|\bper ?cent\b")


def _letters(value: str) -> str:
    return "".join(char for char in value if char.isalnum()).lower()


def _digits(value: str) -> str:
    return "".join(char for char in value if char.isdigit() and char != "0")


def _is_within(part: str, whole: str) -> bool:
    signs = iter(whole)
    return all(sign in signs for sign in part)


def every_kind() -> list[str]:
    """The kinds whose answers are typed."""
    return [name for name, kind in kinds.KINDS.items() if not kind.is_file]
