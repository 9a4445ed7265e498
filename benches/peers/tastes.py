"""Item-item recommenders of `implicit` on the same guests and the same candidates.

Usage: tastes.py INNER_TRAIN INNER_TRUTH TRAIN TRUTH. TRAIN has guest,product,visits before the cut, TRUTH guest,product
of what was new to the guest in the window; the INNER ones lie before the cut. Like Kava, `implicit` is set on the
inner cut and measured on the other: kind, neighbours, and whether visits or ones are its weights. Prints one JSON object.
Requirements: requirements.txt beside.
"""

import csv
import json
import sys
import warnings

import numpy
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from scipy.sparse import csr_matrix

warnings.filterwarnings("ignore")
FIRST = 5
NEIGHBOURS = (20, 50, 200)


def read(path):
    with open(path) as lines:
        return numpy.array([[int(cell) for cell in row] for row in csv.reader(lines)])


def recalls(train, truth):
    """Recall@5 of every recommender."""
    bought = {}
    for guest, product in truth:
        bought.setdefault(int(guest), set()).add(int(product))
    guests = numpy.array(sorted(bought))
    shape = (max(train[:, 0].max(), guests.max()) + 1, train[:, 1].max() + 1)
    visits = csr_matrix((train[:, 2].astype(numpy.float32), (train[:, 0], train[:, 1])), shape)
    found = {}
    for kind in (CosineRecommender, TFIDFRecommender, BM25Recommender):
        for weights, matrix in (("visits", visits), ("ones", visits.minimum(1))):
            for neighbours in NEIGHBOURS:
                model = kind(K=neighbours)
                model.fit(matrix, show_progress=False)
                ids, _ = model.recommend(guests, matrix[guests], N=FIRST, filter_already_liked_items=True)
                own = [bought[int(guest)] for guest in guests]
                hits = [len(want.intersection(row.tolist())) / len(want) for want, row in zip(own, ids)]
                found[f"{kind.__name__}, K {neighbours}, {weights}"] = float(numpy.mean(hits))
    return found, len(guests)


def main():
    inner_train, inner_truth, train, truth = (read(path) for path in sys.argv[1:5])
    before, _ = recalls(inner_train, inner_truth)
    found, guests = recalls(train, truth)
    chosen = max(before, key=before.get)
    print(
        json.dumps(
            {
                "guests": guests,
                "chosen": chosen,
                "recall_at_5": found[chosen],
                "chosen_by": before,
                "all": found,
            }
        )
    )


main()
