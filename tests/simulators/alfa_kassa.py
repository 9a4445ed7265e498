#!/usr/bin/env python3
"""Alfa-Kassa that is only a program: takes orders as one public client was seen to push them.

    alfa_kassa.py --port 0 [--journal FILE] [--auth "Name: value"]

`createOrder` is not idempotent: whoever asks twice has two orders. Nothing tells afterwards what became of a
lost one but a person at the terminal, unless the counter is configured to use `getOrder`, which is a guess.
A person pays and cancels with POST /person/pay and /person/cancel {"orderNumber": 7}, and takes the register's
journal away as GET /person/journal.csv. Faults: see faulty_http.py, and `wrong_total` (one kopeck too much).
"""

import time
from decimal import Decimal
from urllib.parse import parse_qs

from faulty_http import Device, Refusal, serve

ID_MAX = 9_999_999_999_999


def refuse(message):
    raise Refusal(422, {"error": {"message": message}})


def whole(value, name, least):
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        refuse(f"{name} is {value!r}, not a whole number of at least {least}")
    return value


def money(value, name):
    """A JSON number with exactly two decimals; gives kopecks."""
    if not isinstance(value, Decimal) or value.as_tuple().exponent != -2 or value < 0:
        refuse(f"{name} is {value!r}, not a number with two decimals")
    return int(value * 100)


def text(value, name, longest):
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        refuse(f"{name} is {value!r}, not a text of 1 to {longest} letters")
    return value


class AlfaKassa(Device):
    own_faults = {"wrong_total": "the order gets one kopeck too much"}

    def __init__(self, journal, auth):
        super().__init__(journal)
        self.auth = auth.partition(":") if auth else None

    def handle(self, request, fault):
        if self.auth:
            name, _, value = self.auth
            if request.headers.get(name.strip()) != value.strip():
                raise Refusal(401, {"error": {"message": "who are you?"}})
        if request.method == "POST" and request.path == "/kassa/createOrder":
            return 200, self.create(request.json())
        if request.method == "POST" and request.path == "/kassa/addItemsToOrder":
            return 200, self.add(request.json(parse_float=Decimal), fault)
        if request.method == "GET" and request.path == "/kassa/getOrder":
            return 200, self.show(parse_qs(request.query).get("orderNumber", [""])[0])
        raise Refusal(404, {"error": {"message": f"there is no {request.path}"}})

    def create(self, body):
        if body.get("currency") != "BYN":
            refuse(f"currency is {body.get('currency')!r}, not BYN")
        number = 1 + sum(entry["kind"] == "order" for entry in self.journal.entries)
        entry = {"kind": "order", "number": number, "table": text(body.get("table"), "table", 100)}
        entry["comment"] = text(body.get("comment"), "comment", 250)
        self.journal.add(entry)
        return {"orderNumber": number}

    def add(self, body, fault):
        number = whole(body.get("orderNumber"), "orderNumber", 1)
        if not any(e["kind"] == "order" and e["number"] == number for e in self.journal.entries):
            refuse(f"there is no order {number}")
        if self.fate(number):
            refuse(f"order {number} is {self.fate(number)}")
        items = body.get("items")
        if not isinstance(items, list) or not items:
            refuse("items is empty")
        total = sum(self.line(item, f"items[{at}]") for at, item in enumerate(items))
        total += fault == "wrong_total"
        lines = [{**item["info"], "amount": str(item["info"]["amount"])} for item in items]
        self.journal.add({"kind": "items", "number": number, "total_minor": total, "items": lines})
        return {"orderNumber": number, "total": self.total(number) / 100}

    @staticmethod
    def line(item, place):
        if whole(item.get("discount"), f"{place}.discount", 0) != 0:
            refuse(f"{place}.discount is not 0; nobody knows its unit")
        info = item.get("info") or {}
        if whole(info.get("id"), f"{place}.info.id", 1) > ID_MAX:
            refuse(f"{place}.info.id has more than 13 digits")
        whole(info.get("type"), f"{place}.info.type", 0)
        text(info.get("productName"), f"{place}.info.productName", 250)
        pieces = whole(info.get("quantity"), f"{place}.info.quantity", 1)
        amount, total = money(info.get("amount"), f"{place}.info.amount"), money(item.get("sum"), f"{place}.sum")
        if pieces * amount != total:
            refuse(f"{place}: {pieces} x {amount} is not {total}")
        return total

    def total(self, number):
        return sum(e["total_minor"] for e in self.journal.entries if e["kind"] == "items" and e["number"] == number)

    def fate(self, number):
        ends = [e["kind"] for e in self.journal.entries if e["kind"] in ("paid", "cancelled") and e["number"] == number]
        return ends[-1] if ends else None

    def show(self, number):
        orders = [e for e in self.journal.entries if e["kind"] == "order" and str(e["number"]) == number]
        if not orders:
            raise Refusal(404, {"error": {"message": f"there is no order {number}"}})
        order = orders[0]
        return {
            "orderNumber": order["number"],
            "comment": order["comment"],
            "total": self.total(order["number"]) / 100,
            "state": self.fate(order["number"]) or "open",
        }

    def person(self, request):
        if request.path == "/person/orders":
            return 200, [self.show(str(e["number"])) for e in self.journal.entries if e["kind"] == "order"]
        if request.path == "/person/journal.csv":
            return 200, self.csv()
        kind = {"/person/pay": "paid", "/person/cancel": "cancelled"}.get(request.path)
        if not kind:
            return super().person(request)
        number = whole(request.json().get("orderNumber"), "orderNumber", 1)
        if self.fate(number):
            refuse(f"order {number} is {self.fate(number)} already")
        entry = {"kind": kind, "number": number, "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if kind == "paid":
            entry["fiscal"] = f"UI{number:08d}"
        self.journal.add(entry)
        return 200, self.show(str(number))

    def csv(self):
        """What a person takes away at the end of the day."""
        rows = ["order;state;total;fiscal;at"]
        for entry in self.journal.entries:
            if entry["kind"] in ("paid", "cancelled"):
                total, number = self.total(entry["number"]), entry["number"]
                rows.append(f"{number};{entry['kind']};{total // 100}.{total % 100:02d};{entry.get('fiscal', '')};{entry['at']}")
        return "\n".join(rows) + "\n"


if __name__ == "__main__":
    serve(
        "A simulated Alfa-Kassa.",
        lambda journal, args: AlfaKassa(journal, args.auth),
        [("--auth", {"help": 'header that every request must have, such as "Authorization: Bearer 1"'})],
    )
