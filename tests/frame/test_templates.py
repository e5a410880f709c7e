"""Templates are laid out so that a diff can be read: short lines, and one element of a page on each."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
MOST_COLUMNS = 120

# What a browser sets on lines of its own: two of them may share a line of the source, as a dt and its dd do.
BLOCK_LEVEL = set(
    "article aside body caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head "
    "header html legend li main nav ol option p section select summary table tbody td tfoot th thead tr ul".split()
)
# Tags around a part of a page; blocktranslate is not among them, since it holds a sentence.
AROUND = set("autoescape block empty file_row for if keep notice section table with".split())
# Tags that divide such a part, and what ends the last piece of it.
DIVIDING = {"elif": {"endif"}, "else": {"endif"}, "empty": {"endfor"}}
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)
TEMPLATE_TAG = r"\{%.*?%\}|\{\{.*?\}\}"
TOKEN = re.compile(
    rf"{TEMPLATE_TAG}|</?[a-zA-Z](?:{TEMPLATE_TAG}|\"(?:{TEMPLATE_TAG}|[^\"])*+\"|[^>\"])*+>", re.DOTALL
)


def lines_of_tokens(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line's number and the tags that begin on it, of HTML and of templates; comments are left out."""
    text = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    lines: dict[int, list[str]] = {}
    for found in TOKEN.finditer(text):
        lines.setdefault(text.count("\n", 0, found.start()) + 1, []).append(found.group())
    yield from lines.items()


def name_of(token: str) -> str:
    """`<p class="lead">` → p, `</p>` → /p, `{% if call %}` → if; "" for what is neither element nor tag."""
    if token.startswith("<"):
        return re.split(r"[\s>{]", token[1:], maxsplit=1)[0].lower()
    return token.strip("{%} ").split()[0] if token.startswith("{%") else ""


def begins(token: str, name: str) -> bool:
    """Whether a block-level element or a tag around a part of the page begins here."""
    if token.startswith("<"):
        return name in BLOCK_LEVEL
    return name in AROUND and token != "{% empty %}"  # which is the other part of a for, not the component


def ends(token: str, name: str) -> bool:
    """Whether one of them ends here."""
    return name.removeprefix("/") in BLOCK_LEVEL if token.startswith("</") else name.startswith("end")


def crowded(tokens: list[str]) -> str:
    """Why one line holds too much, or ""."""
    elements, before = 0, []  # what has begun on this line and goes on, or ended that began on another
    for token in tokens:
        name = name_of(token)
        if begins(token, name):
            if token.startswith("<"):
                elements += 1
                if before:
                    return f"<{name}> begins after {before[-1]}"
            before.append(token)
        elif ends(token, name):
            begun = name_of(before[-1]) if before else ""
            if begun and name in (f"/{begun}", f"end{begun}", *DIVIDING.get(begun, ())):
                before.pop()
            elif name != "endblocktranslate":
                before.append(token)
        elif name in DIVIDING:
            if before and before[-1].startswith("{%"):
                before.pop()
            before.append(token)
    return f"{elements} elements begin here" if elements > 2 else ""


@pytest.mark.parametrize("kind", ["*.html", "*.txt"])
def test_no_line_of_a_template_is_longer_than_120_columns(kind):
    files = sorted(TEMPLATES.rglob(kind))
    long = [
        f"{path.relative_to(TEMPLATES)}:{number} has {len(line)}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > MOST_COLUMNS
    ]
    assert files
    assert not long, "\n".join(long)


@pytest.mark.parametrize(
    "line",
    [
        "<ul><li>{{ one }}</li></ul>",
        "{% if one %}<p>{{ one }}</p>{% endif %}",
        "{% if one %}{{ one }}{% else %}<p>{{ other }}</p>{% endif %}",
        '{% empty _("Nothing.") %}<p>{{ one }}</p>{% endempty %}',
        "</ul><p>{{ one }}</p>",
        "{% endfor %}<p>{{ one }}</p>",
        "<th>{{ one }}</th><th>{{ two }}</th><th>{{ three }}</th>",
    ],
)
def test_a_line_that_holds_too_much_is_found(line):
    assert [why for _, tokens in lines_of_tokens(line) if (why := crowded(tokens))]


@pytest.mark.parametrize(
    "line",
    [
        '<p class="{% if one %}big{% else %}small{% endif %}"><a href="{% url "one" %}">{{ one }}</a></p>',
        "<dt>{{ one }}</dt><dd>{% if two %}{{ two }}{% else %}{{ three }}{% endif %}</dd>",
        "{% block lead %}{% translate 'One' %}{% endblock %}",
        "{% for one in all %}{# <ul><li> #}{{ one }}{% empty %}{{ none }}{% endfor %}",
    ],
)
def test_a_line_with_one_element_or_a_pair_passes(line):
    assert not [why for _, tokens in lines_of_tokens(line) if (why := crowded(tokens))]


def test_no_line_of_a_page_holds_elements_inside_each_other_or_more_than_a_pair():
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}: {why}"
        for path in PAGES
        for number, tokens in lines_of_tokens(path.read_text())
        if (why := crowded(tokens))
    ]
    assert PAGES
    assert not found, "\n".join(found)


def lost_addresses(text: str) -> list[str]:
    """Addresses that one block works out and another one uses: there the name is empty, since blocks share no names."""
    blocks = re.findall(r"\{% block (\w+) %\}(.*?)\{% endblock", COMMENT.sub("", text), re.DOTALL)
    made = {at: set(re.findall(r"\{% url [^%]* as (\w+) %\}", body)) for at, (_, body) in enumerate(blocks)}
    return [
        f"{name} of block {blocks[source][0]} in block {blocks[at][0]}"
        for source, names in made.items()
        for name in sorted(names)
        for at, (_, body) in enumerate(blocks)
        if name not in made[at] and re.search(rf"(?<!{{% )\b{name}\b", body)
    ]


def test_an_address_that_another_block_worked_out_is_found():
    trail = '{% block trail %}{% url "home" as home_url %}{% endblock %}'
    assert lost_addresses(trail + "{% block body %}{{ home_url }}{% endblock %}")
    own = '{% block body %}{% url "home" as home_url %}{{ home_url }}{% endblock %}'
    assert not lost_addresses(trail + own)


def test_each_block_works_out_its_own_addresses():
    found = [
        f"{path.relative_to(TEMPLATES)}: {lost}"
        for path in PAGES
        for lost in lost_addresses(path.read_text())
    ]
    assert not found, "\n".join(found)
