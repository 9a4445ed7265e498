#!/usr/bin/env python3
"""iKassa's fiscal service that is only a program: frames of a length and a JSON message over TCP.

    tsrv.py --port 0 [--journal FILE] [--pin 2580]

One client at a time, one connection after the other; before each answer it pings and wants its pong. It knows
authorize, nextChequeNumber, createSale, createMoneyBack, copy, openShift, closeShift, getXReport, createDeposit and
createWithdraw. On the same port it takes the control requests of the other simulators as HTTP: POST /faults,
POST /person/…, GET /state. Own faults: `shift_closed` (2013), `shift_expired` (42), `printing` (rung up, error 2031),
`wrong_total`, `garbage_frame` (a length that makes no sense). Faults of the way: faulty_http.py.
"""

import argparse
import json
import socket
import struct
import time
from decimal import Decimal

from faulty_http import FAULTS, LARGEST_BODY, Journal, Refusal

OWN = {"shift_closed", "shift_expired", "printing", "wrong_total", "garbage_frame"}


class Failed(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def kopecks(value):
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise Failed(1105)
    exact = Decimal(value) * 100
    if exact != int(exact) or exact < 0:
        raise Failed(60)
    return int(exact)


class Tsrv:
    def __init__(self, journal, pin):
        self.journal = journal
        self.pin = pin
        self.known = False
        self.faults = []

    def documents(self):
        return [entry for entry in self.journal.entries if entry["kind"] in ("sale", "back")]

    def answer(self, message, fault):
        action = (message.get("headers") or {}).get("action")
        data = message.get("data")
        if action == "authorize":
            self.known = data.get("pin") == self.pin
            if not self.known:
                raise Failed(2019)
            return {}
        if not self.known:
            raise Failed(2019)
        if action == "nextChequeNumber":
            return {"number": len(self.documents()) + 1}
        if action in ("createSale", "createMoneyBack"):
            return self.ring_up("sale" if action == "createSale" else "back", data, fault)
        if action == "copy":
            return self.show(data.get("chequeNumber"))
        if action in ("openShift", "closeShift", "getXReport", "createDeposit", "createWithdraw"):
            return self.shift(action, data)
        raise Failed(1004)

    def ring_up(self, kind, data, fault):
        if fault == "shift_closed":
            raise Failed(2013)
        if fault == "shift_expired":
            raise Failed(42)
        if not data.get("cashier") or len(data["cashier"]) > 16:
            raise Failed(1005)
        total = 0
        for item in data.get("items") or []:
            line = kopecks(item.get("price")) * Decimal(item.get("quantity")) - kopecks(item.get("discount"))
            if line < 0 or line != int(line):
                raise Failed(57)
            total += int(line)
        total -= kopecks(data.get("cheque_discount"))
        if sum(kopecks(data.get(kind)) for kind in ("cash", "cashless", "other")) != total or not data.get("items"):
            raise Failed(2050)
        total += fault == "wrong_total"
        number = len(self.documents()) + 1
        names = [item["name"] for item in data["items"]]
        cash = kopecks(data.get("cash"))
        self.journal.add({"kind": kind, "number": number, "total_minor": total, "names": names, "cash_minor": cash})
        if fault == "printing":
            raise Failed(2031)
        return self.show(number)

    def show(self, number):
        for entry in self.documents():
            if entry["number"] == number:
                return {
                    "header": {"documentNumber": number},
                    "items": [{"name": name} for name in entry["names"]],
                    "totals": {"sum": entry["total_minor"] / 100},
                }
        raise Failed(1004)

    def shift(self, action, data):
        if action in ("createDeposit", "createWithdraw"):
            amount = kopecks(Decimal(data.get("sum")))
            self.journal.add({"kind": "cash", "minor": amount if action == "createDeposit" else -amount})
        of_shift, cash = [], 0
        for entry in self.journal.entries:
            if entry["kind"] == "openShift":
                of_shift = []
            of_shift.append(entry)
            sign = {"sale": 1, "back": -1}.get(entry["kind"], 0)
            cash += sign * entry.get("cash_minor", 0) + entry.get("minor", 0)
        if action in ("openShift", "closeShift"):
            is_open = [e["kind"] for e in self.journal.entries if e["kind"] in ("openShift", "closeShift")][-1:] == ["openShift"]
            if is_open == (action == "openShift"):
                raise Failed(50 if is_open else 51)
            self.journal.add({"kind": action})
        total = lambda kind: sum(e["total_minor"] for e in of_shift if e["kind"] == kind) / 100
        count = sum(e["kind"] in ("sale", "back") for e in of_shift)
        return {"totals": {"count": count, "sum": total("sale"), "moneyback": total("back"), "cash": cash / 100}}

    # One connection.

    def serve(self, connection):
        connection.settimeout(10)
        first = connection.recv(4)
        if first in (b"POST", b"GET "):
            return self.control(connection, first)
        while len(first) < 4:
            more = connection.recv(4 - len(first))
            if not more:
                return None
            first += more
        (length,) = struct.unpack(">I", first)
        content = self.exactly(connection, length) if length <= LARGEST_BODY else None
        if content is None:
            return None
        message = json.loads(content, parse_float=Decimal)
        asked = (message.get("headers") or {}).get("action") in ("nextChequeNumber", "copy", "authorize")
        fault = self.faults.pop(0) if self.faults and not asked else "none"
        if fault in ("drop_request", "error_500"):
            return None
        if fault == "hang":
            connection.recv(1)
            return None
        if fault.startswith("delay:"):
            time.sleep(int(fault[len("delay:") :]) / 1000)
        answer = {"type": "send", "address": message.get("replyAddress")}
        try:
            answer["data"] = self.answer(message, fault)
        except Failed as failed:
            answer.update(type="error", error={"code": failed.code, "name": f"${failed.code}"})
        self.reply(connection, answer, fault)
        return None

    def reply(self, connection, answer, fault):
        if fault in ("drop_answer", "error_500_after"):
            return
        if fault == "garbage_frame":
            connection.sendall(b"\xff\xff\xff\xffpaper jam")
            return
        ping = {"type": "ping", "address": "topics.default.ping", "replyAddress": "tsrv.pong"}
        self.send(connection, json.dumps(ping).encode())
        (length,) = struct.unpack(">I", self.exactly(connection, 4) or b"\0\0\0\0")
        pong = json.loads(self.exactly(connection, length) or b"{}")
        if pong.get("type") != "pong" or pong.get("address") != "tsrv.pong":
            return
        content = b"\x00\xff" if fault == "garbage" else json.dumps(answer, ensure_ascii=False).encode()
        if fault == "half_answer":
            connection.sendall(struct.pack(">I", len(content)) + content[: len(content) // 2])
        else:
            self.send(connection, content)

    @staticmethod
    def send(connection, content):
        connection.sendall(struct.pack(">I", len(content)) + content)

    @staticmethod
    def exactly(connection, length):
        content = b""
        while len(content) < length:
            part = connection.recv(length - len(content))
            if not part:
                return None
            content += part
        return content

    def control(self, connection, content):
        while b"\r\n\r\n" not in content:
            content += connection.recv(4096)
        head, _, body = content.partition(b"\r\n\r\n")
        length = next((int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length")), 0)
        while len(body) < length:
            body += connection.recv(4096)
        path = head.split(b" ")[1].decode()
        try:
            status, answer = 200, self.obey(path, body)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        text = json.dumps(answer).encode()
        connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)

    def obey(self, path, body):
        if path == "/faults":
            names = json.loads(body)["next"]
            for name in names:
                if name not in FAULTS and name not in OWN and name != "none" and not name.startswith("delay:"):
                    raise Refusal(422, {"error": f"{name!r} is not a fault"})
            self.faults = list(names)
            return {"next": names}
        if path == "/state":
            return {"faults": self.faults, "entries": len(self.journal.entries)}
        raise Refusal(404, {"error": path})


def main():
    parser = argparse.ArgumentParser(description="A simulated fiscal service of iKassa.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--journal", help="file that survives a restart")
    parser.add_argument("--pin", default="2580")
    args = parser.parse_args()
    tsrv = Tsrv(Journal(args.journal), args.pin)
    server = socket.create_server(("127.0.0.1", args.port), backlog=64)
    print(f"listening on 127.0.0.1:{server.getsockname()[1]}", flush=True)
    while True:
        connection, _ = server.accept()
        with connection:
            try:
                tsrv.serve(connection)
            except (OSError, ValueError):
                pass


if __name__ == "__main__":
    main()
