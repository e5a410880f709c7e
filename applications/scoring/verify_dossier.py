#!/usr/bin/env python3
"""Check a selection dossier without trusting whoever made it: ranking, lottery and chosen are computed anew.

    python3 verify_dossier.py FILE [HASH …]

Needs Python 3.11 and numpy, and nothing of Slipway. Name the hashes that were published: the protocol's
before the call closed, the seal with the chosen. Says "verified", or where the dossier differs.
"""

import hashlib
import json
import math
import sys

import numpy as np

FORMAT, MODEL = "slipway selection dossier 1", "within-application empirical Bayes, 1"
MOST_BYTES, MOST_CELLS = 50_000_000, 20_000_000  # 10,000 applications need a tenth of either


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(document):
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def must(be_true, otherwise):
    if not be_true:
        raise ValueError(otherwise)


def calibrate(i, j, y, first):
    """From readings of application i by reviewer j with total y: scores, and what their errors consist of."""
    N, A, R = len(y), i.max() + 1, j.max() + 1
    n, n_j = np.bincount(i), np.bincount(j[first], minlength=R)
    # Spread, learnt in the first round: wide reviewers are narrowed, narrow ones widened.
    centre = np.bincount(j[first], y[first], R) / np.maximum(n_j, 1)
    squares = np.bincount(j[first], (y[first] - centre[j[first]]) ** 2, R)
    common = squares.sum() / max((n_j - 1).clip(0).sum(), 1)
    if common > 1e-12:
        factor = np.where(n_j > 1, np.sqrt(common * (19 + n_j) / (20 * common + squares)), 1)
        y = np.where(factor[j] == 1, y, centre[j] + (y - centre[j]) * factor[j])
    # Leniency, from disagreement on the same application alone.
    read = np.zeros((A, R))
    np.add.at(read, (i, j), 1)
    share, e = read / n[:, None], y - (np.bincount(i, y) / n)[i]
    w, V = np.linalg.eigh(np.diag(read.sum(0)) - share.T @ read)
    joined = w > 1e-9 * read.sum(0).max()
    w, b = np.where(joined, w, 0), np.where(joined, V.T @ np.bincount(j, e), 0)
    lenient, free, tiny = 0.0, N - A - joined.sum(), 1e-12 * max(y.var(), 1e-12)
    if N == A or free <= 0 or not joined.any():  # the readings cannot tell: all of it is noise
        noise = 0.7 * y.var() if N == A else e @ e / (N - A)
    else:
        noise = max(0, e @ e - (b[joined] ** 2 / w[joined]).sum()) / free
        noise *= noise > tiny
        lenient = max(0, e @ e - (N - A) * noise) / w.sum()
        lenient *= lenient > tiny
    d = w * lenient + noise
    gain = np.divide(lenient, d, out=np.zeros(R), where=d > 0)
    leniency, C = V @ (gain * b), V * np.where(d > 0, noise * gain, lenient) @ V.T
    # Corrected means, pulled towards the middle the more, the fewer their readings.
    mean, spare = np.bincount(i, y - leniency[j]) / n, N - n @ n / N
    between = n @ (mean - n @ mean / N) ** 2 - (A - 1) * noise
    worth = max(1e-12, between / spare if spare > 1e-12 else 0)
    h = 1 / (worth + noise / n)
    middle, B = h @ mean / h.sum(), worth * h
    paths = B[:, None] * (share - B / max(B.sum(), 1e-12) @ share)
    return middle + B * (mean - middle), worth * (1 - B), paths, C


def recompute(protocol, rows, lottery, departures, panel_reserve):
    """The result as it follows from what was promised, read, drawn, and decided by the panel."""
    if not rows and not lottery and not departures and not panel_reserve:
        return {"ranking": [], "tied": [], "drawn": [], "chosen": [], "reserve": []}
    columns = list(zip(*rows, strict=True))
    (ids, i), (people, j) = (np.unique(np.array(one, int), return_inverse=True) for one in columns[:2])
    must(len(ids) * len(people) <= MOST_CELLS, "it has more applications and reviewers than fit")
    weights, rounds = np.array([float(one["weight"]) for one in protocol["criteria"]]), np.array(columns[3])
    y = np.round(np.array(columns[4], float).reshape(len(i), len(weights)) @ (weights / weights.sum()), 12)
    must(np.isfinite(y).all(), "a mark is not a number")
    score, own, paths, C = calibrate(i, j, y, rounds == rounds.min())
    error, count = np.sqrt(np.maximum(own + (paths @ C * paths).sum(1), 0)), np.bincount(i)
    exact = np.array([score, error, np.bincount(i, y) / count])
    score, error, mean = np.round(np.round(exact, 9), 6) + 0.0
    houses = np.bincount([a for a, _ in set(zip(i.tolist(), columns[2], strict=True))])
    seats, quorum, certainty = protocol["seats"], protocol["quorum"], float(protocol["certainty"])
    full = (count >= quorum["readings"]) & (houses >= quorum["organisations"])
    best = sorted(np.flatnonzero(full), key=lambda a: (-score[a], a))
    ranking = []
    for a in [*best, *np.flatnonzero(~full)]:
        figures = zip(("raw_mean", "score", "standard_error"), (mean[a], score[a], error[a]), strict=True)
        line = {name: f"{figure:.6f}".rstrip("0").rstrip(".") for name, figure in figures}
        place = int((score[best] > score[a]).sum()) + 1 if full[a] else None
        ranking.append({"application": int(ids[a]), "place": place, "readings": int(count[a]), **line})

    def unsure(a, o):  # is a truly above o with less than the certainty promised?
        apart = paths[a] - paths[o]
        variance = max(own[a] + own[o] + apart @ C @ apart, 1e-200)
        return 0.5 * math.erfc((score[o] - score[a]) / math.sqrt(2 * variance)) < certainty

    level, tied = set(), []  # who shares the last seat by equal scores; whom the readings cannot tell apart
    if 0 < seats < len(best):
        last, out = best[seats - 1], best[seats]
        level = {int(ids[a]) for a in best if score[a] == score[last] == score[out]}
        near = [a for at, a in enumerate(best) if (unsure(a, out) if at < seats else unsure(last, a))]
        tied = [int(ids[a]) for a in best if ids[a] in level or (a in near and unsure(last, out))]
    order, pool, drawn = [int(ids[a]) for a in best], [], []
    if lottery:
        pool = sorted(lottery["pool"])
        must(level <= set(pool) <= set(tied), "the pool of the lottery is not of those tied at the cut")
        sources = [sorted(source["numbers"]) for source in lottery["sources"]]
        key = "".join("".join(f"{number}." for number in one) + "/" for one in sources).encode()
    for pick in (number.to_bytes(2, "big") for number in range(len(pool))):
        number = int.from_bytes(hashlib.sha256(pick + key + pick).digest(), "big")
        drawn.append(pool.pop(number % len(pool)))
    before = [a for a in order[:seats] if a not in drawn]
    order = before + drawn + [a for a in order if a not in before + drawn]
    chosen = order[:seats]
    for one in departures:
        must(one["in"] in order and one["in"] not in chosen, "a departure takes in who cannot come in")
        chosen[chosen.index(one["out"])] = one["in"]
    settled = {*drawn, *(one[way] for one in departures for way in ("in", "out"))}
    decided = panel_reserve is not None or len({a in chosen for a in level - settled}) < 2
    must(decided, "equal scores share the last seat: who settled it?")
    rest = [a for a in order if a not in chosen]
    reserve = rest[: protocol["reserve"]] if panel_reserve is None else panel_reserve
    fits = set(reserve) <= set(rest) and len(set(reserve)) == len(reserve) <= protocol["reserve"]
    must(fits, "the panel's reserve holds who cannot be in it")
    return {"ranking": ranking, "tied": tied, "drawn": drawn, "chosen": chosen, "reserve": reserve}


def differences(text, *published):
    """What is wrong with a dossier, in sentences; none if it is verified."""
    try:
        must(len(text) <= MOST_BYTES, "it is larger than any dossier")
        dossier = json.loads(text)
        must(type(dossier) is dict and dossier.get("format") == FORMAT, f"it is no {FORMAT!r}")
        must(dossier["model"] == MODEL, f"this program knows the model {MODEL!r} only")
        said, protocol, seal = dossier["result"], dossier["protocol_sha256"], dossier["sha256"]
        found = [f"The hash {one} is not this dossier's." for one in published if one not in (protocol, seal)]
        if canonical(dossier) != text.removesuffix("\n"):
            found.append("The file is not in its canonical form: it was edited.")
        del dossier["sha256"]
        if sha256(dossier) != seal or sha256(dossier["protocol"]) != protocol:
            found.append("A hash does not fit what it seals: something was changed.")
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            parts = ("protocol", "readings", "lottery", "departures", "panel_reserve")
            should = recompute(*(dossier[part] for part in parts))
        must(said.keys() == should.keys(), "its result has other parts")
        pairs = [("ranking", *lines) for lines in zip(said["ranking"], should["ranking"], strict=True)]
        pairs += [(part, said[part], should[part]) for part in should if part != "ranking"]
        found += [
            f"{part.capitalize()}: the dossier says {a}, the readings give {b}."
            for part, a, b in pairs
            if a != b
        ]
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a file: it is not verified
        return [f"This cannot be verified: {str(error) or type(error).__name__}."]
    return found


def verify(path, *published):
    """Whether the file is a verified dossier, and the lines to print."""
    try:
        with open(path, "rb") as file:
            text = file.read(MOST_BYTES + 1).decode()
    except (OSError, ValueError) as error:
        return False, ["NOT verified.", f"{path} cannot be read: {error}."]
    if found := differences(text, *published):
        return False, ["NOT verified.", *found]
    dossier = json.loads(text)
    hashes = [f"protocol {dossier['protocol_sha256']}", f"seal     {dossier['sha256']}"]
    state = dossier["released_on"] or "not yet: this is a draft"
    chosen = f"chosen   {str(dossier['result']['chosen'])[1:-1]}"
    return True, [*hashes, f"released {state}", chosen, "verified"]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    verified, lines = verify(*sys.argv[1:])
    print(*lines, sep="\n")
    sys.exit(not verified)
