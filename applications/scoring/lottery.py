"""The draw among those whom the reviews cannot tell apart. Anybody can recompute it.

It follows RFC 3797 (Eastlake, "Publicly Verifiable Nominations Committee Random Selection", 2004): publish
the sorted pool and name public random sources that lie in the *future*; when their numbers are known,
everybody computes the same picks. SHA-256 replaces the RFC's MD5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def key_of(sources: Sequence[Sequence[int]]) -> str:
    """The sources' numbers as the RFC writes them: each source sorted, a dot after each number, then "/".

    [[9319], [2, 5, 12, 8, 10]] is "9319./2.5.8.10.12./".
    """
    return "".join("".join(f"{number}." for number in sorted(source)) + "/" for source in sources)


def draw(
    pool: Sequence[int], sources: Sequence[Sequence[int]], picks: int, *, algorithm: str = "sha256"
) -> tuple[int, ...]:
    """`picks` members of the pool, in the order drawn; all of them when the pool is smaller.

    The pool is sorted first, so its order does not matter. Pick number p (from 0) is the member at
    position H(p, key, p) modulo the number left, where p is written in two bytes and H is read as
    one big number.
    """
    left = sorted(set(pool))
    key = key_of(sources).encode("ascii")
    drawn = []
    for number in range(min(picks, len(left))):
        affix = number.to_bytes(2, "big")
        digest = hashlib.new(algorithm, affix + key + affix).digest()
        drawn.append(left.pop(int.from_bytes(digest, "big") % len(left)))
    return tuple(drawn)
