"""Checks a selection dossier without trusting whoever made it: recomputes the ranking, the lottery and the five.

    python verify_dossier.py FILE

Needs Python 3.11 and numpy, and nothing of Slipway: this file can be copied and run anywhere. It says
"verified", or where the dossier differs. Compare the two hashes that it prints with those published: the
protocol's before the call closed, the seal when the five were announced.
"""

import bisect
import hashlib
import json
import math
import sys

import numpy as np


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(document):
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def to_millionths(values):
    return np.asarray(values, float).round(9).round(6) + 0.0


def text(value):
    return f"{value:.6f}".rstrip("0").rstrip(".")


def calibrate(i, j, y, first):
    """Scores a with their mean μ, and what their uncertainty is made of, by the published formulas."""
    A, R, N = i.max() + 1, j.max() + 1, len(y)
    n_i = np.bincount(i, minlength=A)
    # the spread of each reviewer, learnt in the first round
    n_j = np.bincount(j[first], minlength=R)
    own = np.bincount(j[first], y[first], R) / np.maximum(n_j, 1)
    squares = np.bincount(j[first], (y[first] - own[j[first]]) ** 2, R)
    common = squares.sum() / max((n_j - 1).clip(0).sum(), 1)
    if common > 1e-12:
        narrow = np.sqrt(common * (19 + n_j) / (20 * common + squares), out=np.ones(R), where=n_j > 1)
        y = np.where(narrow[j] == 1, y, own[j] + (y - own[j]) * narrow[j])
    # leniency, from disagreement on the same application
    table = np.zeros((A, R))
    np.add.at(table, (i, j), 1)
    share = table / n_i[:, None]
    e = y - (np.bincount(i, y, A) / n_i)[i]
    w, V = np.linalg.eigh(np.diag(table.sum(0)) - share.T @ table)
    up = w > 1e-9 * table.sum(0).max()
    w, b = np.where(up, w, 0), np.where(up, V.T @ np.bincount(j, e, R), 0)
    noise, lenient, free, tiny = 0.0, 0.0, N - A - up.sum(), 1e-12 * max(y.var(), 1e-12)
    if N == A:
        noise = 0.7 * y.var()
    elif free <= 0 or not up.any():
        noise = e @ e / (N - A)
    else:
        noise = max(0, e @ e - (b[up] ** 2 / w[up]).sum()) / free
        noise = noise if noise > tiny else 0.0
        lenient = max(0, e @ e - (N - A) * noise) / w.sum()
        lenient = lenient if lenient > tiny else 0.0
    d = w * lenient + noise
    gain = np.divide(lenient, d, out=np.zeros(R), where=d > 0)
    r, C = V @ (gain * b), (V * np.where(d > 0, noise * gain, lenient)) @ V.T
    # correct, average, and pull towards the middle
    m = np.bincount(i, y - r[j], A) / n_i
    spare = N - (n_i @ n_i) / N
    between = n_i @ (m - n_i @ m / N) ** 2 - (A - 1) * noise
    worth = max(1e-12, between / spare if spare > 1e-12 else 0)
    h = 1 / (worth + noise / n_i)
    mu, B = h @ m / h.sum(), worth * h
    paths = B[:, None] * (share - (B / max(B.sum(), 1e-12)) @ share)
    return to_millionths(mu + B * (m - mu)), worth * (1 - B), paths, C


def recompute(dossier):
    """The result as it follows from protocol, readings, lottery and departures."""
    protocol, rows = dossier["protocol"], dossier["readings"]
    if not rows:
        return {"ranking": [], "tied": [], "drawn": [], "chosen": [], "reserve": []}
    ids, i = np.unique([row[0] for row in rows], return_inverse=True)
    j = np.unique([row[1] for row in rows], return_inverse=True)[1]
    rounds = np.array([row[3] for row in rows])
    weights = np.array([float(one["weight"]) for one in protocol["criteria"]])
    y = np.round(np.array([[float(x) for x in row[4]] for row in rows]) @ (weights / weights.sum()), 12)
    score, own, paths, C = calibrate(i, j, y, rounds == rounds.min())
    error = to_millionths(np.sqrt(np.maximum(own + ((paths @ C) * paths).sum(1), 0)))
    count = np.bincount(i)
    mean = to_millionths(np.bincount(i, y) / count)
    houses = np.bincount([a for a, _ in {(a, row[2]) for row, a in zip(rows, i, strict=True)}])
    quorum = protocol["quorum"]
    full = [count[a] >= quorum["readings"] and houses[a] >= quorum["organisations"] for a in range(len(ids))]
    order = sorted(range(len(ids)), key=lambda a: (not full[a], -score[a] if full[a] else 0, ids[a]))
    ranked = [a for a in order if full[a]]
    falling = [-score[a] for a in ranked]
    ranking = [
        {
            "application": int(ids[a]),
            "place": 1 + bisect.bisect_left(falling, -score[a]) if full[a] else None,
            "readings": int(count[a]),
            "raw_mean": text(mean[a]),
            "score": text(score[a]),
            "standard_error": text(error[a]),
        }
        for a in order
    ]

    def above(a, o):  # the chance that a is truly above o
        apart, lead = paths[a] - paths[o], score[a] - score[o]
        variance = own[a] + own[o] + apart @ C @ apart
        if variance <= 0 or abs(lead) > 40 * math.sqrt(variance):
            return 0.5 + 0.5 * np.sign(lead)
        return 0.5 * math.erfc(-lead / math.sqrt(2 * variance))

    seats, certainty, tied = protocol["seats"], float(protocol["certainty"]), []
    if 0 < seats < len(ranked):
        last, next_ = ranked[seats - 1], ranked[seats]
        if score[last] == score[next_] or above(last, next_) < certainty:
            tied = [
                a
                for at, a in enumerate(ranked)
                if (above(a, next_) if at < seats else above(last, a)) < certainty
                or score[a] == score[last] == score[next_]
            ]
    final, tied, drawn = [int(ids[a]) for a in ranked], [int(ids[a]) for a in tied], []
    if dossier["lottery"]:
        left = sorted(dossier["lottery"]["pool"])
        if not set(left) <= set(tied):
            raise ValueError("the lottery has applications in its pool that are not tied at the cut")
        numbers = [sorted(source["numbers"]) for source in dossier["lottery"]["sources"]]
        key = "".join("".join(f"{x}." for x in source) + "/" for source in numbers).encode()
        for pick in range(len(left)):
            affix = pick.to_bytes(2, "big")
            big = int.from_bytes(hashlib.sha256(affix + key + affix).digest(), "big")
            drawn.append(left.pop(big % len(left)))
        before = [a for a in final[:seats] if a not in drawn]
        final = before + drawn + [a for a in final if a not in drawn and a not in before]
    chosen = final[:seats]
    for departure in dossier["departures"]:
        chosen[chosen.index(departure["out"])] = departure["in"]
    reserve = [a for a in final if a not in chosen][: protocol["reserve"]]
    return {"ranking": ranking, "tied": tied, "drawn": drawn, "chosen": chosen, "reserve": reserve}


def differences(file_text):
    """What is wrong with a dossier, in sentences; none if it is verified."""
    try:
        dossier = json.loads(file_text)
        body = {key: value for key, value in dossier.items() if key != "sha256"}
        found = []
        if canonical(dossier) != file_text.rstrip("\n"):
            found.append("The file is not in canonical form.")
        if sha256(body) != dossier["sha256"]:
            found.append("The seal does not fit the contents: something was changed.")
        if sha256(dossier["protocol"]) != dossier["protocol_sha256"]:
            found.append("The hash of the protocol does not fit the protocol.")
        if dossier["format"] != "slipway selection dossier 1":
            found.append(f"This program does not know the format {dossier['format']!r}.")
        if dossier["model"] != "within-application empirical Bayes, 1":
            found.append(f"This program does not know the model {dossier['model']!r}.")
        said, computed = dossier["result"], recompute(dossier)
        for line, should in zip(said["ranking"], computed["ranking"], strict=True):
            if line != should:
                found.append(f"Ranking: the dossier says {line}, the readings give {should}.")
        found += [
            f"{part.capitalize()}: the dossier says {said[part]}, the readings give {computed[part]}."
            for part in ("tied", "drawn", "chosen", "reserve")
            if said[part] != computed[part]
        ]
        return found
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        return [f"The dossier cannot be recomputed: {error}."]


def main(path):
    with open(path, encoding="utf-8") as file:
        file_text = file.read()
    found = differences(file_text)
    if found:
        print("NOT verified.", *found, sep="\n")
        return 1
    dossier = json.loads(file_text)
    print(f"protocol {dossier['protocol_sha256']}\nseal     {dossier['sha256']}")
    print(f"chosen   {', '.join(str(a) for a in dossier['result']['chosen'])}\nverified")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
