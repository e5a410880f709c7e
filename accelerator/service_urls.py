"""DATABASE_URL, REDIS_URL and SMTP_URL taken apart, and written again for whoever connects. Pure: no Django.

A password may stand there as it is, as long as only one reading of the URL is possible; anything else is refused with
a ValueError that says how to write it, because a password cut at a `#` is found out by nobody but the founders.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from psycopg import ProgrammingError, conninfo

HOST = r"\[[0-9A-Fa-f:.%]+\]|[^/?#:@,\[\]\s]*"
QUERY = r"(?:\?(?P<query>[^=&#]+=[^&#]*(?:&[^=&#]+=[^&#]*)*)?)?"
AFTER_USER = {
    "postgresql": re.compile(
        rf"(?P<hosts>(?:{HOST})(?::\d*)?(?:,(?:{HOST})(?::\d*)?)*)(?:/(?P<name>[^/?#@]*))?{QUERY}"
    ),
    "redis": re.compile(rf"(?P<host>{HOST})(?::(?P<port>\d*))?(?:/(?P<number>\d*))?{QUERY}"),
    "unix": re.compile(rf"(?P<path>/[^?#]+){QUERY}"),
    "smtp": re.compile(rf"(?P<host>{HOST})(?::(?P<port>\d*))?/?"),
}
PERCENT_CODES = "%40 for @, %2F for /, %23 for #, %25 for %, %3A for :, %3F for ?"
REDIS_SCHEMES = {"redis": "redis", "valkey": "redis", "rediss": "rediss", "valkeys": "rediss", "unix": "unix"}
TLS_OPTIONS = {"ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"}
# scheme: port, and how the connection is encrypted, in the words of Django's SMTP backend
SMTP_SCHEMES = {
    "smtp": (587, "use_tls"),
    "smtp+starttls": (587, "use_tls"),
    "smtps": (465, "use_ssl"),
    "smtp+plain": (25, ""),
}
REPLY_SECONDS = 10  # how long a mail server may take for one reply; a whole message has a limit of its own


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database as libpq understands it; several hosts are separated by commas, as are their ports."""

    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    options: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """For libpq, with everything special as percent codes."""
        given = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        query = {key: value for key, value in given.items() if value} | self.options
        written = "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items())
        return f"postgresql:///{quote(self.name, safe='')}" + (f"?{written}" if written else "")


@dataclass(frozen=True)
class Broker:
    """The same Redis or Valkey database twice: for redis-py, and for Celery, which writes sockets otherwise."""

    url: str = field(repr=False)
    celery_url: str = field(repr=False)


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    encryption: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def options(self) -> dict[str, Any]:
        """What Django's SMTP backend is made with."""
        return {
            "host": self.host,
            "port": self.port,
            "username": self.user,
            "password": self.password,
            "use_tls": self.encryption == "use_tls",
            "use_ssl": self.encryption == "use_ssl",
            "timeout": REPLY_SECONDS,
        }


def database(url: str) -> Database:
    """`postgresql://user:password@host:port/name?option=value`, as in libpq. Raises ValueError."""
    _scheme, rest = _scheme_and_rest(
        url, {"postgresql", "postgres"}, "postgresql://user:password@host:5432/name"
    )
    user, password, found = _split(rest, "postgresql")
    options = _options(found)
    hosts, ports = [], []
    for word in found["hosts"].split(","):
        host, _, port = word.rpartition(":") if re.search(r":\d*$", word) else (word, "", "")
        hosts.append(_decoded(host.strip("[]")))
        ports.append(_port(port))
    name = options.pop("dbname", "") or _decoded(found["name"] or "")
    if not name:
        raise ValueError("names no database; write its name behind the host: postgresql://user@host/name.")
    made = Database(
        name=name,
        user=options.pop("user", "") or user,
        password=options.pop("password", "") or password,
        host=options.pop("host", "") or ",".join(hosts),
        port=options.pop("port", "") or (",".join(ports) if any(ports) else ""),
        options=options,
    )
    try:
        conninfo.make_conninfo(**options)
    except ProgrammingError as error:
        raise ValueError(
            f"has an option that PostgreSQL does not know ({str(error).strip()}); correct or remove it."
        ) from None
    return made


def broker(url: str) -> Broker:
    """`redis://:password@host:port/number`, `rediss://…` (TLS) or `unix:///path?db=number`. Raises ValueError."""
    scheme, rest = _scheme_and_rest(url, set(REDIS_SCHEMES), "redis://host:6379/0 or unix:///path/to.sock")
    scheme = REDIS_SCHEMES[scheme]
    user, password, found = _split(rest, "unix" if scheme == "unix" else "redis")
    options = _options(found)
    written = options.pop("db", "")
    in_path = "" if scheme == "unix" else found["number"] or ""
    if written and (not written.isascii() or not written.isdecimal()):
        raise ValueError(f"has db={written}; the database is a number: db=0.")
    if in_path and written and in_path != written:
        raise ValueError(f"names two databases, /{in_path} and db={written}; keep one of them.")
    number = int(written or in_path or 0)
    if unknown := sorted(set(options) - (TLS_OPTIONS if scheme == "rediss" else set())):
        raise ValueError(
            f"has the option {unknown[0]}; it may have db, and with rediss:// those that begin with ssl_."
        )
    if options.get("ssl_cert_reqs", "required") not in {"required", "optional", "none"}:
        raise ValueError("has an unknown ssl_cert_reqs; write required, optional or none.")
    whom = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else ""
    if scheme == "unix":
        path = quote(_decoded(found["path"]))
        return Broker(
            f"unix://{whom}{path}?db={number}", f"redis+socket://{whom}{path}?virtual_host={number}"
        )
    if scheme == "rediss":  # Celery verifies nothing unless it is told to
        options.setdefault("ssl_cert_reqs", "required")
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in options.items())
    port = _port(found["port"] or "") or "6379"
    made = f"{scheme}://{whom}{found['host'] or 'localhost'}:{port}/{number}" + (f"?{query}" if query else "")
    return Broker(made, made)


def mail_server(url: str) -> MailServer:
    """`smtp://user:password@host` (STARTTLS), `smtps://…` (TLS) or `smtp+plain://…`. Raises ValueError."""
    scheme, rest = _scheme_and_rest(
        url,
        set(SMTP_SCHEMES),
        "smtp://host (STARTTLS, port 587), smtps://host (TLS, port 465) or smtp+plain://host (not encrypted, port 25)",
    )
    user, password, found = _split(rest, "smtp")
    if not found["host"]:
        raise ValueError(f"names no server; write {scheme}://mail.example.org.")
    port, encryption = SMTP_SCHEMES[scheme]
    return MailServer(
        found["host"].strip("[]"), int(_port(found["port"] or "") or port), encryption, user, password
    )


def _scheme_and_rest(url: str, schemes: set[str], examples: str) -> tuple[str, str]:
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ValueError(f"has no scheme; write {examples}.")
    if scheme.lower() not in schemes:
        raise ValueError(f"begins with {scheme!r}, which is not known here; write {examples}.")
    return scheme.lower(), rest


def _split(rest: str, kind: str) -> tuple[str, str, re.Match[str]]:
    """User, password and what follows them. Each `@` is tried as their end; exactly one may make sense."""
    readings = []
    for at in (-1, *(place for place, letter in enumerate(rest) if letter == "@")):
        user, _, password = rest[: max(at, 0)].partition(":")
        after = AFTER_USER[kind].fullmatch(rest[at + 1 :])
        if after and not re.search(r"[/?#]", user):
            readings.append((user, password, after))
    if len(readings) != 1:
        why = "can be read in two ways" if readings else "cannot be read"
        raise ValueError(f"{why}; write special characters of its parts as percent codes ({PERCENT_CODES}).")
    user, password, after = readings[0]
    return _decoded(user), _decoded(password), after


def _options(found: re.Match[str]) -> dict[str, str]:
    """The query. Unlike in a form, a plus sign is a plus sign."""
    pairs = (pair.split("=", 1) for pair in (found["query"] or "").split("&") if pair)
    return {_decoded(key): _decoded(value) for key, value in pairs}


def _port(written: str) -> str:
    if written and not 0 < int(written) < 65_536:
        raise ValueError(f"has the port {written}; a port is a number from 1 to 65535.")
    return written


def _decoded(text: str) -> str:
    """Percent codes read. Where a `%` begins none, all of them are meant as they stand."""
    codes = len(re.findall(r"%[0-9A-Fa-f]{2}", text))
    if codes and codes != text.count("%"):
        raise ValueError("has percent codes and a bare % side by side; write %25 for each bare %.")
    try:
        decoded = unquote(text, errors="strict") if codes else text
    except UnicodeDecodeError:
        raise ValueError("has percent codes that are no UTF-8; write a bare % as %25.") from None
    if "\0" in decoded:
        raise ValueError("has the character %00, which no server takes; remove it.")
    return decoded


def openid_connect(url: str, name: str, client_id: str, secret: str) -> dict:
    """An organisation's identity provider, as allauth wants it; nothing without one."""
    if not url:
        return {}
    # Only what stands in the signed token counts.
    options = {"server_url": url, "fetch_userinfo": False, "oauth_pkce_enabled": True}
    provider = {"provider_id": "staff", "name": name, "client_id": client_id, "secret": secret}
    return {"openid_connect": {"APPS": [{**provider, "settings": options}]}}
