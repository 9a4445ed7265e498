"""What the simulated registers that speak HTTP have in common: a journal on disk, planned faults, and an
answer to one question after the other, in the order in which they were connected.

That order is a promise, as in register.py: a question asked after a lost answer is answered after the lost
request was either carried out or dropped. Python's standard library only; no code of the adapters.
"""

import argparse
import json
import os
import select
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

LARGEST_BODY = 1 << 20
# Faults of the way there and back; a device may have more of its own.
FAULTS = {
    "drop_request": "the connection breaks, nothing is carried out",
    "drop_answer": "carried out, then the connection breaks",
    "half_answer": "carried out, half of the answer arrives",
    "garbage": "carried out, status 200 with bytes that mean nothing",
    "error_500": "status 500, nothing is carried out",
    "error_500_after": "carried out, then status 500",
    "duplicate": "carried out twice, the first answer arrives",
    "hang": "nothing happens until the asker leaves",
}


class Refusal(Exception):
    """The request is not carried out."""

    def __init__(self, status, body):
        super().__init__(str(body))
        self.status = status
        self.body = body


class Journal:
    """One JSON object a line, on disk before the answer leaves; a half line at the end is cut off."""

    def __init__(self, path):
        self.entries = []
        self.file = None
        if path:
            if os.path.exists(path):
                with open(path, "rb") as file:
                    content = file.read()
                whole = content[: content.rfind(b"\n") + 1]
                if whole != content:
                    os.truncate(path, len(whole))
                self.entries = [json.loads(line) for line in whole.splitlines()]
            self.file = open(path, "ab", buffering=0)

    def add(self, entry):
        if self.file:
            self.file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            os.fsync(self.file.fileno())
        self.entries.append(entry)
        return entry


class Device:
    """A register. `handle` carries one request out; it may raise a Refusal."""

    own_faults = {}

    def __init__(self, journal):
        self.journal = journal
        self.faults = []
        self.questions = 0

    def handle(self, request, fault):
        raise NotImplementedError

    def disturbs(self, request):
        """Whether a planned fault may strike this request."""
        return request.method == "POST"

    def state(self):
        return {"faults": self.faults, "questions": self.questions, "entries": len(self.journal.entries)}

    def person(self, request):
        """What a person does at the device; paths that begin with /person/."""
        raise Refusal(404, {"error": "a person can do nothing of that kind here"})

    def plan(self, body):
        names = body.get("next") if isinstance(body, dict) else None
        if not isinstance(names, list):
            raise Refusal(400, {"error": 'write {"next": ["drop_answer", …]}'})
        for name in names:
            kind, _, rest = str(name).partition(":")
            known = name in FAULTS or name in self.own_faults or (kind == "delay" and rest.isdigit())
            if not known and name != "none":
                there = ", ".join(["delay:MS", "none", *sorted(FAULTS), *sorted(self.own_faults)])
                raise Refusal(422, {"error": f"{name!r} is not a fault; there are {there}"})
        self.faults = list(names)
        return {"next": self.faults}


class Request:
    def __init__(self, handler, content):
        self.method = handler.command
        self.path, _, self.query = handler.path.partition("?")
        self.headers = handler.headers
        self.raw_headers = handler.raw_headers
        self.content = content

    def json(self, **options):
        try:
            return json.loads(self.content, **options)
        except ValueError as error:
            raise Refusal(400, {"error": f"the body is not JSON: {error}"}) from error


class Keeping:
    """Keeps the bytes of a request's head: http.client would forget the case of header names."""

    def __init__(self, file, lines):
        self.file = file
        self.lines = lines

    def readline(self, *limit):
        line = self.file.readline(*limit)
        self.lines.append(line)
        return line

    def __getattr__(self, name):
        return getattr(self.file, name)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    device = None

    def parse_request(self):
        lines = []
        plain = self.rfile
        self.rfile = Keeping(plain, lines)
        try:
            return super().parse_request()
        finally:
            self.rfile = plain
            self.raw_headers = lines

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def serve(self):
        self.close_connection = True
        try:
            request = Request(self, self.content())
            if request.path == "/faults":
                self.answer(200, self.device.plan(request.json()))
            elif request.path == "/state":
                self.answer(200, self.device.state())
            elif request.path.startswith("/person/"):
                self.answer(*self.device.person(request))
            else:
                self.work(request)
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body)

    def work(self, request):
        disturbed = self.device.disturbs(request)
        if not disturbed:
            self.device.questions += 1
        fault = self.device.faults.pop(0) if disturbed and self.device.faults else "none"
        if fault == "drop_request":
            return self.hang_up()
        if fault == "hang":
            return self.wait_until_the_asker_leaves()
        if fault == "error_500":
            return self.answer(500, {"error": "the register failed"})
        if fault.startswith("delay:"):
            time.sleep(int(fault[len("delay:") :]) / 1000)
        status, answer = self.carry_out(request, fault)
        if fault == "duplicate":
            self.carry_out(request, "none")
        if fault == "drop_answer":
            self.hang_up()
        elif fault == "error_500_after":
            self.answer(500, {"error": "the register failed"})
        elif fault == "garbage":
            self.send(200, b"\x00\xff<html>paper jam</html>")
        else:
            self.answer(status, answer, half=fault == "half_answer")

    def carry_out(self, request, fault):
        try:
            return self.device.handle(request, fault)
        except Refusal as refusal:
            return refusal.status, refusal.body

    def content(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            raise Refusal(413, {"error": f"Content-Length {length!r} is not a number up to {LARGEST_BODY}"})
        content = self.rfile.read(int(length))
        if len(content) != int(length):
            raise ConnectionAbortedError("the asker left in the middle of the request")
        return content

    def answer(self, status, answer, half=False):
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        self.send(status, text.encode(), half)

    def send(self, status, content, half=False):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if half else content)

    def hang_up(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def wait_until_the_asker_leaves(self):
        while select.select([self.connection], [], [], 60)[0]:
            if not self.connection.recv(4096):
                return

    def log_message(self, *_):
        """Says nothing: the journal tells what happened."""


class Server(HTTPServer):
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A vanished asker is everyday life; anything else is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def serve(description, make, arguments=()):
    """Prints one line, `listening on 127.0.0.1:PORT`, and serves until it is ended."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--journal", help="file that survives a restart")
    for name, options in arguments:
        parser.add_argument(name, **options)
    args = parser.parse_args()
    Handler.device = make(Journal(args.journal), args)
    server = Server(("127.0.0.1", args.port), Handler)
    print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
