"""An identity provider that really speaks OpenID Connect: discovery, authorisation, tokens that are signed, keys."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "slipway", "a-secret-of-the-client"


class IdentityProvider:
    """`with IdentityProvider() as provider:`; `provider.person` is whoever sits at its sign-in page."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with = self.key
        self.person: dict = {}
        self.changes: dict = {}  # of the token: issuer, audience, end
        self.begun: dict[str, dict] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "IdentityProvider":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self.server.shutdown()
        self.server.server_close()

    def discovery(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict) -> str:
        """Where the browser of whoever signs in here is sent back to."""
        code = secrets.token_urlsafe()
        self.begun[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given: dict) -> tuple[int, dict]:
        asked = self.begun.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = asked and asked.get("code_challenge") == challenge and asked["client_id"] == CLIENT
        if not right or (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "sub": "person-1",
            **self.person,
        }
        signed = jwt.encode({**claims, **self.changes}, self.signs_with, "RS256", headers={"kid": "one"})
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def _handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_line) -> None: ...

            def answer(self, status: int, body: dict, **headers: str) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/.well-known/openid-configuration":
                    self.answer(200, provider.discovery())
                elif parts.path == "/keys":
                    self.answer(200, provider.keys())
                elif parts.path == "/authorize":
                    self.answer(302, {}, Location=provider.authorize(asked))
                else:
                    self.answer(404, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer(*provider.token({name: values[0] for name, values in parse_qs(body).items()}))

        return Handler
