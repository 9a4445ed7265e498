#!/usr/bin/env python3
"""A guest's phone, and an independent check of the vectors in docs/code-vectors.json.

Written from docs/code.md; shares nothing with the program. Standard library only, with Ed25519 after RFC 8032;
P-256 needs the package `cryptography`, without it the exit status is 77 and stderr says so.

    phone.py show PHONE.json [--at SECONDS] [--nonce N] [--card ID]
    phone.py check docs/code-vectors.json
"""

import argparse
import hashlib
import hmac
import json
import secrets
import sys
import time

# Ed25519, RFC 8032 section 5.1, as its own reference does it: slow and plain.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * I % P
    if (x * x - square) % P:
        return None
    return P - x if x % 2 != sign else x


def point(x, y):
    return (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point(x_of(BASE_Y, 0), BASE_Y)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, what):
    product = (0, 1, 1, 0)
    while number:
        if number & 1:
            product = add(product, what)
        what = add(what, what)
        number >>= 1
    return product


def packed(what):
    inverse = pow(what[2], P - 2, P)
    x, y = what[0] * inverse % P, what[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpacked(bytes_):
    y = int.from_bytes(bytes_, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = x_of(y, sign)
    return None if x is None or y >= P else point(x, y)


def expanded(secret):
    half = hashlib.sha512(secret).digest()
    number = int.from_bytes(half[:32], "little") & (1 << 254) - 8 | 1 << 254
    return number, half[32:]


def ed_public(secret):
    return packed(times(expanded(secret)[0], BASE))


def reduced(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % Q


def ed_sign(secret, message):
    number, prefix = expanded(secret)
    public = packed(times(number, BASE))
    r = reduced(prefix, message)
    head = packed(times(r, BASE))
    return head + ((r + reduced(head, public, message) * number) % Q).to_bytes(32, "little")


def ed_verifies(public, message, signature):
    key, head = unpacked(public), unpacked(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or head is None or s >= Q:
        return False
    return packed(times(s, BASE)) == packed(add(head, times(reduced(signature[:32], public, message), key)))


# P-256, with a well-kept library.

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def library():
    try:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        return ec, utils, hashes
    except ImportError:
        print("the Python package `cryptography` is not there; P-256 is not checked", file=sys.stderr)
        sys.exit(77)


def p_public(secret):
    ec, _, _ = library()
    numbers = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()).public_key().public_numbers()
    return bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(32, "big")


def p_sign(secret, message):
    ec, utils, hashes = library()
    key = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def p_verifies(public, message, signature):
    ec, utils, hashes = library()
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > ORDER // 2:
        return False
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    try:
        key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return True
    except Exception:
        return False


KINDS = {"1": (ed_public, ed_sign, ed_verifies), "2": (p_public, p_sign, p_verifies)}

# The format.

REST = [0, 3, 5, 8, 10, 13, 15, 17]


def digits_of(bytes_):
    groups = [bytes_[at:at + 7] for at in range(0, len(bytes_), 7)]
    return "".join(str(int.from_bytes(group, "big")).zfill(REST[len(group)]) for group in groups)


def bytes_of(digits):
    groups = [digits[at:at + 17] for at in range(0, len(digits), 17)]
    return b"".join(int(group).to_bytes(REST.index(len(group)), "big") for group in groups)


def tag(count, *parts):
    return hashlib.sha256(b"\0".join(parts)).digest()[:count]


def card_tag(card):
    return max(int.from_bytes(tag(4, b"kava card", card.encode()), "big"), 1) if card else 0


def message(algorithm, signed_pass, step, nonce, card):
    numbers = b"".join(number.to_bytes(4, "big") for number in (step, nonce, card))
    return b"kava code 2" + algorithm.encode() + signed_pass + numbers


def code(algorithm, signed_pass, numbers, signature):
    body = b"".join(number.to_bytes(4, "big") for number in numbers)
    return "2" + algorithm + digits_of(signed_pass + body + signature)


def luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number // 10 + number % 10
    return (10 - total % 10) % 10


def pseudonym(customer):
    if len(customer) == 33 and customer[0] == "c" and all(c in "0123456789abcdef" for c in customer[1:]):
        return bytes.fromhex(customer[1:])
    return tag(16, b"kava pseudonym", customer.encode())


def proof_of(key, purpose, who):
    return int.from_bytes(hmac.new(key, purpose + b"\0" + who, hashlib.sha256).digest()[:8], "big")


def short(key, shop, week, who):
    number = int.from_bytes(tag(8, b"kava number", who), "big") % 10**8
    body = f"3{shop:02}{week % 100:02}{number:08}{proof_of(key, b'kava short', who) % 10**8:08}"
    return body + str(luhn(body))


def show(args):
    with open(args.phone, encoding="utf-8") as file:
        phone = json.load(file)
    signed_pass = bytes.fromhex(phone["pass"])
    step = int(args.at if args.at is not None else time.time()) // 15
    nonce = args.nonce if args.nonce is not None else secrets.randbits(32)
    numbers = (step, nonce, card_tag(args.card))
    _, sign, _ = KINDS[phone["algorithm"]]
    signature = sign(bytes.fromhex(phone["secret"]), message(phone["algorithm"], signed_pass, *numbers))
    print(code(phone["algorithm"], signed_pass, numbers, signature))


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found}, the vector says {expected}")


def check_code(vector, office):
    kind, unhex = vector["algorithm"], bytes.fromhex
    public, sign, verifies = KINDS[kind]
    same("public key", public(unhex(vector["phone_secret"])).hex(), vector["phone_public"])
    same("phone id", tag(8, kind.encode() + unhex(vector["phone_public"])).hex(), vector["phone_id"])
    signed_pass = unhex(vector["pass"])
    body, office_signature = signed_pass[:-64], signed_pass[-64:]
    if not ed_verifies(unhex(office["public"]), b"kava pass 2" + kind.encode() + body, office_signature):
        sys.exit("the office's signature does not fit")
    same("step", vector["at_ms"] // 15_000, vector["step"])
    numbers = (vector["step"], vector["nonce"], vector["card"])
    text = message(kind, signed_pass, *numbers)
    same("message", text.hex(), vector["message"])
    if not verifies(unhex(vector["phone_public"]), text, unhex(vector["signature"])):
        sys.exit("the phone's signature does not fit")
    if kind == "1":
        same("signature", sign(unhex(vector["phone_secret"]), text).hex(), vector["signature"])
    same("code", code(kind, signed_pass, numbers, unhex(vector["signature"])), vector["digits"])
    same("bytes", bytes_of(vector["digits"][2:])[:len(signed_pass)], signed_pass)


def check(args):
    with open(args.vectors, encoding="utf-8") as file:
        vectors = json.load(file)
    for vector in vectors["digits"]:
        same("digits", digits_of(bytes.fromhex(vector["bytes"])), vector["digits"])
        same("bytes", bytes_of(vector["digits"]).hex(), vector["bytes"])
    tags, office = vectors["tags"], vectors["office"]
    chain, week = office["chain"].encode(), vectors["week"]
    same("chain", tag(4, b"kava chain", chain).hex(), tags["chain"])
    same("category", tag(3, b"kava category", b"coffee").hex(), tags["category coffee"])
    same("product", tag(3, b"kava product", b"latte").hex(), tags["product latte"])
    same("arm", tag(2, b"kava arm", b"ladder-mid").hex(), tags["arm ladder-mid"])
    same("card", card_tag("v0123456789abcdef.next"), tags["card v0123456789abcdef.next"])
    shop = week["shop"].encode()
    same("shop", int.from_bytes(tag(2, b"kava shop", chain, shop), "big") % 100, tags["shop"])
    same("office", ed_public(bytes.fromhex(office["secret"])).hex(), office["public"])
    parts = [b"kava week", bytes.fromhex(tags["chain"]), shop, week["week"].to_bytes(2, "big")]
    key = hmac.new(bytes.fromhex(office["secret"]), b"\0".join(parts), hashlib.sha256).digest()
    same("week key", key.hex(), week["key"])
    for vector in vectors["short"]:
        who = pseudonym(vector["customer"])
        same("pseudonym", who.hex(), vector["pseudonym"])
        same("short code", short(key, tags["shop"], week["week"], who), vector["short"])
        same("spoken", f"{proof_of(key, b'kava spoken', who) % 10**6:06}", vector["spoken"])
    blank, unhex = vectors["blank"], bytes.fromhex
    signed = unhex(blank["signed"])
    same("claim", tag(16, b"kava claim", unhex(blank["secret"])).hex(), blank["claim"])
    if not ed_verifies(unhex(office["public"]), b"kava blank 4" + signed[:-64], signed[-64:]):
        sys.exit("the signature of the blank membership does not fit")
    same("blank", "4" + digits_of(signed + unhex(blank["secret"])), blank["digits"])
    # P-256 last, so that everything else was checked where the library is missing.
    for vector in sorted(vectors["codes"], key=lambda vector: vector["algorithm"]):
        check_code(vector, office)
    print("vectors agree")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    showing = commands.add_parser("show")
    showing.add_argument("phone")
    showing.add_argument("--at", type=int)
    showing.add_argument("--nonce", type=int)
    showing.add_argument("--card")
    showing.set_defaults(run=show)
    checking = commands.add_parser("check")
    checking.add_argument("vectors")
    checking.set_defaults(run=check)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
