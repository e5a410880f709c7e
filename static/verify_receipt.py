#!/usr/bin/env python3
"""Check a Slipway receipt by yourself, offline.

    python3 verify_receipt.py receipt-7kq2m9xw4hbt-2.json [deck.pdf ...] [receipt-7kq2m9xw4hbt-1.json ...]
                              [--list receipts-2023-1.json] [--keys keys.json] [--sha256 NUMBER]

Name the receipt first. Beside it may stand the files that were submitted, receipts of other versions, and the list of
receipts that was published when the call was sealed. Hash, files, chain and list need nothing but Python; the signature
is checked by the package "cryptography" or by the program "openssl", whichever is there, and the output says by which.

Exits with 0 when the receipt is proven: by its signature, by the published list, or by the SHA-256 that you know from
its page or mail; with 1 when anything is wrong; with 2 when nothing is wrong, but nothing proves it either.
"""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

# The public keys of the site that gave this script out; --keys reads others.
KEYS = {}

DER_HEAD = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 public key in a PEM file
RIGHT, WRONG, UNKNOWN = "right", "WRONG", "not known"


class Unreadable(Exception):
    """This is no receipt and no list, or of a format that is newer than this script."""


def canonical(content):
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def strict(pairs):
    """A name that stands twice would show one thing and prove another."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in it")
    return found


def read_json(data):
    try:
        return json.loads(data, object_pairs_hook=strict)
    except (ValueError, RecursionError):
        return None


# --- What a file is -------------------------------------------------------------------------------------
def kind_of(document):
    if isinstance(document, dict) and isinstance(document.get("submissions"), list):
        return "list"
    if isinstance(document, dict) and ("answers" in document or "content" in document):
        return "receipt"
    return "other"


class Receipt:
    """Every format that was given out: 1 is the content alone, 2 a signed envelope around it."""

    def __init__(self, path, data, document):
        self.path, self.data = path, data
        if document.get("format") == 2:
            self.format, self.content = 2, document.get("content")
            self.claimed, self.signature = document.get("sha256"), document.get("signature")
        elif document.get("format") == 1:
            self.format, self.content, self.claimed, self.signature = 1, document, None, None
        else:
            raise Unreadable("its format is newer than this script: download the script again")
        wanted = ("application", "version", "call", "received_at", "previous_hash", "files")
        if not isinstance(self.content, dict) or any(name not in self.content for name in wanted):
            raise Unreadable("something of a receipt is missing in it")
        self.hash = sha256(canonical(self.content))
        self.application, self.version = self.content["application"], self.content["version"]

    def check(self, said, keys):
        """True when its signature proves it."""
        if self.format == 1:
            if canonical(self.content) != self.data:
                said(WRONG, "The receipt is not in its canonical form: it was edited.")
            said(UNKNOWN, "Receipts of this format are not signed.")
            return False
        if self.claimed != self.hash:
            said(WRONG, "The content has another SHA-256 than the receipt says: it was altered.")
        return check_signature(canonical(self.content), self.signature, keys, said)


class ReceiptList:
    """What was published when a call was sealed."""

    def __init__(self, path, document):
        self.path, self.submissions, self.signature = path, document["submissions"], document.get("signature")
        self.sealed = document.get("sealed")
        if document.get("format") != 1 or not isinstance(self.sealed, dict):
            raise Unreadable("its format is newer than this script: download the script again")
        self.call, self.number = self.sealed.get("call"), self.sealed.get("number")

    def check(self, said, keys):
        seal = sha256(canonical({"call": self.call, "submissions": self.submissions}))
        if seal != self.sealed.get("seal"):
            said(WRONG, "The list has another SHA-256 than its seal: it was altered.")
        else:
            said(RIGHT, f"Its seal is {seal}.")
        check_signature(canonical(self.sealed), self.signature, keys, said)

    def holds(self, receipt, said):
        """True when it names this very version."""
        if self.call != receipt.content["call"]:
            said(WRONG, "This list is of another call.")
            return False
        entries = [one for one in self.submissions if one.get("application") == receipt.application]
        if not entries:
            said(WRONG, "The application is not in this list: not submitted, withdrawn, or in a later list.")
            return False
        entry = entries[0]
        if entry.get("version") == receipt.version and entry.get("hash") == receipt.hash:
            said(RIGHT, "The list names this very version: it is the one that counts.")
            return True
        if entry.get("version") == receipt.version:
            said(WRONG, "The list has this version with another SHA-256.")
        elif isinstance(entry.get("version"), int) and entry["version"] > receipt.version:
            said(UNKNOWN, "The list names version {}, which was submitted later.".format(entry["version"]))
        else:
            said(
                WRONG, "The list names version {}, which was submitted earlier.".format(entry.get("version"))
            )
        return False


# --- The signature --------------------------------------------------------------------------------------
def check_signature(data, signature, keys, said):
    """True when it is right, False when that could not be found out; a wrong one is said."""
    if not isinstance(signature, dict) or signature.get("algorithm") != "Ed25519":
        said(WRONG, "There is no Ed25519 signature.")
        return False
    name = str(signature.get("key"))
    if not keys:
        said(UNKNOWN, "Signature not checked: give the site's public keys with --keys.")
        return False
    if name not in keys:
        said(WRONG, f"Signed with the key {name}, which is none of the site's.")
        return False
    try:
        public, value = base64.b64decode(keys[name]), base64.b64decode(str(signature.get("value")))
    except ValueError:
        said(WRONG, "The signature cannot be read.")
        return False
    for checker in (by_cryptography, by_openssl):
        verdict, checked_by = checker(public, value, data)
        if verdict is not None:
            words = "is right" if verdict else "is not ours: the content was altered"
            said(RIGHT if verdict else WRONG, f"The signature {words} ({checked_by}).")
            return verdict
    said(UNKNOWN, "Signature not checked: neither the package cryptography nor openssl 3 is here.")
    return False


def by_cryptography(public, value, data):
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None, ""
    verdict = True
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, data)
    except (InvalidSignature, ValueError):
        verdict = False
    return verdict, "checked by the package cryptography"


def by_openssl(public, value, data):
    pem = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % base64.b64encode(DER_HEAD + public)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("key", pem), ("value", value), ("data", data)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        command = "openssl pkeyutl -verify -pubin -inkey key -sigfile value -rawin -in data".split()
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError):
            return None, ""
    if done.returncode == 0:
        return True, "checked by openssl"
    if b"Signature Verification Failure" in done.stdout + done.stderr:
        return False, "checked by openssl"
    return None, ""  # an openssl that knows no Ed25519


# --- All together ---------------------------------------------------------------------------------------
def read_keys(path, said):
    if not path:
        return KEYS
    with open(path, "rb") as file:
        document = read_json(file.read())
    try:
        return {key["name"]: key["public"] for key in document["keys"]}
    except (TypeError, KeyError):
        said(WRONG, f"{path} holds no public keys.")
        return {}


def check_chain(receipts, said):
    """Each receipt names the hash of the version before it."""
    receipts = sorted(receipts, key=lambda receipt: receipt.version)
    for place, after in enumerate(receipts[1:]):
        before = receipts[place]
        if after.version == before.version:
            same = after.hash == before.hash
            said(
                RIGHT if same else WRONG,
                "{} and {} are {}.".format(
                    before.path, after.path, "the same" if same else "two of one version"
                ),
            )
        elif after.version != before.version + 1:
            said(UNKNOWN, f"Between version {before.version} and {after.version} one is missing.")
        elif after.content["previous_hash"] == before.hash:
            said(RIGHT, f"Version {after.version} follows version {before.version}.")
        else:
            said(WRONG, f"Version {after.version} does not follow the version {before.version} given.")


def main(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--list", action="append", default=[], metavar="FILE")
    parser.add_argument("--keys", metavar="FILE")
    parser.add_argument("--sha256", default="", metavar="NUMBER")
    given = parser.parse_args(arguments)

    verdicts = []

    def said(verdict, words):
        verdicts.append(verdict)
        print(f"  {verdict:<10} {words}")

    keys = read_keys(given.keys, said)
    receipts, lists, others = [], [], []
    for path in given.files + given.list:
        with open(path, "rb") as file:
            data = file.read()
        document = read_json(data)
        try:
            kind = kind_of(document)
            if kind == "receipt":
                receipts.append(Receipt(path, data, document))
            elif kind == "list":
                lists.append(ReceiptList(path, document))
            elif path == given.files[0] or path in given.list:
                raise Unreadable("it is no receipt and no list of receipts")
            else:
                others.append((path, sha256(data)))
        except Unreadable as problem:
            print(f"{path}: {problem}.")
            return 1
    if not receipts:
        print("There is no receipt among these files.")
        return 1

    receipt, proven = receipts[0], False
    for one in receipts:
        print(
            "{}: application {}, version {}, to {}".format(
                one.path, one.application, one.version, one.content["call"]
            )
        )
        print(f"  received   {one.content['received_at']}")
        print(f"  SHA-256    {one.hash}")
        is_signed = one.check(said, keys)
        if one is receipt:
            proven = is_signed
        elif one.application != receipt.application:
            said(WRONG, "This receipt is of another application.")
    if given.sha256:
        is_known = given.sha256.strip().lower() == receipt.hash
        said(
            RIGHT if is_known else WRONG, "The SHA-256 is %sthe one you gave." % ("" if is_known else "not ")
        )
        proven = proven or is_known
    check_chain([one for one in receipts if one.application == receipt.application], said)

    known = {document["sha256"]: document["name"] for one in receipts for document in one.content["files"]}
    for path, digest in others:
        print(f"{path}:")
        if digest in known:
            said(RIGHT, "The file is as it was submitted.")
        else:
            said(WRONG, "The file is none of those that were submitted.")

    lists.sort(key=lambda one: (one.call == receipt.content["call"], one.number or 0))
    for one in lists:
        print(f"{one.path}: list {one.number} of {one.call}")
        one.check(said, keys)
        if one is lists[-1]:  # the newest of its call decides; an earlier one need not name the version
            proven = one.holds(receipt, said) or proven

    if WRONG in verdicts:
        print("WRONG: do not rely on this receipt.")
        return 1
    if not proven:
        print(
            "NOT PROVEN: nothing is wrong, but nothing proves it. Compare the SHA-256 with the one in your mail."
        )
        return 2
    print("PROVEN: this is what was received.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
