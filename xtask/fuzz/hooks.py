"""Lets the fuzzer in: its requests to the desk carry a session, those to the counters' and guests' interfaces are signed
as docs/office.md and docs/club.md say, each by a counter and a phone that are known. Each request comes from an address of its
own, as a proxy on the same machine would say, so that no bucket of one address hides what is behind it."""

import hashlib
import json
import os
import random
import secrets
from datetime import datetime, timezone

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

OFFICE = os.environ["KAVA_OFFICE"]
PASSWORD = "a kettle and a spoon"
JSON = {"content-type": "application/json"}


def elsewhere():
    """An address that nobody has asked from before."""
    return {"x-forwarded-for": ".".join(str(random.randint(1, 254)) for _ in range(4))}


class Key:
    """An Ed25519 key that signs requests; `prefix` stands before the public half where its name is made."""

    def __init__(self, prefix=b""):
        self.secret = Ed25519PrivateKey.generate()
        self.public = self.secret.public_key().public_bytes_raw()
        self.name = hashlib.sha256(prefix + self.public).hexdigest()[:16]

    def headers(self, method, path, body):
        time = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        nonce = secrets.token_hex(16)
        lines = ["kava-request", method, path, time, nonce, hashlib.sha256(body).hexdigest()]
        signature = self.secret.sign("".join(line + "\n" for line in lines).encode())
        return {"kava-key": self.name, "kava-time": time, "kava-nonce": nonce, "kava-signature": signature.hex()}


def told(path, body, headers=None):
    """Posts something that must be taken."""
    answer = requests.post(OFFICE + path, data=body, headers={**JSON, **elsewhere(), **(headers or {})}, timeout=30)
    assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
    return answer


def session():
    """A session of the owner's."""
    return told("/office/api/login", json.dumps({"name": "owner", "password": PASSWORD})).cookies["kava-office"]


def counter():
    """The key of a counter that has just enrolled."""
    key = Key()
    wish = {"code": os.environ["KAVA_ENROL_CODE"], "public": key.public.hex(), "chain": "kava", "shop": "1", "counter": "1", "epoch": 1}
    body = json.dumps(wish).encode()
    told("/api/v1/enrol", body, key.headers("POST", "/api/v1/enrol", body))
    return key


def phone():
    """The key of a guest who has just joined."""
    key = Key(b"1")
    consents = [{"purpose": "programme", "given": True, "language": "en", "words": "1"}]
    body = json.dumps({"algorithm": "1", "public": key.public.hex(), "language": "en", "consents": consents}).encode()
    told("/api/v1/club/join", body, key.headers("POST", "/api/v1/club/join", body))
    return key


class KnownHere(requests.auth.AuthBase):
    """Who asks. Whoever is gone after a request is not the one who asks the rest: a session to be ended, a guest who leaves."""

    def __init__(self):
        told("/office/api/enter", json.dumps({"code": os.environ["KAVA_LINK"], "password": PASSWORD}))
        self.session, self.spare, self.counter, self.phone = session(), session(), counter(), phone()

    def __call__(self, request):
        request.headers.update(elsewhere())
        path = request.path_url
        if path.startswith("/office/"):
            one = self.spare if path.startswith("/office/api/logout") else self.session
            request.headers["cookie"] = f"kava-office={one}"
        elif path.startswith("/api/v1/"):
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else body
            if path.startswith("/api/v1/club/"):
                key = phone() if request.method == "DELETE" else self.phone
            else:
                key = self.counter
            request.headers.update(key.headers(request.method, path, body))
        return request


schemathesis.auth.set_from_requests(KnownHere())


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """A batch as it travels."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace")
