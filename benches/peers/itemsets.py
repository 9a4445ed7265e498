"""Itemset miners of others on the same baskets: mlxtend's two and Borgelt's C (pyfim).

Usage: itemsets.py FILE SEPARATOR COUNT. Prints one JSON object. Requirements: requirements.txt beside.
Only mining is timed, never reading or encoding; the best of some rounds counts.
"""

import gzip
import json
import resource
import signal
import sys
import time

import fim
import pandas
from mlxtend.frequent_patterns import apriori, fpgrowth
from mlxtend.preprocessing import TransactionEncoder

MEMORY = 8 << 30
PATIENCE_S = 120


def read(path, separator):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        baskets = [sorted({item.strip() for item in line.split(separator) if item.strip()}) for line in lines]
    numbers = {}
    return [[numbers.setdefault(item, len(numbers)) for item in basket] for basket in baskets]


def best(rounds, mine):
    """Seconds and itemsets of the fastest round, or why there are none."""
    fastest = None
    for _ in range(rounds):
        signal.alarm(PATIENCE_S)
        begun = time.perf_counter()
        try:
            found = len(mine())
        except MemoryError:
            return {"failed": f"more than {MEMORY >> 30} GiB of memory"}
        except TimeoutError:
            return {"failed": f"more than {PATIENCE_S} s"}
        finally:
            signal.alarm(0)
        taken = time.perf_counter() - begun
        fastest = taken if fastest is None else min(fastest, taken)
    return {"seconds": fastest, "itemsets": found}


def out_of_time(*_):
    raise TimeoutError


def main():
    path, separator, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, out_of_time)
    baskets = read(path, separator)
    encoder = TransactionEncoder()
    frame = pandas.DataFrame(encoder.fit(baskets).transform(baskets), columns=encoder.columns_)
    # A hair below count / n: a share that is rounded up would lose the sets that stand on the edge.
    share = (count - 0.5) / len(baskets)
    mined = {
        "mlxtend.fpgrowth": best(3, lambda: fpgrowth(frame, min_support=share)),
        "mlxtend.apriori": best(1, lambda: apriori(frame, min_support=share)),
    }
    for name in ("apriori", "eclat", "fpgrowth"):
        # A negative support is a count of baskets.
        mined[f"pyfim.{name}"] = best(9, lambda: getattr(fim, name)(baskets, target="s", supp=-count, zmin=1))
    print(json.dumps(mined))


main()
