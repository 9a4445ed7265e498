#!/usr/bin/env python3
"""A strict witness for receipt printers: reads ESC/POS bytes and shows the slip, or says what is wrong.

    escpos_decode.py [--text] [--json] [--png FILE] [--columns N] [--page NUMBER=CODEC …] [FILE]
    escpos_decode.py --scan PICTURE                  reads the codes on a picture with zxing-cpp
    escpos_decode.py --listen PORT --append FILE     a printer on the network that writes down what it gets

A listening printer answers DLE EOT. A file beside FILE with the ending .trouble says what is wrong with it, now:
`no_paper`, `cover_open`, `offline`; or `ends_in_slip`: the paper ends in the middle of the next slip, whose rest is
printed when the word is gone.

Knows only the commands that docs/devices.md lists; any other byte is an error, and so is text that the
selected code page cannot mean. Shares no code with the counter. Python's standard library is enough;
pictures need Pillow.
"""

import argparse
import json
import os
import socketserver
import sys
import threading
import time

import code128
from escpos_paper import as_png, as_text

PAGES = {17: "cp866", 46: "cp1251"}


class BadBytes(Exception):
    """The printer would not do what was meant."""


class Bytes:
    """The stream with a place in it."""

    def __init__(self, content):
        self.content = content
        self.at = 0

    def left(self):
        return len(self.content) - self.at

    def take(self, count=1):
        if self.left() < count:
            raise BadBytes(f"the slip ends in the middle of a command at byte {self.at}")
        taken = self.content[self.at : self.at + count]
        self.at += count
        return taken

    def one(self, allowed, what):
        value = self.take()[0]
        if value not in allowed:
            raise BadBytes(f"byte {self.at - 1}: {what} {value} is not one of {sorted(allowed)}")
        return value


class Style:
    def __init__(self):
        self.align, self.bold, self.wide, self.high = "left", False, 1, 1

    def row(self, text):
        return {"is": "text", "text": text, "align": self.align, "bold": self.bold, "wide": self.wide, "high": self.high}


class Decoder:
    """Rows of one or more slips; `cut` rows stand between them."""

    def __init__(self, columns=48, pages=None):
        self.columns = columns
        self.pages = pages or PAGES
        self.rows = []
        self.reset()

    def reset(self):
        self.style = Style()
        self.codec = None
        self.line = ""
        self.qr = {}
        self.bars = {}

    def decode(self, content):
        stream = Bytes(content)
        while stream.left():
            byte = stream.take()[0]
            if byte == 0x1B:
                self.escape(stream)
            elif byte == 0x1D:
                self.group(stream)
            elif byte == 0x0A:
                self.feed(1)
            elif byte == 0x10:
                self.question(stream)
            else:
                self.character(byte, stream.at - 1)
        if self.line:
            raise BadBytes(f"{self.line!r} is never fed out of the printer")
        return self.rows

    @staticmethod
    def question(stream):
        """DLE EOT n asks something and prints nothing."""
        if stream.take() != b"\x04":
            raise BadBytes(f"byte {stream.at - 1}: DLE is only known with EOT")
        stream.one({1, 2, 4}, "status")

    def character(self, byte, at):
        if byte < 0x20 or byte == 0x7F:
            raise BadBytes(f"byte {at}: 0x{byte:02x} is no command and no character")
        if self.codec is None:
            raise BadBytes(f"byte {at}: text before a code page was chosen")
        try:
            self.line += bytes([byte]).decode(self.codec)
        except UnicodeDecodeError as error:
            raise BadBytes(f"byte {at}: 0x{byte:02x} means nothing in {self.codec}") from error
        if len(self.line) * self.style.wide > self.columns:
            raise BadBytes(f"byte {at}: {self.line!r} is wider than {self.columns} columns")

    def feed(self, lines):
        self.rows.append(self.style.row(self.line))
        self.rows.extend(self.style.row("") for _ in range(lines - 1))
        self.line = ""

    def between_lines(self, what):
        if self.line:
            raise BadBytes(f"{what} in the middle of the line {self.line!r}")

    def escape(self, stream):
        command = stream.take()
        if command == b"@":
            self.between_lines("a reset")
            self.reset()
        elif command == b"t":
            number = stream.one(self.pages, "code page")
            self.codec = self.pages[number]
        elif command == b"a":
            self.between_lines("an alignment")
            self.style.align = ("left", "centre", "right")[stream.one({0, 1, 2}, "alignment")]
        elif command == b"E":
            self.style.bold = stream.one({0, 1}, "emphasis") == 1
        elif command == b"d":
            self.feed(stream.one(range(1, 11), "feed"))
        elif command == b"p":
            pin = stream.one({0, 1}, "drawer pin")
            on, off = stream.take(2)
            if on == 0 or off <= on:
                raise BadBytes(f"the drawer pulse {on}/{off} opens nothing")
            self.rows.append({"is": "drawer", "pin": 2 if pin == 0 else 5})
        else:
            raise BadBytes(f"byte {stream.at - 1}: ESC {command!r} is not a known command")

    def group(self, stream):
        command = stream.take()
        if command == b"!":
            size = stream.take()[0]
            if size & 0x88:
                raise BadBytes(f"byte {stream.at - 1}: character size 0x{size:02x} does not exist")
            self.style.wide, self.style.high = (size >> 4) + 1, (size & 7) + 1
        elif command == b"V":
            self.between_lines("a cut")
            mode = stream.one({65, 66}, "cut")
            stream.one({0}, "feed before the cut")
            self.rows.append({"is": "cut", "partial": mode == 66})
        elif command == b"(":
            self.two_dimensional(stream)
        elif command == b"h":
            self.bars["height"] = stream.one(range(1, 256), "height of a bar code")
        elif command == b"w":
            self.bars["module"] = stream.one(range(2, 7), "module of a bar code")
        elif command == b"H":
            self.bars["digits"] = stream.one({0, 2}, "place of the digits of a bar code") == 2
        elif command == b"k":
            self.print_bars(stream)
        elif command == b"v":
            self.raster(stream)
        else:
            raise BadBytes(f"byte {stream.at - 1}: GS {command!r} is not a known command")

    def two_dimensional(self, stream):
        if stream.take() != b"k":
            raise BadBytes(f"byte {stream.at - 1}: GS ( is only known with k")
        low, high = stream.take(2)
        body = Bytes(stream.take(low + 256 * high))
        body.one({49}, "two-dimensional code")
        function = body.one({65, 67, 69, 80, 81}, "QR function")
        if function == 65:
            self.qr["model"] = body.one({49, 50}, "QR model") - 48
            body.one({0}, "QR model parameter")
        elif function == 67:
            self.qr["module"] = body.one(range(1, 17), "QR module size")
        elif function == 69:
            self.qr["correction"] = "LMQH"[body.one({48, 49, 50, 51}, "QR correction") - 48]
        elif function == 80:
            body.one({48}, "QR parameter")
            self.qr["content"] = body.take(body.left()).decode("ascii")
        else:
            body.one({48}, "QR parameter")
            self.print_qr()
        if body.left():
            raise BadBytes(f"{body.left()} bytes too many in QR function {function}")

    def print_bars(self, stream):
        self.between_lines("a bar code")
        stream.one({73}, "kind of bar code")
        missing = {"height", "module", "digits"} - self.bars.keys()
        if missing:
            raise BadBytes(f"a bar code is printed without its {', '.join(sorted(missing))}")
        try:
            text, values = code128.read(stream.take(stream.take()[0]))
        except code128.BadCode as error:
            raise BadBytes(f"byte {stream.at}: {error}") from error
        width = sum(run for run, _ in code128.bars(values, self.bars["module"]))
        if width > self.columns * 12:
            raise BadBytes(f"a bar code of {width} dots is wider than the paper")
        self.rows.append({"is": "code128", "text": text, "values": values, **self.bars})

    def raster(self, stream):
        self.between_lines("a picture")
        stream.one({48}, "raster")
        stream.one({0}, "raster mode")
        low, high, rows_low, rows_high = stream.take(4)
        across, rows = low + 256 * high, rows_low + 256 * rows_high
        if not rows or not 0 < across * 8 <= (self.columns * 12 + 7) // 8 * 8:
            raise BadBytes(f"a picture of {across * 8} by {rows} dots does not fit")
        self.rows.append({"is": "raster", "across": across, "rows": rows, "dots": stream.take(across * rows).hex()})

    def print_qr(self):
        self.between_lines("a QR code")
        missing = {"model", "module", "correction", "content"} - self.qr.keys()
        if missing:
            raise BadBytes(f"a QR code is printed without its {', '.join(sorted(missing))}")
        self.rows.append({"is": "qr", "align": self.style.align, **self.qr})


# What a printer answers to DLE EOT 1, 2 and 4.
STATUS = {
    "": (0x12, 0x12, 0x12),
    "ends_in_slip": (0x12, 0x12, 0x12),
    "no_paper": (0x1A, 0x32, 0x72),
    "cover_open": (0x1A, 0x16, 0x12),
    "offline": (0x1A, 0x12, 0x12),
}


def listen(args, pages):
    one_at_a_time = threading.Lock()

    def trouble():
        try:
            with open(args.append + ".trouble", encoding="utf-8") as file:
                return file.read().strip()
        except FileNotFoundError:
            return ""

    class Printer(socketserver.BaseRequestHandler):
        def handle(self):
            content = self.receive()
            if not content:
                return
            with one_at_a_time:
                while trouble():
                    time.sleep(0.02)
                self.write_down(content)

        def receive(self):
            """Everything until the asker ends; questions are answered when they come."""
            content, answered = b"", 0
            while part := self.request.recv(4096):
                content += part
                while (at := content.find(b"\x10\x04", answered)) >= 0 and at + 2 < len(content):
                    answered = at + 3
                    which = {1: 0, 2: 1, 4: 2}.get(content[at + 2])
                    if which is not None:
                        self.request.sendall(bytes([STATUS[trouble()][which]]))
            return content.replace(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04", b"")

        def write_down(self, content):
            try:
                shown = as_text(Decoder(args.columns, pages).decode(content), args.columns)
            except BadBytes as error:
                shown = f"[unprintable: {error}]\n"
            with open(args.append, "a", encoding="utf-8") as file:
                file.write(shown)
                file.flush()
                os.fsync(file.fileno())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", args.listen), Printer) as server:
        print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


def scan(path):
    """What a well-kept barcode reader sees on a picture, one code a line."""
    try:
        import zxingcpp
        from PIL import Image
    except ImportError:
        raise SystemExit("reading pictures needs the Debian packages python3-zxing-cpp and python3-pil")
    codes = zxingcpp.read_barcodes(Image.open(path))
    return sorted(f"{code.format} {code.text}".replace("BarcodeFormat.", "") for code in codes)


def page(words):
    number, _, codec = words.partition("=")
    if not number.isdigit() or not codec:
        raise argparse.ArgumentTypeError(f"{words!r} is not like 17=cp866")
    "".encode(codec)
    return int(number), codec


def main():
    parser = argparse.ArgumentParser(description="Reads ESC/POS strictly.")
    parser.add_argument("file", nargs="?", help="printed bytes; standard input without it")
    parser.add_argument("--text", action="store_true", help="the slip as text (the default)")
    parser.add_argument("--json", action="store_true", help="the slip as rows")
    parser.add_argument("--png", help="draw the slip into this file")
    parser.add_argument("--columns", type=int, default=48, help="characters in a line")
    parser.add_argument("--page", type=page, action="append", help="which codec a page number means")
    parser.add_argument("--listen", type=int, help="be a printer at this port; 0 takes any free one")
    parser.add_argument("--scan", metavar="PICTURE", help="reads the codes on a picture")
    parser.add_argument("--append", help="with --listen: where slips are written down")
    args = parser.parse_args()
    pages = PAGES | dict(args.page or [])
    if args.scan:
        print("\n".join(scan(args.scan)))
        return
    if args.listen is not None:
        if not args.append:
            parser.error("--listen needs --append FILE")
        listen(args, pages)
        return
    if args.file:
        with open(args.file, "rb") as file:
            content = file.read()
    else:
        content = sys.stdin.buffer.read()
    try:
        rows = Decoder(args.columns, pages).decode(content)
    except BadBytes as error:
        raise SystemExit(f"not a slip: {error}")
    if args.png:
        as_png(rows, args.columns, args.png)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    if args.text or not (args.json or args.png):
        sys.stdout.write(as_text(rows, args.columns))


if __name__ == "__main__":
    main()
