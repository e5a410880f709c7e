"""The forms of a page as a browser posts them: with what the page fills in, the version it shows included."""

from html.parser import HTMLParser

CHOSEN = {"checkbox", "radio"}


class Form(HTMLParser):
    """What the first form with `name` in it would post; of a select nothing."""

    def __init__(self, page: str, name: str):
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._filling = ""
        self.feed(page)
        self.values = next((form for form in self.forms if name in form), {})  # none on a page that refuses

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        name, kind = given.get("name"), given.get("type", "text")
        if not name or not self.forms:
            return
        if tag == "textarea":
            self._filling = name
            self.forms[-1][name] = ""
        elif tag == "input" and kind not in {"submit", "file"} and (kind not in CHOSEN or "checked" in given):
            self.forms[-1][name] = given.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._filling = ""

    def handle_data(self, data):
        if self._filling:
            self.forms[-1][self._filling] += data.removeprefix("\n")


def shown(client, path: str, name: str) -> dict[str, str]:
    return Form(client.get(path).content.decode(), name).values


def fill_in(client, path: str, values: dict | None = None, *, name: str = "seen", **how):
    """Open the page, fill in its form and post it."""
    return client.post(path, shown(client, path, name) | (values or {}), **how)
