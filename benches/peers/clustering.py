"""K-Means and DBSCAN of scikit-learn on the same points.

Usage: clustering.py kmeans FILE WIDTH K STARTS | dbscan FILE WIDTH EPS MIN_POINTS. FILE holds little-endian
doubles, point after point. Prints one JSON object; labels go to FILE.labels as little-endian 64-bit integers.
Requirements: requirements.txt beside, which `cargo xtask bench` installs. Only the fit is timed; the median of some rounds counts.
"""

import json
import statistics
import sys
import time

import numpy
import sklearn
from sklearn.cluster import DBSCAN, KMeans

ROUNDS = 3


def timed(fit):
    seconds = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        found = fit(number)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds), found


def main():
    what, path, width = sys.argv[1], sys.argv[2], int(sys.argv[3])
    points = numpy.fromfile(path, dtype="<f8").reshape(-1, width)
    answer = {"peer": f"scikit-learn {sklearn.__version__}"}
    if what == "kmeans":
        k, starts = int(sys.argv[4]), int(sys.argv[5])
        seconds, found = timed(lambda number: KMeans(k, n_init=starts, random_state=number).fit(points))
        answer |= {"inertia": float(found.inertia_), "rounds": int(found.n_iter_)}
    else:
        eps, least = float(sys.argv[4]), int(sys.argv[5])
        seconds, found = timed(lambda _: DBSCAN(eps=eps, min_samples=least, n_jobs=2).fit(points))
        answer |= {"core": int(len(found.core_sample_indices_))}
        core = numpy.zeros(len(points), dtype="<i8")
        core[found.core_sample_indices_] = 1
        core.tofile(path + ".core")
    found.labels_.astype("<i8").tofile(path + ".labels")
    print(json.dumps(answer | {"seconds": seconds}))


main()
