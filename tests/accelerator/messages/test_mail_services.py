"""Mail through a service on HTTP instead of SMTP: its answers are told apart as a mail server's are."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accelerator import clock
from accelerator.messages import delivery, outbox
from accelerator.models import OutboxMessage

pytestmark = pytest.mark.django_db

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "4a2", "To": "a@people.example", "SubmittedAt": ""}
INACTIVE = {
    "ErrorCode": 406,
    "Message": "Found inactive addresses: a@people.example. Inactive recipients have generated a hard bounce.",
}
NO_ADDRESS = {"ErrorCode": 300, "Message": "Invalid 'From' address."}


@pytest.fixture
def service(settings):
    """Postmark's interface, served here: `service.code` and `service.answer` say what it answers; None hangs up."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if server.code is None:
                self.connection.close()
                return
            body = json.dumps(server.answer).encode()
            self.send_response(server.code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.code, server.answer = [], 200, TAKEN
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.MAIL_OPTIONS = {"server_token": "x", "api_url": f"http://127.0.0.1:{server.server_port}/"}
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def message(call):
    found = OutboxMessage(
        kind="test.note", dedupe_key="k", programme=call.programme, to_email="a@people.example", subject="A note",
        text="Good news.\n", created_at=clock.now(), due_at=clock.now(),
    )  # fmt: skip
    outbox.write([found])
    return OutboxMessage.objects.get()


def test_a_service_gets_the_frozen_parts_under_the_same_message_id(service, message):
    assert delivery.deliver() == 1
    (mail,) = service.got
    assert mail["To"] == "a@people.example"
    assert mail["TextBody"].strip() == "Good news."
    assert "Good news." in mail["HtmlBody"]
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert headers["Message-ID"].startswith(f"<{message.public_id}@")
    assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("code", "answer", "status"),
    [
        (422, INACTIVE, "dead"),
        (422, NO_ADDRESS, "dead"),
        (429, {"ErrorCode": 0, "Message": "slow down"}, "waiting"),
        (401, {"ErrorCode": 10, "Message": "bad token"}, "waiting"),
        (500, {}, "sending"),
        (None, None, "sending"),
    ],
)
def test_what_a_service_answers_decides_as_a_mail_servers_answer_does(service, message, code, answer, status):
    service.code, service.answer = code, answer
    assert delivery.deliver() == 0
    message.refresh_from_db()
    assert message.status == status
    assert not message.may_have_arrived_twice
    assert len(service.got) == 1
