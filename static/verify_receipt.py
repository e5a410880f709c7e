#!/usr/bin/env python3
"""Check a Slipway receipt by yourself, offline, with nothing but Python.

    python3 verify_receipt.py receipt-7kq2m9xw4hbt-2.json [deck.pdf …] [receipt-7kq2m9xw4hbt-1.json]

Prints the SHA-256 of the receipt, which must be the one on the receipt's page and in its mail, and checks the files and
the earlier receipt that you name against what the receipt says of them. Exits with 1 if anything differs.
"""

import hashlib
import json
import sys
from pathlib import Path


def canonical(content) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    data = Path(paths[0]).read_bytes()
    receipt = json.loads(data)
    print(f"Application  {receipt['application']}, version {receipt['version']}, to {receipt['call']}")
    print(f"Received     {receipt['received_at']}")
    print(f"SHA-256      {sha256(data)}")
    faults = (
        [] if canonical(receipt) == data else ["The receipt is not in its canonical form: it was edited."]
    )
    known = {document["sha256"]: document["name"] for document in receipt["files"]}
    for path in paths[1:]:
        digest = sha256(Path(path).read_bytes())
        if digest in known:
            print(f"File         {path}: as submitted")
        elif digest == receipt["previous_hash"]:
            print(f"Before it    {path}: the version before")
        else:
            faults.append(f"{path}: neither a file of this version nor the version before it.")
    for fault in faults:
        print(f"WRONG        {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
