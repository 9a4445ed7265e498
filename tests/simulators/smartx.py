#!/usr/bin/env python3
"""iKassa SmartX that is only a program: the register app's HTTP server.

    smartx.py --port 0 [--journal FILE] [--pin 2580]

The operation stands in the header INTENT_OPERATION_TYPE, whose name must come in upper-case letters: the bytes of
the head are looked at, not what a library made of them. AUTH gives a token, which a restart forgets; without a good
one every operation is answered with 401. SALE checks its sums and waits for the guest's card as long as it takes.
Own faults: `decline` (402). Faults of the way: faulty_http.py.
"""

import secrets
from decimal import Decimal

from faulty_http import Device, Refusal, serve


def kopecks(value, name):
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise Refusal(422, {"error": f"{name} is {value!r}, not a number"})
    exact = Decimal(value) * 100
    if exact != int(exact) or exact < 0:
        raise Refusal(422, {"error": f"{name} is {value}, not whole kopecks"})
    return int(exact)


class SmartX(Device):
    own_faults = {"decline": "the bank declines the card"}

    def __init__(self, journal, pin):
        super().__init__(journal)
        self.pin = pin
        self.token = None

    def handle(self, request, fault):
        if request.method != "POST" or request.path != "/v1":
            raise Refusal(404, {"error": f"there is no {request.path}"})
        operation = self.header(request, b"INTENT_OPERATION_TYPE").upper()
        if operation == "AUTH":
            if request.json().get("pin") != self.pin:
                raise Refusal(401, {"error": "wrong pin"})
            self.token = secrets.token_hex(8)
            return 200, {"token": self.token}
        if not self.token or request.headers.get("Auth-token") != self.token:
            raise Refusal(401, {"error": "who are you?"})
        if operation == "SALE":
            return self.sale(request.json(parse_float=Decimal), fault)
        if operation == "OTHER_INFO":
            return 200, {"serial": "SIM"}
        raise Refusal(400, {"error": f"{operation!r} is no operation"})

    @staticmethod
    def header(request, name):
        """The value of a header whose name is written exactly so."""
        for line in request.raw_headers:
            found, _, value = line.partition(b":")
            if found == name:
                return value.strip().decode()
        raise Refusal(400, {"error": f"the header {name.decode()} is missing; it must be written in upper case"})

    def sale(self, body, fault):
        if not isinstance(body.get("cashier"), str) or not body["cashier"]:
            raise Refusal(422, {"error": "cashier is empty"})
        total = 0
        for at, item in enumerate(body.get("itemList") or []):
            price, amount = kopecks(item.get("price"), f"itemList[{at}].price"), Decimal(item.get("amount"))
            discount = item.get("discount") or 0
            line = price * amount
            line -= line * discount / 100 if item.get("isPercentDiscount") else kopecks(discount, "discount")
            if amount <= 0 or line != int(line) or not item.get("nameTitle") or not item.get("codeNumber"):
                raise Refusal(422, {"error": f"itemList[{at}] cannot be sold"})
            total += int(line)
        paid = sum(kopecks(body.get(kind), kind) for kind in ("cash", "cashless", "certificate", "oplati"))
        if paid != total or not body.get("itemList"):
            raise Refusal(422, {"error": f"paid {paid}, it costs {total}"})
        if fault == "decline":
            raise Refusal(402, {"error": "declined"})
        number = 1 + len(self.journal.entries)
        self.journal.add({"kind": "sale", "number": number, "total_minor": total})
        return 200, {"header": {"documentNumber": number}}


if __name__ == "__main__":
    serve(
        "A simulated iKassa SmartX.",
        lambda journal, args: SmartX(journal, args.pin),
        [("--pin", {"default": "2580"})],
    )
