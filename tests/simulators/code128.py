"""Code 128 as ISO/IEC 15417 has it: what a printer makes of its command's bytes, as text and as bars."""

# Widths of the three bars and three spaces of each character; the stop has a bar more.
WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()
START = {"B": 104, "C": 105}
TO = {"B": 100, "C": 99}
STOP = 106


class BadCode(Exception):
    """The printer would print no symbol."""


def read(data):
    """Text and symbol characters of a command's data, which begins with the name of a set."""
    text, values, chosen, at = "", [], None, 0
    while at < len(data):
        if data[at] == ord("{"):
            name = data[at + 1 : at + 2].decode("latin-1")
            if name not in START:
                raise BadCode(f"set {name!r} is not one of B and C")
            values.append(TO[name] if values else START[name])
            chosen, at = name, at + 2
            continue
        value = data[at]
        if chosen == "C" and value < 100:
            text, values = text + f"{value:02d}", values + [value]
        elif chosen == "B" and 0x20 <= value < 0x7F:
            text, values = text + chr(value), values + [value - 0x20]
        else:
            raise BadCode(f"{value} is no character of set {chosen}")
        at += 1
    if not text:
        raise BadCode("the symbol is empty")
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return text, values + [check, STOP]


def bars(values, module):
    """Pairs of a width in dots and whether it is black, with ten modules of white on both sides."""
    runs = [(10 * module, False)]
    for value in values:
        runs += [(int(width) * module, place % 2 == 0) for place, width in enumerate(WIDTHS[value])]
    return runs + [(10 * module, False)]
