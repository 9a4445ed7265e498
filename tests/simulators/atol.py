#!/usr/bin/env python3
"""The web server of ATOL's driver 10 that is only a program, with its fiscal register.

    atol.py --port 0 [--journal FILE] [--user NAME --password WORD] [--hours N]

Tasks go into a queue under the asker's uuid: the same uuid twice is refused with 409. They are carried out in
order, each after one poll that says it is under way. Own faults, each for the next receipt: `paper_out` (refused,
error 44), `blocked` (the queue stops, the receipt is in the fiscal storage), `blocked_before` (the queue stops, it
is not), `shift_expired` (error 68), `wrong_total`. A person mends everything with POST /person/mend. Faults of the
way: faulty_http.py. The shift must be open for a receipt unless --any-shift is given.
"""

import base64
import uuid as uuids
from decimal import Decimal

from faulty_http import Device, Refusal, serve

ERRORS = {
    0: "Ошибок нет",
    16: "Некорректная сумма",
    17: "Некорректное количество",
    44: "Нет бумаги",
    66: "Чек оплачен не полностью",
    68: "Смена превысила 24 часа",
    73: "Смена закрыта",
    80: "Нет наличных в ККТ",
    83: "Смена открыта",
    504: "Авторизация не пройдена",
}
TAXES = {"none", "vat0", "vat5", "vat7", "vat10", "vat20", "vat22", "vat105", "vat107", "vat110", "vat120", "vat122"}
SYSTEMS = {"osn", "usnIncome", "usnIncomeOutcome", "envd", "esn", "patent"}
PAYMENTS = {"cash", "electronically", "prepaid", "credit", "other", "0", "1", "2", "3", "4"}


class Failed(Exception):
    def __init__(self, code):
        super().__init__(ERRORS[code])
        self.code = code


def error(code):
    return {"code": code, "description": ERRORS[code]}


def kopecks(value):
    try:
        exact = Decimal(str(value)) * 100
    except ArithmeticError:
        raise Failed(16) from None
    if isinstance(value, (bool, str)) or exact != int(exact) or exact < 0:
        raise Failed(16)
    return int(exact)


def check_mark(kind, item, validated):
    """A marking code as formats 1.05 and 1.2 want it: whole, and on a line that says so."""
    imc, older = item.get("imcParams"), item.get("markingCode")
    if (item.get("paymentObject") == "commodityWithMarking") != (imc is not None) or (imc and not validated):
        raise Failed(16)
    code = (imc or {}).get("imc") or (older or {}).get("mark")
    if imc is None and older is None:
        return
    status = "itemPieceReturn" if kind == "sellReturn" else "itemPieceSold"
    if imc and (imc.get("imcType"), imc.get("itemEstimatedStatus")) != ("auto", status):
        raise Failed(16)
    try:
        code = base64.b64decode(code, validate=True)
    except (ValueError, TypeError):
        raise Failed(16) from None
    if not code.startswith(b"01") or b"\x1d" not in code or item.get("quantity") != 1:
        raise Failed(16)


class Atol(Device):
    own_faults = {
        "paper_out": "the next receipt is refused",
        "blocked": "the queue stops, the receipt is in the fiscal storage",
        "blocked_before": "the queue stops, the receipt is not in the fiscal storage",
        "shift_expired": "the shift is over 24 hours",
        "wrong_total": "one kopeck too much",
    }

    def __init__(self, journal, user, password, any_shift):
        super().__init__(journal)
        self.secret = base64.b64encode(f"{user}:{password}".encode()).decode() if user else None
        self.any_shift = any_shift
        # What survives a restart is the journal: tasks that came, and what became of them.
        self.tasks = {}
        for entry in journal.entries:
            if entry["kind"] == "task":
                self.tasks[entry["uuid"]] = {"request": entry["request"], "results": None, "polls": 1}
            else:
                self.tasks[entry["uuid"]]["results"] = entry["results"]
        self.expired = False
        self.number = sum("fiscalParams" in found for _, found in self.done())
        self.work("none")

    def handle(self, request, fault):
        if self.secret and request.headers.get("Authorization") != f"Basic {self.secret}":
            raise Refusal(401, {"error": error(504)})
        path = "/api/v2/requests"
        if request.method == "POST" and request.path == path:
            return self.submit(request.json(), fault)
        if request.method == "GET" and request.path.startswith(path + "/"):
            return self.ask(request.path[len(path) + 1 :])
        raise Refusal(404, {"error": {"code": 1, "description": f"нет {request.path}"}})

    def submit(self, body, fault):
        key = body.get("uuid")
        request = body.get("request")
        try:
            uuids.UUID(key)
        except (ValueError, AttributeError, TypeError):
            raise Refusal(400, {"error": {"code": 3, "description": "uuid"}}) from None
        if key in self.tasks:
            raise Refusal(409, {"error": {"code": 4, "description": "uuid уже есть"}})
        if not isinstance(request, list) or not request:
            raise Refusal(400, {"error": {"code": 3, "description": "request"}})
        self.tasks[key] = {"request": request, "results": None, "polls": 1}
        self.journal.add({"kind": "task", "uuid": key, "request": request})
        self.work(fault)
        stopped = self.stopped()
        answer = {"number": len(self.tasks), "uuid": key, "isBlocked": bool(stopped), "blockedUUID": stopped or ""}
        return 201, answer

    def stopped(self):
        for key, task in self.tasks.items():
            if task["results"] and any(result["status"] == "blocked" for result in task["results"]):
                return key
        return None

    def work(self, fault):
        if self.stopped():
            return
        for key, task in self.tasks.items():
            if task["results"] is None:
                task["results"] = [self.carry_out(key, one, fault) for one in task["request"]]
                self.journal.add({"kind": "done", "uuid": key, "results": task["results"]})
                if self.stopped():
                    return

    def carry_out(self, key, task, fault):
        try:
            result = self.task(task, fault)
        except Failed as failed:
            return {"status": "error", "error": error(failed.code), "result": None}
        if result is not None and fault == "blocked":
            return {"status": "blocked", "error": error(44), "result": None, "then": result}
        if task.get("type") in ("sell", "sellReturn") and fault == "blocked_before":
            return {"status": "blocked", "error": error(44), "result": None}
        return {"status": "ready", "error": error(0), "result": result}

    def task(self, task, fault):
        kind = task.get("type")
        if kind in ("sell", "sellReturn"):
            total = self.check(task)
            if fault == "paper_out":
                raise Failed(44)
            if fault == "shift_expired":
                self.expired = True
            if self.expired:
                raise Failed(68)
            if not self.any_shift and self.shift() != "opened":
                raise Failed(73)
            if fault == "blocked_before":
                return None
            return self.fiscal(task, total + (fault == "wrong_total"))
        if kind == "openShift":
            if self.shift() != "closed":
                raise Failed(83)
            return {"fiscalParams": {"shiftNumber": self.shifts() + 1}}
        if kind in ("closeShift", "reportX"):
            if self.shift() == "closed":
                raise Failed(73)
            if kind == "closeShift":
                self.expired = False
            return {"receiptsCount": len(self.receipts()), "counters": self.counters(), "warnings": {"notPrinted": False}}
        if kind in ("cashIn", "cashOut"):
            amount = kopecks(task.get("cashSum"))
            if kind == "cashOut" and amount > self.cash():
                raise Failed(80)
            moved = amount if kind == "cashIn" else -amount
            return {"counters": {"cashSum": (self.cash() + moved) / 100}, "moved_minor": moved}
        if kind == "getShiftStatus":
            state = "expired" if self.expired else self.shift()
            return {"shiftStatus": {"expiredTime": "2030-01-01T00:00:00+03:00", "number": self.shifts(), "state": state}}
        if kind == "getDeviceStatus":
            return {"deviceStatus": {"paperPresent": not self.stopped(), "coverOpened": False}}
        if kind in ("getDeviceInfo", "continuePrint"):
            return {"deviceInfo": {"serial": "SIM"}}
        raise Failed(16)

    @staticmethod
    def check(task):
        """Sums as the fiscal rules want them; gives the total."""
        if task.get("taxationType") not in SYSTEMS or not (task.get("operator") or {}).get("name"):
            raise Failed(16)
        total = kopecks(task.get("total"))
        summed = 0
        for item in task.get("items") or []:
            price, amount = kopecks(item.get("price")), kopecks(item.get("amount"))
            quantity = Decimal(str(item.get("quantity")))
            if quantity <= 0:
                raise Failed(17)
            if quantity * price != amount or (item.get("tax") or {}).get("type") not in TAXES or not item.get("name"):
                raise Failed(16)
            check_mark(task["type"], item, task.get("validateMarkingCodes"))
            summed += amount
        if summed != total:
            raise Failed(16)
        paid = 0
        for payment in task.get("payments") or []:
            if payment.get("type") not in PAYMENTS:
                raise Failed(16)
            paid += kopecks(payment.get("sum"))
        if paid != total:
            raise Failed(66)
        return total

    def fiscal(self, task, total):
        self.number += 1
        number = self.number
        return {
            "fiscalParams": {
                "fiscalDocumentDateTime": "2026-11-25T10:00:00+03:00",
                "fiscalDocumentNumber": number,
                "fiscalDocumentSign": f"{1494325660 + number}",
                "fiscalReceiptNumber": number,
                "fnNumber": "9999078900000961",
                "registrationNumber": "0000000001002292",
                "shiftNumber": self.shifts(),
                "total": total / 100,
            },
            "warnings": None,
        }

    def done(self):
        """Tasks with their results that really happened, oldest first."""
        for task in self.tasks.values():
            for one, result in zip(task["request"], task["results"] or []):
                found = result.get("then") or result["result"]
                if result["status"] in ("ready", "blocked") and found:
                    yield one, found

    def shifts(self):
        return sum(task["type"] == "openShift" for task, _ in self.done())

    def shift(self):
        state = "closed"
        for task, _ in self.done():
            state = {"openShift": "opened", "closeShift": "closed"}.get(task["type"], state)
        return state

    def receipts(self):
        """Of the present shift."""
        found = []
        for task, result in self.done():
            if task["type"] == "openShift":
                found = []
            if task["type"] in ("sell", "sellReturn"):
                found.append((task, kopecks(result["fiscalParams"]["total"])))
        return found

    def cash(self):
        cash = 0
        for task, result in self.done():
            cash += result.get("moved_minor", 0)
            if task["type"] in ("sell", "sellReturn"):
                paid = sum(kopecks(p["sum"]) for p in task["payments"] if p["type"] in ("cash", "0"))
                cash += paid if task["type"] == "sell" else -paid
        return cash

    def counters(self):
        sums = {"sell": 0, "sellReturn": 0}
        for task, total in self.receipts():
            sums[task["type"]] += total
        return {"sellSum": sums["sell"] / 100, "sellReturnSum": sums["sellReturn"] / 100, "cashSum": self.cash() / 100}

    def ask(self, key):
        task = self.tasks.get(key)
        if not task:
            raise Refusal(404, {"error": {"code": 5, "description": "нет такого задания"}})
        if task["results"] is None:
            return 200, {"results": [{"status": "wait", "error": error(0), "result": None} for _ in task["request"]]}
        if task["polls"] > 0:
            task["polls"] -= 1
            return 200, {"results": [{"status": "inProgress", "error": error(0), "result": None} for _ in task["request"]]}
        return 200, {"results": [{k: v for k, v in result.items() if k != "then"} for result in task["results"]]}

    def person(self, request):
        if request.path != "/person/mend":
            return super().person(request)
        self.expired = False
        for key, task in self.tasks.items():
            for result in task["results"] or []:
                if result["status"] == "blocked":
                    then = result.pop("then", None)
                    result.update(status="ready" if then else "error", result=then)
                    self.journal.add({"kind": "done", "uuid": key, "results": task["results"]})
        self.work("none")
        return 200, {"mended": True}


if __name__ == "__main__":
    serve(
        "A simulated web server of ATOL's driver 10.",
        lambda journal, args: Atol(journal, args.user, args.password, args.any_shift),
        [
            ("--user", {"help": "name for HTTP Basic; none asks for none"}),
            ("--password", {"default": ""}),
            ("--any-shift", {"action": "store_true", "help": "receipts need no open shift"}),
        ],
    )
