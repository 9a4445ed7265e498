"""A decoded slip as text, and as a picture, one pixel a dot. Pictures need Pillow."""

import code128

FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono{}.ttf"


def placed(row, columns):
    """A text row with its alignment and double width as spaces."""
    text = " ".join(row["text"]) if row["wide"] == 2 else row["text"]
    if row["align"] == "centre":
        return text.center(columns).rstrip()
    return text.rjust(columns) if row["align"] == "right" else text.rstrip()


def as_text(rows, columns):
    lines = []
    for row in rows:
        if row["is"] == "text":
            lines.append(placed(row, columns))
        elif row["is"] == "qr":
            lines.append(f"[QR {row['content']}]".center(columns).rstrip())
        elif row["is"] == "code128":
            lines.append(f"[|| {row['text']} ||]".center(columns).rstrip())
        elif row["is"] == "raster":
            lines.append(f"[picture {row['across'] * 8} x {row['rows']}]".center(columns).rstrip())
        elif row["is"] == "drawer":
            lines.append("[drawer opens]")
        else:
            lines.append("- " * (columns // 2) + "cut")
    return "\n".join(lines) + "\n"


class Paper:
    """Draws a slip as the printer would, one pixel a dot."""

    MARGIN = 24
    CELL = (12, 30)

    def __init__(self, columns, imaging):
        self.columns = columns
        self.image, self.draw, self.font_of = imaging
        self.width = columns * self.CELL[0] + 2 * self.MARGIN
        self.strips = []

    def add(self, row):
        kind = row["is"]
        if kind == "text":
            self.text(row)
        elif kind == "qr":
            self.code(row)
        elif kind == "code128":
            self.bars(row)
        elif kind == "raster":
            self.picture(row)
        elif kind == "drawer":
            self.note("drawer opens")
        else:
            self.note("- " * (self.columns // 2))

    def strip(self, height):
        strip = self.image.new("L", (self.width, height), 255)
        self.strips.append(strip)
        return strip

    def text(self, row):
        wide, high = self.CELL
        line = self.image.new("L", (max(1, len(row["text"])) * wide, wide * 2 + 2), 255)
        pen = self.draw.Draw(line)
        font = self.font_of(row["bold"], 20)
        for column, letter in enumerate(row["text"]):
            pen.text((column * wide, 0), letter, fill=0, font=font)
        line = line.resize((line.width * row["wide"], line.height * row["high"]))
        strip = self.strip(high * row["high"])
        room = self.columns * wide - line.width
        indent = {"left": 0, "centre": room // 2, "right": room}[row["align"]]
        strip.paste(line, (self.MARGIN + indent, 3))

    def code(self, row):
        try:
            import qrcode

            levels = {"L": 1, "M": 0, "Q": 3, "H": 2}
            code = qrcode.QRCode(error_correction=levels[row["correction"]], box_size=row["module"], border=0)
            code.add_data(row["content"])
            code.make(fit=True)
            picture = code.make_image().convert("L")
        except ImportError:
            picture = self.placeholder(row)
        strip = self.strip(picture.height + 4 * row["module"])
        strip.paste(picture, ((self.width - picture.width) // 2, 2 * row["module"]))

    def bars(self, row):
        runs = code128.bars(row["values"], row["module"])
        strip = self.strip(row["height"] + (30 if row["digits"] else 0))
        pen = self.draw.Draw(strip)
        at = (self.width - sum(width for width, _ in runs)) // 2
        for width, black in runs:
            if black:
                pen.rectangle((at, 0, at + width - 1, row["height"] - 1), fill=0)
            at += width
        if row["digits"]:
            place = (self.width // 2, row["height"] + 15)
            pen.text(place, row["text"], fill=0, font=self.font_of(False, 20), anchor="mm")

    def picture(self, row):
        inverse = bytes(byte ^ 0xFF for byte in bytes.fromhex(row["dots"]))
        picture = self.image.frombytes("1", (row["across"] * 8, row["rows"]), inverse).convert("L")
        self.strip(row["rows"]).paste(picture, ((self.width - picture.width) // 2, 0))

    def placeholder(self, row):
        picture = self.image.new("L", (29 * row["module"], 29 * row["module"]), 255)
        pen = self.draw.Draw(picture)
        pen.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=0, width=3)
        content = row["content"]
        for line in range(0, min(len(content), 96), 12):
            pen.text((10, 8 + line * 2), content[line : line + 12], fill=0, font=self.font_of(False, 18))
        return picture

    def note(self, words):
        pen = self.draw.Draw(self.strip(28))
        pen.text((self.width // 2, 14), words, fill=150, font=self.font_of(False, 16), anchor="mm")

    def save(self, path):
        height = sum(strip.height for strip in self.strips) + 2 * self.MARGIN
        slip = self.image.new("L", (self.width, height), 255)
        at = self.MARGIN
        for strip in self.strips:
            slip.paste(strip, (0, at))
            at += strip.height
        slip.save(path)


def as_png(rows, columns, path):
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise SystemExit("pictures need Pillow: install the Debian package python3-pil, then draw again")

    def font_of(bold, size):
        try:
            return ImageFont.truetype(FONTS.format("-Bold" if bold else ""), size)
        except OSError:
            raise SystemExit("pictures need the font DejaVu Sans Mono: install the Debian package fonts-dejavu-core")

    paper = Paper(columns, (Image, ImageDraw, font_of))
    for row in rows:
        paper.add(row)
    paper.save(path)
