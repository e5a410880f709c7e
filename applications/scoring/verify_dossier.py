#!/usr/bin/env python3
"""Check a selection dossier without trusting whoever made it: ranking, lottery and chosen are computed anew.

    python3 verify_dossier.py FILE [HASH …]

Needs Python 3.11 and numpy, and nothing of Slipway. Name the hashes that were published: the protocol's
when the call closed, the seal with the chosen. Says "verified", or where the dossier differs.

Each row under "readings" in a dossier is one review: application, reviewer, organisation, round, the marks
before its reviewer saw the others', and the latest where they were changed after that. The protocol says
which of them count. How lenient reviewers are is always learnt from those before. A mark is null where the
criterion came into the rubric after the review: its total is over the others.
"""

import hashlib
import json
import math
import sys
from itertools import zip_longest

import numpy as np

# 1 had conflicts by application; 1 and 2 do not say which marks count, have no later ones and no amendments.
FORMATS = tuple(f"slipway selection dossier {number}" for number in (1, 2, 3))
MODEL = "within-application empirical Bayes, 1"
BELOW_QUORUM = "a place below the quorum"  # the kind of exception that lets somebody without a place in
MOST_BYTES = 50_000_000  # a dossier of 10,000 applications has a tenth of this


def must(be_true, otherwise):
    if not be_true:
        raise ValueError(otherwise)


def calibrate(i, j, y, z, first):
    """Scores of applications i by reviewers j: learnt from totals y, counted from totals z; the parts of their errors."""
    pairs = np.zeros((i.max() + 1, j.max() + 1))
    np.add.at(pairs, (i, j), 1)
    must(pairs.max() == 1, "somebody read an application twice")
    (A, R), N, n = pairs.shape, len(y), pairs.sum(1)
    # Width: a reviewer who uses more of the scale than others is narrowed, one who uses less widened.
    made = np.bincount(j[first], minlength=R)
    centre = np.bincount(j[first], y[first], R) / np.maximum(made, 1)
    squares = np.bincount(j[first], (y - centre[j])[first] ** 2, R)
    common = squares.sum() / max((made - 1).clip(0).sum(), 1)
    if common > 1e-12:
        factor = np.where(made > 1, np.sqrt(common * (19 + made) / (20 * common + squares)), 1)
        y, z = (centre[j] + (totals - centre[j]) * factor[j] for totals in (y, z))
    # Leniency: only from disagreement about the same application.
    share, e = pairs / n[:, None], y - (np.bincount(i, y) / n)[i]
    w, V = np.linalg.eigh(np.diag(pairs.sum(0)) - share.T @ pairs)
    joined = w > 1e-9 * pairs.sum(0).max()
    w, b = np.where(joined, w, 0), np.where(joined, V.T @ np.bincount(j, e), 0)
    noise, free = (0.7 * y.var() if N == A else e @ e / (N - A)), N - A - joined.sum()
    if free > 0:  # else the reviews cannot tell, and all of it is noise
        noise = (e @ e - (b[joined] ** 2 / w[joined]).sum()) / free
    noise = max(noise, 1e-200)  # never 0: it is divided by below
    lenient = max(0, e @ e - (N - A) * noise) / max(w.sum(), 1e-12)
    gain = lenient / (w * lenient + noise)
    leniency, C = V @ (gain * b), noise * gain * V @ V.T
    # Corrected means, pulled towards the middle: the fewer reviews, the further.
    learnt, mean = (np.bincount(i, totals - leniency[j]) / n for totals in (y, z))
    between, spare = n @ (learnt - n @ learnt / N) ** 2 - (A - 1) * noise, N - n @ n / N
    worth = max(1e-12, between / max(spare, 1e-12))
    h = 1 / (worth + noise / n)
    middle, B = h @ mean / h.sum(), worth * h
    paths = B[:, None] * (share - h / h.sum() @ share)
    return middle + B * (mean - middle), worth * (1 - B), paths, C


def both(row):
    """A review with its marks before and after; where nothing was changed, they are the same."""
    *who, given, later = row if len(row) == 6 else (*row, None)
    return *who, given, given if later is None else later


def draw(pool, sources):
    """The pool in the order drawn, by RFC 3797 with SHA-256."""
    left, drawn = sorted(pool), []
    key = "".join("".join(f"{number}." for number in sorted(one["numbers"])) + "/" for one in sources)
    for pick in range(len(left)):
        affix = pick.to_bytes(2, "big")
        number = int.from_bytes(hashlib.sha256(affix + key.encode() + affix).digest(), "big")
        drawn.append(left.pop(number % len(left)))
    return drawn


def recompute(exempt, protocol, rows, lottery, departures, reserve):
    """The result that follows from the protocol, the reviews, the lottery and the panel's decisions."""
    if not rows:
        return {"ranking": [], "tied": [], "drawn": [], "chosen": [], "reserve": []}
    must(protocol.get("counts") in (None, "before", "after"), "it does not say which marks count")
    applications, reviewers, organisations, rounds, given, later = zip(*map(both, rows), strict=True)
    (ids, i), (_, j) = (np.unique(np.array(c, int), return_inverse=True) for c in (applications, reviewers))
    weights, tops = np.array([[float(c["weight"]), float(c["highest"])] for c in protocol["criteria"]]).T
    asked = np.array([[[mark is not None for mark in marks] for marks in side] for side in (given, later)])
    marks = np.array([[[mark or 0 for mark in marks] for marks in side] for side in (given, later)], float)
    must(((marks >= 0) & (marks <= tops)).all(), "a mark is not on its scale")
    must(asked.any(2).all(), "a review has no mark")
    y, after = np.round((marks * weights).sum(2) / (asked * weights).sum(2), 12)
    z = after if protocol.get("counts") == "after" else y
    score, own, paths, C = calibrate(i, j, y, z, np.array(rounds) == min(rounds))
    error, n = np.sqrt(np.maximum(own + (paths @ C * paths).sum(1), 0)), np.bincount(i)
    mean, score, error = np.round(np.round([np.bincount(i, z) / n, score, error], 9), 6) + 0.0

    # Places: by score, for applications with enough reviews from enough organisations.
    quorum, seats, certainty = protocol["quorum"], protocol["seats"], float(protocol["certainty"])
    counts = np.bincount([a for a, _ in set(zip(i, organisations, strict=True))])
    full = (n >= quorum["readings"]) & (counts >= quorum["organisations"])
    best, ranking = sorted(np.flatnonzero(full), key=lambda a: (-score[a], a)), []
    for a in [*best, *np.flatnonzero(~full)]:
        line = {"raw_mean": mean[a], "score": score[a], "standard_error": error[a]}
        line = {name: f"{figure:.6f}".rstrip("0").rstrip(".") for name, figure in line.items()}
        place = int((score[best] > score[a]).sum()) + 1 if full[a] else None
        ranking.append({**line, "application": int(ids[a]), "place": place, "readings": int(n[a])})

    # Tied: those whom the reviews cannot tell from the other side of the last seat.
    def sure(a, b):  # whether a is above b with the promised certainty
        apart = paths[a] - paths[b]
        variance = max(own[a] + own[b] + apart @ C @ apart, 1e-200)
        return 0.5 * math.erfc((score[b] - score[a]) / math.sqrt(2 * variance)) >= certainty

    inside, outside, near, same = best[:seats], best[seats:], [], []
    if inside and outside and not sure(last := inside[-1], first := outside[0]):
        near = [a for a in inside if not sure(a, first)] + [a for a in outside if not sure(last, a)]
        same = [a for a in near if score[a] == score[last] == score[first]]
    places, tied, level = ([int(ids[a]) for a in some] for some in (best, near, same))

    # Seats: by the ranking, then by the lottery, then by the panel's departures.
    must(not level or lottery or reserve is not None, "equal scores share the last seat: who settled it?")
    drawn = []
    if lottery:
        fits = lottery["pool"] == sorted({*lottery["pool"]} & {*tied} | {*level})
        must(fits, "the pool of the lottery is not of those tied at the cut")
        drawn = draw(lottery["pool"], lottery["sources"])
    order = [a for a in places[:seats] if a not in drawn] + drawn
    order += [a for a in places if a not in order]
    must(
        {*exempt} <= {int(one) for one in ids} - {*places},
        "an exempt application has a place, or is not in it",
    )
    order += exempt
    chosen = order[:seats]
    for one in departures:
        must(one["in"] in order and one["in"] not in chosen, "a departure takes in who cannot come in")
        chosen[chosen.index(one["out"])] = one["in"]
    rest = [a for a in order if a not in chosen]
    behind = rest[: protocol["reserve"]] if reserve is None else reserve
    fits = {*behind} <= {*rest} and len({*behind}) == len(behind) <= protocol["reserve"]
    must(fits, "the panel's reserve holds who cannot be in it")
    return {"ranking": ranking, "tied": tied, "drawn": drawn, "chosen": chosen, "reserve": behind}


def amended(dossier):
    """The hashes of the protocol that were published one after the other, the one in force last."""
    chain = [dossier["protocol_sha256"]]
    for one in reversed(dossier.get("amendments", [])):  # dossiers of earlier versions have none
        must(one["to"] == chain[0], "its amendments do not lead to its protocol")
        chain.insert(0, one["from"])
    return chain


def canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(document):
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def differences(text, *published):
    """What is wrong with a dossier, in sentences; none if recomputing it gives the same text."""
    try:
        must(len(text) <= MOST_BYTES, "it is larger than any dossier")
        dossier = json.loads(text)
        known = dossier["format"] in FORMATS and dossier["model"] == MODEL
        must(known, f"it is none of {', '.join(FORMATS)}, of the model “{MODEL}”")
        parts = ("protocol", "readings", "lottery", "departures", "panel_reserve")
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            should = recompute(exempt_of(dossier), *(dossier[part] for part in parts))
        withdrawn = dossier.get("withdrawn", 0)  # dossiers of earlier versions do not say
        must(type(withdrawn) is int and withdrawn >= 0, "it does not say how many withdrew")
        said, hashes = dossier["result"], (*amended(dossier), dossier.pop("sha256"))
        found = [f"The hash {one} is not this dossier's." for one in published if one not in hashes]
        for part in should:
            for a, b in zip_longest(said[part], should[part]):
                if canonical(a) != canonical(b):
                    found.append(f"{part.capitalize()}: the dossier says {a}, the readings give {b}.")
        dossier.update(result=should, protocol_sha256=sha256(dossier["protocol"]))
        if canonical({**dossier, "sha256": sha256(dossier)}) != text.removesuffix("\n") and not found:
            found.append("It was edited: a hash does not fit, or it is not written as a dossier is.")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file, it is not verified
        return [f"This cannot be verified: {str(error) or type(error).__name__}."]
    return found


def total(marks, weights):
    """The weighted mean over the criteria that a review was asked."""
    asked = np.array([mark is not None for mark in marks])
    return np.array([mark or 0 for mark in marks], float) @ weights / (asked @ weights)


def exempt_of(dossier):
    """Those below the quorum that have a place: each is an exception that the dossier counts. None before format 3."""
    exempt, exceptions = dossier.get("exempt", []), dossier.get("exceptions", [])
    must(
        all(one["count"] > 0 and one["kind"] for one in exceptions),
        "an exception is not counted, or has no kind",
    )
    counted = {one["kind"]: one["count"] for one in exceptions}
    must(
        len(exempt) == counted.get(BELOW_QUORUM, 0), "a place below the quorum is not counted as an exception"
    )
    return sorted(exempt)


def changed(dossier):
    """Which marks count, and of each review that was changed after the others' were seen its totals before and after."""
    if "counts" not in dossier["protocol"]:
        return []
    weights = np.array([float(one["weight"]) for one in dossier["protocol"]["criteria"]])
    lines = [f"counts   the marks {dossier['protocol']['counts']} discussion"]
    for application, reviewer, _organisation, _round, *marks in dossier["readings"]:
        if marks[1] is not None:
            before, after = (total(side, weights) for side in marks)
            lines.append(
                f"changed  application {application}, reviewer {reviewer}: {before:.2f}, then {after:.2f}"
            )
    return lines


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
    withdrawn = [f"withdrawn {count} after the call closed"] if (count := dossier.get("withdrawn")) else []
    changes = [
        f"amended  {one['on']}, from {one['from'][:12]} to {one['to'][:12]}"
        + (", taking the change before back" if one["takes_back"] else "")
        + (
            ""
            if one["by_two"] or one["takes_back"]
            else ", by one person: there was no second without a conflict"
        )
        for one in dossier.get("amendments", [])
    ]
    exceptions = [f"exception {one['count']} × {one['kind']}" for one in dossier.get("exceptions", [])]
    return True, [
        *hashes,
        *changes,
        f"released {state}",
        chosen,
        *withdrawn,
        *exceptions,
        *changed(dossier),
        "verified",
    ]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    verified, lines = verify(*sys.argv[1:])
    print(*lines, sep="\n")
    sys.exit(not verified)
