"""What the environment says about this installation, typed and checked. Pure: no Django.

`read()` answers a Configuration or raises WrongSettings with everything that is wrong, each in a sentence that names
the variable and says what to write. accelerator/settings.py makes Django's settings of it; docs/running.md has the
table of all variables. A new one needs its line in the class below and in that table.
"""

import ast
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from accelerator import service_urls
from accelerator.setting_fields import (
    Broker,
    Database,
    Keys,
    MailServer,
    Options,
    SecretFiles,
    Unusable,
    Words,
    may_be_in_file,
    plain,
    secret,
)

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
SHORTEST_KEY = 32  # characters
FEWEST_CHARACTERS = 8  # different ones, of which such a key consists
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
HOST = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]"
NOT_SETTINGS = {"SLIPWAY_BROWSER", "SLIPWAY_CHROMIUM", "SLIPWAY_PICTURES"}  # the tests' own
A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


class WrongSettings(Exception):
    """Everything that is wrong; its text is for the person who starts a process."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        count = "one setting is" if len(problems) == 1 else f"{len(problems)} settings are"
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(
            f"Slipway cannot start, because {count} wrong:\n{lines}\nSee docs/running.md, Settings."
        )


class Configuration(BaseSettings):
    """One attribute for each variable. A rule about two of them stands with the later one and is silent while the
    earlier one is wrong, so that nobody is told of a mistake that is not there."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        enable_decoding=False,  # JSON is read by the fields that hold it, so that its faults are listed too
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
        validate_default=True,
    )

    # What kind of installation this is
    base_url: str = plain("SLIPWAY_BASE_URL", "http://localhost:8000")
    hosts: Words = plain("SLIPWAY_HOSTS", ())
    testing: bool = plain("SLIPWAY_TESTING", False)
    debug: bool = plain("SLIPWAY_DEBUG", False)

    # Mail
    mail_server: MailServer | None = secret("SMTP_URL", None)
    mail_backend: str = plain("SLIPWAY_MAIL_BACKEND")
    mail_options: Options = secret("SLIPWAY_MAIL_OPTIONS", {})
    anymail: Options = secret("ANYMAIL", {})
    sender: str = plain("SLIPWAY_FROM")

    rehearsal: bool = plain("SLIPWAY_REHEARSAL", False)
    secret_key: SecretStr = secret("SLIPWAY_SECRET_KEY", SecretStr(""))
    previous_keys: Keys = secret("SLIPWAY_PREVIOUS_KEYS", ())

    # Signing in through an organisation's own identity provider
    oidc_url: str = plain("SLIPWAY_OIDC_URL")
    oidc_name: str = plain("SLIPWAY_OIDC_NAME", "your organisation")
    oidc_client_id: str = plain("SLIPWAY_OIDC_CLIENT_ID")
    oidc_client_secret: SecretStr = secret("SLIPWAY_OIDC_CLIENT_SECRET", SecretStr(""))
    oidc_domains: Words = plain("SLIPWAY_OIDC_DOMAINS", ())

    # Data
    database: Database = secret("DATABASE_URL", service_urls.Database("slipway"))
    direct_database: Database | None = secret("DATABASE_DIRECT_URL", None)
    database_password: SecretStr = secret("DATABASE_PASSWORD", SecretStr(""))
    broker: Broker = secret("REDIS_URL", service_urls.broker("redis://localhost:6379"))
    data_dir: Path | None = plain("SLIPWAY_DATA_DIR", None)
    bucket: str = plain("S3_BUCKET")
    bucket_endpoint: str = plain("S3_ENDPOINT_URL")
    bucket_region: str = plain("S3_REGION")
    bucket_access_key: SecretStr = secret("S3_ACCESS_KEY", SecretStr(""))
    bucket_secret_key: SecretStr = secret("S3_SECRET_KEY", SecretStr(""))

    # How it runs
    proxies: int = plain("SLIPWAY_PROXIES", 0, ge=0)
    workers: int = plain("SLIPWAY_WORKERS", 2, ge=1)
    ssl_redirect: bool = plain("SLIPWAY_SSL_REDIRECT", True)
    hsts_subdomains: bool = plain("SLIPWAY_HSTS_SUBDOMAINS", False)
    hsts_preload: bool = plain("SLIPWAY_HSTS_PRELOAD", False)
    log_level: str = plain("SLIPWAY_LOG_LEVEL")
    log_format: str = plain("SLIPWAY_LOG_FORMAT", "lines")
    access_log: bool = plain("SLIPWAY_ACCESS_LOG", False)
    metrics: bool = plain("SLIPWAY_METRICS", False)
    metrics_token: SecretStr = secret("SLIPWAY_METRICS_TOKEN", SecretStr(""))
    sentry_dsn: SecretStr = secret("SENTRY_DSN", SecretStr(""))
    release: str = plain("SLIPWAY_RELEASE")
    source_url: str = plain("SLIPWAY_SOURCE_URL")
    security_contact: str = plain("SLIPWAY_SECURITY_CONTACT")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return SecretFiles(settings_cls), env_settings

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        if isinstance(value, Unusable):
            raise ValueError(value.why)
        return value.strip() if isinstance(value, str) else value

    # -- what kind of installation this is -------------------------------------------------------------

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, url: str) -> str:
        found = re.fullmatch(rf"(https?)://({HOST})(?::(\d{{1,5}}))?/*", url.lower())
        if not found:
            raise ValueError(
                f"is {url!r}; write scheme and host alone, such as https://apply.example.org "
                "(no path behind it, an international name in its xn-- form)."
            )
        scheme, host, port = found.groups()
        if port and not 0 < int(port) < 65_536:
            raise ValueError(f"is {url!r}; a port is a number from 1 to 65535.")
        is_usual = (
            port == {"http": "80", "https": "443"}[scheme]
        )  # browsers leave it out where they name an origin
        return f"{scheme}://{host}" + (f":{port}" if port and not is_usual else "")

    @field_validator("hosts")
    @classmethod
    def _host_names(cls, hosts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if "*" in hosts:
            raise ValueError(
                "is '*', which lets anybody put another site's address into our mails; name the hosts."
            )
        for host in hosts:
            if not re.fullmatch(rf"\.?(?:{HOST})", host.lower()):
                raise ValueError(f"has {host!r}; write host names alone, without scheme, port or path.")
        known = {host.lower() for host in hosts}
        if base := info.data.get("base_url"):
            known.add(_host_of(base))
        if known & LOOPBACK:
            known |= {"localhost", "127.0.0.1"}
        return tuple(sorted(known))

    @field_validator("testing", "debug")
    @classmethod
    def _never_in_public(cls, is_on: bool, info: ValidationInfo) -> bool:
        if is_on and (public := _public_hosts(info)):
            raise ValueError(
                f"is on, but this site answers to {public[0]}; it works on this machine only, because it opens the "
                "site to everybody. Unset it."
            )
        return is_on

    @field_validator("rehearsal")
    @classmethod
    def _on_this_machine(cls, is_on: bool, info: ValidationInfo) -> bool:
        sends = info.data.get("mail_server") or info.data.get("mail_backend")
        if is_on and (_public_hosts(info) or sends):
            raise ValueError(
                "is on. It lets anybody sign in as anybody, so it is for this machine only: keep SLIPWAY_BASE_URL and "
                "SLIPWAY_HOSTS on localhost, leave SMTP_URL and SLIPWAY_MAIL_BACKEND empty, or unset SLIPWAY_REHEARSAL."
            )
        return is_on

    @field_validator("secret_key")
    @classmethod
    def _long_key(cls, key: SecretStr, info: ValidationInfo) -> SecretStr:
        if any(info.data.get(name, True) for name in ("testing", "debug", "rehearsal")):
            return key
        text = key.get_secret_value()
        if not text:
            raise ValueError(f"is empty; give it fifty random characters and keep them secret: {A_KEY}")
        if len(text) < SHORTEST_KEY or len(set(text)) < FEWEST_CHARACTERS:
            raise ValueError(
                f"can be guessed; it needs at least {SHORTEST_KEY} characters, {FEWEST_CHARACTERS} different ones "
                f"among them: {A_KEY}"
            )
        return key

    # -- mail ------------------------------------------------------------------------------------------

    @field_validator("mail_backend")
    @classmethod
    def _backend_exists(cls, path: str, info: ValidationInfo) -> str:
        if path and info.data.get("mail_server"):
            raise ValueError(
                "is given beside SMTP_URL, and only one of them can carry mail; keep one. "
                "(The backend's own options stand in SLIPWAY_MAIL_OPTIONS.)"
            )
        if path and not _defines(path):
            raise ValueError(
                f"is {path!r}, which is not there; write the path of a Django mail backend such as "
                "anymail.backends.postmark.EmailBackend."
            )
        return path

    @field_validator("mail_options")
    @classmethod
    def _of_something(cls, options: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        known = "mail_server" in info.data and "mail_backend" in info.data
        if options and known and not (info.data["mail_server"] or info.data["mail_backend"]):
            raise ValueError("has options for no backend; set SMTP_URL or SLIPWAY_MAIL_BACKEND too.")
        return options

    @field_validator("sender")
    @classmethod
    def _one_address(cls, sender: str, info: ValidationInfo) -> str:
        if not sender:
            return f"Slipway <no-reply@{_host_of(info.data.get('base_url', 'http://localhost'))}>"
        _name, address = parseaddr(sender)
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not sender.isprintable():
            raise ValueError(
                f"is {sender!r}; write an address, with or without a name: Acme <apply@example.org>."
            )
        return sender

    # -- who lets people in --------------------------------------------------------------------------

    @field_validator("oidc_url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        found = re.fullmatch(r"(https?)://([^/:?#@\s]+)(:\d+)?(/[^?#\s]*)?", url)
        if url and (not found or (found[1] == "http" and found[2] not in LOOPBACK)):
            raise ValueError(
                f"is {url!r}; write the provider's https address, such as https://accounts.google.com."
            )
        return url.rstrip("/")

    @field_validator("oidc_client_secret")
    @classmethod
    def _all_of_a_provider(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        given = [info.data.get("oidc_url", "?"), info.data.get("oidc_client_id", "?"), _shown(secret)]
        if any(given) and not all(given):
            raise ValueError(
                "belongs together with SLIPWAY_OIDC_URL and SLIPWAY_OIDC_CLIENT_ID; set all three, or none."
            )
        return secret

    @field_validator("oidc_domains")
    @classmethod
    def _domains_of_a_provider(cls, domains: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for domain in domains:
            if not re.fullmatch(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+", domain.lower()):
                raise ValueError(
                    f"has {domain!r}; write what stands behind the @ alone, such as acme.example."
                )
        if domains and not info.data.get("oidc_url"):
            raise ValueError("says whose addresses a provider vouches for; set SLIPWAY_OIDC_URL as well.")
        return tuple(domain.lower() for domain in domains)

    # -- data ------------------------------------------------------------------------------------------

    @field_validator("database_password")
    @classmethod
    def _one_password(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        database = info.data.get("database")
        if password.get_secret_value() and database and database.password:
            raise ValueError("is given, but DATABASE_URL has a password too; keep one of them.")
        return password

    @field_validator("bucket_endpoint")
    @classmethod
    def _endpoint(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#\s]*)?", url):
            raise ValueError(f"is {url!r}; write an address such as https://s3.example.org.")
        return url

    @field_validator("bucket_endpoint", "bucket_region", "bucket_access_key", "bucket_secret_key")
    @classmethod
    def _of_a_bucket(cls, value: Any, info: ValidationInfo) -> Any:
        if _shown(value) and not info.data.get("bucket", True):
            raise ValueError(
                "is given without S3_BUCKET, so files would be kept on this disk; name the bucket."
            )
        return value

    @field_validator("bucket_secret_key")
    @classmethod
    def _pair(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        access = info.data.get("bucket_access_key")
        if access is not None and bool(_shown(access)) != bool(_shown(secret)):
            raise ValueError(
                "and S3_ACCESS_KEY belong together; set both, or neither for a machine's own role."
            )
        return secret

    # -- how it runs -----------------------------------------------------------------------------------

    @field_validator("hsts_preload")
    @classmethod
    def _preload(cls, is_on: bool, info: ValidationInfo) -> bool:
        if is_on and not info.data.get("hsts_subdomains", True):
            raise ValueError(
                "is on, and browsers take it only together with SLIPWAY_HSTS_SUBDOMAINS=1; set both."
            )
        return is_on

    @field_validator("log_format")
    @classmethod
    def _a_known_format(cls, value: str) -> str:
        if value not in {"lines", "json"}:
            raise ValueError(f"is {value!r}; write lines or json.")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str, info: ValidationInfo) -> str:
        level = level.upper() or ("WARNING" if info.data.get("testing") else "INFO")
        if level not in LOG_LEVELS:
            raise ValueError(f"is {level!r}; write one of {', '.join(LOG_LEVELS)}.")
        return level

    @property
    def direct_database_url(self) -> str:
        """For libpq; empty without one. DATABASE_PASSWORD is meant for both addresses."""
        if not (direct := self.direct_database):
            return ""
        return replace(direct, password=direct.password or self.database_password.get_secret_value()).url


def read() -> Configuration:
    """Raises WrongSettings."""
    try:
        return Configuration()
    except ValidationError as error:
        problems = [_sentence(found) for found in error.errors(include_url=False)]
        raise WrongSettings(problems) from None


def read_or_exit() -> Configuration:
    """For the first lines of a program: what is wrong is for whoever starts it, without a traceback."""
    try:
        return read()
    except WrongSettings as problems:
        sys.exit(str(problems))


def doubts(given: Configuration) -> list[str]:
    """What is allowed and yet probably not meant, each in a sentence."""
    known = {str(field.validation_alias) for field in Configuration.model_fields.values()}
    known |= {
        f"{field.validation_alias}_FILE"
        for field in Configuration.model_fields.values()
        if may_be_in_file(field)
    }
    said = [_unknown(name, known) for name in sorted(os.environ) if _is_strange(name, known)]
    server = given.mail_server
    if server and server.password and not server.encryption and server.host not in LOOPBACK:
        said.append(
            f"SMTP_URL sends its password to {server.host} unencrypted; smtp:// and smtps:// encrypt it."
        )
    return said


def _is_strange(name: str, known: Iterable[str]) -> bool:
    return name.startswith("SLIPWAY_") and name not in known and name not in NOT_SETTINGS


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"{name} is no setting of Slipway and does nothing." + (f" Is {near[0]} meant?" if near else "")


def _sentence(error: ErrorDetails) -> str:
    field = Configuration.model_fields.get(
        str(error["loc"][0])
    )  # so it is called when the default is at fault
    name = field.validation_alias if field else error["loc"][0]
    if error["type"] == "value_error":
        return f"{name} {error['ctx']['error']}"
    given = repr(error["input"])
    if error["type"].startswith("bool"):
        return f"{name} is {given}; write 1 or 0."
    if error["type"] == "greater_than_equal":
        return f"{name} is {given}; write a whole number, at least {error['ctx']['ge']}."
    if error["type"].startswith("int"):
        return f"{name} is {given}; write a whole number."
    return f"{name} cannot be used: {error['msg']}."


def _host_of(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _public_hosts(info: ValidationInfo) -> list[str]:
    return sorted(set(info.data.get("hosts", ())) - LOOPBACK)


def _shown(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _defines(path: str) -> bool:
    """Whether a module defines such a name. It is read, not run: at this time it could not yet ask for settings."""
    module, _, name = path.rpartition(".")
    try:
        spec = find_spec(module) if module else None
    except (ImportError, ValueError):
        return False
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return spec is not None
    tree = ast.parse(Path(spec.origin).read_bytes())
    names = {getattr(node, "name", None) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return name in names or "*" in names
