"""Requests that make no sense, for every address: what people type, what scanners try, and what a script gets wrong.

`Site` learns from the pages themselves which addresses, forms and parameters there are; `Nonsense` draws requests from
them by a seed, so that whatever was found can be asked again.
"""

import io
import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from django.urls import URLPattern, get_resolver

METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
# Parameters of the dashboard's lists and of allauth, which stand in no form, beside those that pages name.
PARAMETERS = (
    "q", "page", "p", "o", "e", "all", "from", "to", "at", "who", "seed", "kind", "sort", "application", "term",
    "app_label", "model_name", "field_name", "_to_field", "_popup", "_changelist_filters", "next", "month", "email",
    "kind__exact", "id__in", "pk__in", "at__gte", "version", "before", "after", "seen", "touched", "draft_version",
    "code", "token", "credential", "idempotency_key", "action", "_selected_action", "select_across", "index",
)  # fmt: skip
NUMBERS = (
    "0",
    "-1",
    "²",
    "٣",
    "1e400",
    "NaN",
    "Infinity",
    "-0",
    "9" * 19,
    "9" * 40,
    "9" * 5000,
    "1_000",
    "0x1f",
)
DATES = (
    "0000-00-00", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59.999999-12:00",
    "10000-01-01", "2023-02-30", "2024-10-27T02:30", "24:00", "23:59:60", "2023-W01-1", "20230101",
)  # fmt: skip
TEXTS = (
    "", " ", "\x00", "a\x00b", "\u200b", "\u202eabc", "é", "\U0001f6a2", "A" * 10_000, "a" * 300 + "@example.org",
    "' OR 1=1 --", "{{7*7}}", "%s%n%(x)s", "../../etc/passwd", "<script>alert(1)</script>", "\r\nX-A: b", "None",
    "true", "on", "__all__", "nobody@people.example", "@", "Ada <ada@people.example>", "http://[", "//evil.example",
    "javascript:1", "\ud800",
)  # fmt: skip
DOCUMENTS = (
    "null", "[]", "{}", "0", '""', "[[]]", '{"a":[{}]}', "[" * 100_000, '{"a":' * 50_000, "NaN", "1e999", '{"id":1}',
    '{"id":"AA","rawId":null,"response":{}}', '{"id":"AA","type":"public-key","response":{"clientDataJSON":"AA"}}',
)  # fmt: skip
BODIES = (
    ("application/json", b"{"), ("application/json", b"null"), ("text/plain", b"\xff\xfe"), ("multipart/form-data", b""),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a"),
    ("multipart/form-data; boundary=" + "é" * 10, b"x"), ("application/x-www-form-urlencoded; charset=none", b"a=%80"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=" % i for i in range(1200))), ("", b""), ("\x00", b"\x00"),
)  # fmt: skip
HEADERS = (
    {"Accept": "application/json"}, {"Accept": "\x00/*"}, {"HX-Request": "true"}, {"X-Stays": "1"}, {"Host": "evil.example"},
    {"Host": "[::"}, {"X-Forwarded-For": "’, ,,"}, {"Accept-Language": "fr-" * 400}, {"Range": "bytes=9-1,-,"},
    {"If-None-Match": '"'}, {"If-Modified-Since": "yesterday"}, {"Referer": "http://["}, {"Cookie": "sessionid=%00; messages=[["},
    {"Content-Length": "-1"}, {"X-Forwarded-Proto": "\x00"}, {"Origin": "null"},
)  # fmt: skip


@dataclass
class Form:
    """What a form on a page posts, and where."""

    action: str
    method: str
    seen_by: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, path: str, text: str):
        super().__init__()
        self.path, self.forms, self.links = path, [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "data-url", "src"):
            if link := given.get(name):
                self.links.add(urljoin(self.path, link))
        if tag == "form":
            action = urljoin(self.path, given.get("action", ""))
            self.forms.append(Form(action, given.get("method", "get").upper()))
        name = given.get("name")
        if name and self.forms and tag in {"input", "textarea", "select", "button"}:
            if given.get("type") == "file":
                self.forms[-1].files.append(name)
            else:
                self.forms[-1].values.setdefault(name, given.get("value", ""))


@dataclass
class Request:
    """One request, and by whom."""

    persona: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        body = self.body if len(self.body) <= 300 else self.body[:300] + b"..."
        return (
            f"{self.persona}: {self.method} {self.path[:300]} {self.content_type!r} {self.headers} {body!r}"
        )


class Site:
    """Every address and form that these clients find, beginning with `paths`."""

    def __init__(self, clients: dict, paths: list[str]):
        self.clients = clients
        self.paths: dict[str, list[str]] = {path: [] for path in paths}  # and who may open it
        self._forms: dict[tuple[str, ...], Form] = {}
        self.names: set[str] = set(PARAMETERS)
        for path in paths:
            self._look_at(path)
        self.forms = list(self._forms.values())
        self.routes = [pattern for pattern in _every_route() if "rehearsal" not in pattern]

    def _look_at(self, path: str) -> None:
        """As the first one who may open the page; others see less of it."""
        for persona, client in self.clients.items():
            answer = client.get(path)
            if answer.status_code == 200 and "text/html" in answer.headers.get("Content-Type", ""):
                self._learn_from(_Page(path, answer.content.decode(errors="ignore")), persona)
                return

    def _learn_from(self, page: _Page, persona: str) -> None:
        self.paths[page.path].append(persona)
        for form in page.forms:
            self.names |= {*form.values, *form.files}
            self._forms.setdefault((form.action, *form.values), form).seen_by.append(persona)
        for link in page.links:
            parts = urlsplit(link)
            self.names |= {pair.partition("=")[0] for pair in parts.query.split("&") if pair}
            is_ours = parts.netloc in {"", "testserver"} and parts.path.startswith("/")
            if is_ours and not parts.path.startswith("/static/"):
                self.paths.setdefault(parts.path, []).append(persona)


def _every_route(patterns=None, prefix: str = "") -> list[str]:
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        found += [path] if isinstance(entry, URLPattern) else _every_route(entry.url_patterns, path)
    return found


class Nonsense:
    """Requests without end, the same ones for the same seed."""

    def __init__(self, site: Site, seed: int):
        self.site, self.random = site, random.Random(seed)
        self.personas, self.names = list(site.clients), sorted(site.names)
        self.paths = list(site.paths)
        self.opened = {one: [path for path, who in site.paths.items() if one in who] for one in self.personas}
        self.filled_in = {one: [form for form in site.forms if one in form.seen_by] for one in self.personas}

    def __iter__(self) -> Iterator[Request]:
        while True:
            yield self._post_of_a_form() if self.random.random() < 0.45 else self._any()

    def _mostly_of(self, persona: str, own: dict[str, list], others: list):
        """What this person may do, three times in four: whom a page refuses its forms never see anything."""
        return self.random.choice((own[persona] if self.random.random() < 0.75 else None) or others)

    def _any(self) -> Request:
        choose = self.random.choice
        method = "GET" if self.random.random() < 0.5 else choose(METHODS)
        persona = choose(self.personas)
        path = (
            self._path() if self.random.random() < 0.3 else self._mostly_of(persona, self.opened, self.paths)
        )
        query = {choose(self.names): self.value() for _ in range(self.random.choice((0, 1, 1, 2, 4)))}
        request = Request(persona, method, path + ("?" + _encoded(query) if query else ""))
        if self.random.random() < 0.02:
            request.path = path + "?" + "&".join(f"a{n}=" for n in range(1100))
        if method not in {"GET", "HEAD"}:
            request.content_type, request.body = self._body()
        return self._with_headers(request)

    def _post_of_a_form(self) -> Request:
        persona = self.random.choice(self.personas)
        form = self._mostly_of(persona, self.filled_in, self.site.forms)
        values = {
            name: self.value() if self.random.random() < 0.4 else value
            for name, value in form.values.items()
            if self.random.random() < 0.95
        }
        if self.random.random() < 0.2:
            values[self.random.choice(self.names)] = self.value()
        if form.method == "GET":
            return self._with_headers(
                Request(persona, "GET", f"{form.action.partition('?')[0]}?{_encoded(values)}")
            )
        request = Request(persona, "POST", form.action, _encoded(values).encode())
        if form.files or self.random.random() < 0.1:
            request.body = self._multipart(values, form.files)
            request.content_type = "multipart/form-data; boundary=BoUnDaRy"
        return self._with_headers(request)

    def value(self) -> str:
        """What somebody might send in any field."""
        kind = self.random.random()
        if kind < 0.25:
            return self.random.choice(NUMBERS)
        if kind < 0.4:
            return self.random.choice(DATES)
        if kind < 0.75:
            return self.random.choice(TEXTS)
        if kind < 0.85:
            return self.random.choice(DOCUMENTS)
        return "".join(
            self.random.choices(string.printable + "éß中\u0300\u2028", k=self.random.randint(1, 30))
        )

    def _path(self) -> str:
        """A route with something in place of its parameters."""
        route = self.random.choice(self.site.routes)
        filled = re.sub(r"<[^>]*>|\(\?P?<?[^)]*\)", lambda _found: self._part(), route)
        return "/" + filled.replace("?", "").replace("#", "")

    def _part(self) -> str:
        known = [part for path in self.random.sample(self.paths, 5) for part in path.split("/") if part]
        if known and self.random.random() < 0.5:
            return self.random.choice(known)
        return quote_from_bytes(self.value()[:200].encode(errors="surrogatepass"), safe="")

    def _body(self) -> tuple[str, bytes]:
        if self.random.random() < 0.4:
            return self.random.choice(BODIES)
        if self.random.random() < 0.3:
            return "application/json", self.random.choice(DOCUMENTS).encode()
        values = {self.random.choice(self.names): self.value() for _ in range(self.random.randint(0, 5))}
        return "application/x-www-form-urlencoded", _encoded(values).encode()

    def _multipart(self, values: dict[str, str], files: list[str]) -> bytes:
        body = io.BytesIO()
        for name, value in values.items():
            body.write(b'--BoUnDaRy\r\nContent-Disposition: form-data; name="' + name.encode(errors="ignore"))
            body.write(b'"\r\n\r\n' + value.encode(errors="surrogatepass") + b"\r\n")
        for name in files:
            called = self.random.choice(
                ("deck.pdf", "", "\u202efdp.exe", "a" * 300 + ".pdf", 'a"b.pdf', "x\x00.pdf")
            )
            content = self.random.choice((b"", b"%PDF-1.4", b"%PDF-1.4\nx%%EOF", b"PK\x03\x04", b"\x00" * 50))
            body.write(
                f'--BoUnDaRy\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n'.encode()
            )
            body.write(b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n")
        return body.getvalue() + b"--BoUnDaRy--\r\n"

    def _with_headers(self, request: Request) -> Request:
        if self.random.random() < 0.1:
            request.headers = self.random.choice(HEADERS)
        return request


def _encoded(values: dict[str, str]) -> str:
    def quoted(text: str) -> str:
        return quote_from_bytes(text.encode(errors="surrogatepass"), safe="")

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in values.items())
