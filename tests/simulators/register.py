#!/usr/bin/env python3
"""A cash register that is only a program: rings up receipts over HTTP and misbehaves when told to.

    register.py --port 0 [--journal FILE]

Prints one line, `listening on 127.0.0.1:PORT`, and serves until it is ended. The protocol is described in
docs/register-simulator.md. Python's standard library only; it shares no code with the adapter it tests.

Requests are answered strictly one after another, in the order in which they were connected, as small
registers do. That order is a promise: a question asked after a lost answer is answered after the lost
request was either rung up or dropped, so "not found" then means "never".
"""

import argparse
import json
import os
import select
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import unquote

PROTOCOL = 1
LARGEST_BODY = 1 << 20
PAYMENT_KINDS = {"cash", "card", "qr", "certificate", "invoice"}
FAULTS = {
    "drop_request",
    "drop_answer",
    "half_answer",
    "error_500",
    "error_500_after",
    "wrong_total",
    "decline",
    "hang",
    "garbage",
}


class Refusal(Exception):
    """The request cannot be granted; nothing was rung up."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message}}


def whole_number(value, field):
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(422, "bad_field", f"{field} is not a whole number")
    return value


def amount(value, field):
    value = whole_number(value, field)
    if value < 0:
        raise Refusal(422, "negative", f"{field} is {value}, below zero")
    return value


def text(value, field):
    if not isinstance(value, str) or not value:
        raise Refusal(422, "bad_field", f"{field} is not a text")
    return value


def check_line(line, place):
    if not isinstance(line, dict):
        raise Refusal(422, "bad_field", f"{place} is not an object")
    text(line.get("name"), f"{place}.name")
    qty = whole_number(line.get("qty_milli"), f"{place}.qty_milli")
    if qty <= 0:
        raise Refusal(422, "zero_quantity", f"{place}.qty_milli is {qty}")
    unit = amount(line.get("unit_minor"), f"{place}.unit_minor")
    net = amount(line.get("net_minor"), f"{place}.net_minor")
    exact = qty * unit
    if qty % 1000 == 0:
        if exact != net * 1000:
            raise Refusal(422, "line_sum", f"{place}: {qty // 1000} x {unit} is {exact // 1000}, not {net}")
    elif abs(exact - net * 1000) >= 1000:
        raise Refusal(422, "line_sum", f"{place}: {qty} thousandths x {unit} is not {net}")
    return net


def check_content(body):
    """Raises a refusal where what is to be rung up does not add up."""
    currency = text(body.get("currency"), "currency")
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise Refusal(422, "bad_currency", f"currency {currency!r} is not a three-letter code")
    lines = body.get("lines")
    if not isinstance(lines, list) or not lines:
        raise Refusal(422, "no_lines", "lines is empty")
    total = amount(body.get("total_minor"), "total_minor")
    summed = sum(check_line(line, f"lines[{index}]") for index, line in enumerate(lines))
    if summed != total:
        raise Refusal(422, "total", f"the lines sum to {summed}, total_minor is {total}")
    payments = body.get("payments")
    if not isinstance(payments, list):
        raise Refusal(422, "bad_field", "payments is not a list")
    paid = 0
    for index, payment in enumerate(payments):
        place = f"payments[{index}]"
        if not isinstance(payment, dict) or payment.get("kind") not in PAYMENT_KINDS:
            raise Refusal(422, "payment_kind", f"{place}.kind is not one of {', '.join(sorted(PAYMENT_KINDS))}")
        paid += amount(payment.get("minor"), f"{place}.minor")
    if paid != total:
        raise Refusal(422, "payments", f"the payments sum to {paid}, total_minor is {total}")


class Journal:
    """What was rung up, one JSON object a line, on disk before the answer leaves."""

    def __init__(self, path):
        self.entries = {}
        self.number = 0
        self.file = None
        if path:
            self.load(path)
            self.file = open(path, "ab", buffering=0)

    def load(self, path):
        if not os.path.exists(path):
            return
        with open(path, "rb") as file:
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            print("the journal ended in half a line; it was cut off", file=sys.stderr, flush=True)
            os.truncate(path, len(whole))
        for line in whole.splitlines():
            self.keep(json.loads(line))

    def keep(self, entry):
        self.entries[entry["id"]] = entry
        self.number = max(self.number, entry["number"])

    def add(self, kind, body, total):
        number = self.number + 1
        entry = {
            "kind": kind,
            "id": body["id"],
            "number": number,
            "reference": f"SIM-{number:06d}",
            "total_minor": total,
            "body": body,
        }
        if self.file:
            self.file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            os.fsync(self.file.fileno())
        self.keep(entry)
        return entry

    def refunded(self, original):
        return sum(
            entry["total_minor"]
            for entry in self.entries.values()
            if entry["kind"] == "refund" and entry["body"]["original"] == original
        )


class Register:
    def __init__(self, journal):
        self.journal = journal
        self.faults = []
        self.questions = 0

    def state(self):
        kinds = [entry["kind"] for entry in self.journal.entries.values()]
        return {
            "protocol": PROTOCOL,
            "device": "register simulator",
            "receipts": kinds.count("receipt"),
            "refunds": kinds.count("refund"),
            "faults": self.faults,
            "questions": self.questions,
        }

    def plan(self, body):
        names = body.get("next") if isinstance(body, dict) else None
        if not isinstance(names, list):
            raise Refusal(400, "bad_json", 'write {"next": ["drop_answer", …]}')
        for name in names:
            kind, _, rest = str(name).partition(":")
            if name not in FAULTS and not (kind == "delay" and rest.isdigit()):
                raise Refusal(422, "unknown_fault", f"{name!r} is not a fault; there are delay:MS, {', '.join(sorted(FAULTS))}")
        self.faults = list(names)
        return {"next": self.faults}

    def ring_up(self, kind, body, fault):
        """Rings up at most once per id. Gives status and answer."""
        if not isinstance(body, dict):
            raise Refusal(400, "bad_json", "the body is not an object")
        known = self.journal.entries.get(text(body.get("id"), "id"))
        if known:
            if known["kind"] != kind or known["body"] != body:
                raise Refusal(409, "other_content", f"{body['id']} was rung up with other content")
            return 200, self.answer(known)
        check_content(body)
        if kind == "refund":
            self.check_refund(body)
        if fault == "decline":
            raise Refusal(402, "declined", "the bank declined the card")
        wrong = 1 if fault == "wrong_total" else 0
        return 201, self.answer(self.journal.add(kind, body, body["total_minor"] + wrong))

    def check_refund(self, body):
        original = self.journal.entries.get(text(body.get("original"), "original"))
        if not original or original["kind"] != "receipt":
            raise Refusal(422, "unknown_original", f"{body['original']} was never rung up")
        left = original["total_minor"] - self.journal.refunded(body["original"])
        if body["total_minor"] > left:
            raise Refusal(422, "over_refund", f"{body['total_minor']} is more than the {left} that can be given back")

    def find(self, receipt):
        self.questions += 1
        entry = self.journal.entries.get(receipt)
        if not entry:
            raise Refusal(404, "unknown_receipt", f"{receipt} was not rung up")
        return self.answer(entry)

    @staticmethod
    def answer(entry):
        return {name: entry[name] for name in ("kind", "id", "number", "reference", "total_minor")}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    register = None

    def do_GET(self):
        if self.path == "/v1/state":
            self.answer(200, self.register.state())
        elif self.path.startswith("/v1/receipts/"):
            self.attempt(lambda: (200, self.register.find(unquote(self.path[len("/v1/receipts/") :]))))
        else:
            self.answer(404, {"error": {"code": "unknown_path", "message": f"there is no {self.path}"}})

    def do_POST(self):
        if self.path == "/faults":
            self.attempt(lambda: (200, self.register.plan(self.body())))
        elif self.path in ("/v1/receipts", "/v1/refunds"):
            self.operation("receipt" if self.path == "/v1/receipts" else "refund")
        else:
            self.answer(404, {"error": {"code": "unknown_path", "message": f"there is no {self.path}"}})

    def operation(self, kind):
        fault = self.register.faults.pop(0) if self.register.faults else ""
        try:
            body = self.body()
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body)
            return
        if fault == "drop_request":
            self.hang_up()
        elif fault == "hang":
            self.wait_until_the_asker_leaves()
        elif fault == "error_500":
            self.answer(500, {"error": {"code": "internal", "message": "the register failed"}})
        else:
            if fault.startswith("delay:"):
                time.sleep(int(fault[len("delay:") :]) / 1000)
            self.attempt(lambda: self.register.ring_up(kind, body, fault), fault)

    def attempt(self, work, fault=""):
        try:
            status, answer = work()
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        if fault == "drop_answer":
            self.hang_up()
        elif fault == "error_500_after":
            self.answer(500, {"error": {"code": "internal", "message": "the register failed"}})
        elif fault == "garbage":
            self.send(200, b"\x00\xff<html>paper jam</html>")
        else:
            self.answer(status, answer, half=fault == "half_answer")

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            raise Refusal(413, "too_long", f"Content-Length {length!r} is not a number up to {LARGEST_BODY}")
        content = self.rfile.read(int(length))
        if len(content) != int(length):
            raise ConnectionAbortedError("the asker left in the middle of the request")
        try:
            return json.loads(content)
        except ValueError as error:
            raise Refusal(400, "bad_json", f"the body is not JSON: {error}") from error

    def answer(self, status, answer, half=False):
        self.send(status, json.dumps(answer, ensure_ascii=False).encode(), half)

    def send(self, status, content, half=False):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if half else content)
        self.close_connection = True

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def wait_until_the_asker_leaves(self):
        self.close_connection = True
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


def main():
    parser = argparse.ArgumentParser(description="A simulated cash register.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--journal", help="file that survives a restart")
    args = parser.parse_args()
    Handler.register = Register(Journal(args.journal))
    server = Server(("127.0.0.1", args.port), Handler)
    print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
