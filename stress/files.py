"""Uploads: 200 that nobody may get in by, 200 that are good but odd, and some of which only the answer matters.

Each goes the way of every upload (accelerator/files/checking.py), with the reading in a child process.
"""

import argparse
import io
import os
import random
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import django

from stress.findings import Findings, percentile

OPTIONS = (("count", 200, "files of each sort"),)
SECONDS = 10
PDF = "application/pdf"


class Trial(NamedTuple):
    what: str
    name: str
    kind: str
    content: bytes
    wanted: (
        str  # "refused", "accepted", "not plain" (accepted, and known to hold more than pages), "answered"
    )


def good(rng: random.Random, pages: int = 0) -> bytes:
    from rehearsal.decks import deck

    slides = [
        {"title": f"Page {n}", "text": f"What we make, {rng.random()}"}
        for n in range(pages or rng.randint(1, 9))
    ]
    return deck(f"Startup {rng.randint(1, 999)}", slides)


def raw(objects: list[str], header: str = "%PDF-1.7") -> bytes:
    """A PDF of these objects, numbered from 1, with its table."""
    body, places = header.encode() + b"\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode()


def with_action(action: str) -> bytes:
    return raw([
        f"<</Type/Catalog/Pages 2 0 R/OpenAction {action}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ])  # fmt: skip


def stream(entries: str, content: bytes) -> str:
    return f"<<{entries}/Length {len(content)}>>\nstream\n{content.decode('latin-1')}\nendstream"


def bomb(megabytes: int) -> bytes:
    packed = zlib.compress(b"0 0 m 9 9 l S\n" * (megabytes * 75_000), 9)
    return raw([
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        stream("/Filter/FlateDecode", packed),
    ])  # fmt: skip


def picture(side: int) -> bytes:
    packed = zlib.compress(bytes(side * side), 9)
    return raw([
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        stream(
            f"/Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray/BitsPerComponent 8"
            "/Filter/FlateDecode",
            packed,
        ),
        stream("", b"200 0 0 200 0 0 cm /I Do"),
    ])  # fmt: skip


def archive(rng: random.Random, *names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            same_day = zipfile.ZipInfo(name)  # so that a seed gives the same file always
            packed.writestr(same_day, b"\0" * rng.randint(1, 3_000_000), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def locked(rng: random.Random, *, for_readers: bool) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(good(rng))))
    word = f"{rng.random()}"
    writer.encrypt(user_password=word if for_readers else "", owner_password=word, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def hostile(rng: random.Random) -> Iterator[Trial]:
    """One of each, each time another."""
    noise = rng.randbytes(rng.randint(10, 5000))

    def refused(what: str, content: bytes, name: str = "deck.pdf", kind: str = PDF) -> Trial:
        return Trial(what, name, kind, content, "refused")

    yield refused("nothing", b"")
    yield refused("noise", noise)
    yield refused("noise after the sign of a PDF", b"%PDF-1.7\n" + noise)
    yield refused("a PDF cut off at its beginning", good(rng)[: rng.randint(6, 60)])
    yield refused("a presentation, called a PDF", archive(rng, "[Content_Types].xml", "ppt/presentation.xml"))
    macros = archive(rng, "[Content_Types].xml", "ppt/vbaProject.bin")
    yield refused("a presentation with macros", macros, "deck.pptm", "application/vnd.ms-powerpoint")
    yield refused("an archive that unpacks to much", archive(rng, *(f"{n}" for n in range(20))))
    yield refused(
        "a program", b"MZ" + noise, rng.choice(["deck.exe", "deck.pdf", "deck.pdf.exe", "deck.PDF.scr"])
    )
    yield refused(
        "a program with the sign of a PDF in it", b"\x7fELF" + noise + b"%PDF-1.4\n" + noise, "deck.pdf"
    )
    page = b"<html><script>alert(1)</script><!-- %PDF-1.4 -->" + noise.hex().encode()
    yield refused("a page that is a PDF to careless readers", page, rng.choice(["deck.pdf", "deck.html"]))
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield refused("a drawing with a script", drawing, rng.choice(["deck.svg", "deck.pdf"]), "image/svg+xml")
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (10_000).to_bytes(4) * 2 + b"\x08\2\0\0\0" + noise
    yield refused("a picture of 100 megapixels", head, rng.choice(["deck.png", "deck.pdf"]), "image/png")
    yield refused(
        "a PDF without pages", raw(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"])
    )
    yield refused("a PDF for which one needs a password", locked(rng, for_readers=True))
    circle = raw(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])
    yield refused("pages that hold themselves", circle)
    yield refused(
        "arrays in arrays without an end", b"%PDF-1.7\n1 0 obj\n" + b"[" * rng.randint(50_000, 400_000)
    )
    yield refused(
        "a good PDF called something else", good(rng), rng.choice(["deck.docx", "deck.exe", "deck.key"])
    )
    yield refused("more than may be sent", good(rng) + b"\0" * (26 * 2**20))


def odd(rng: random.Random) -> Iterator[Trial]:
    def accepted(what: str, content: bytes, name: str = "deck.pdf", kind: str = PDF) -> Trial:
        return Trial(what, name, kind, content, "accepted")

    yield accepted("locked by its owner", locked(rng, for_readers=False))
    yield accepted("bytes before its beginning", rng.randbytes(rng.randint(1, 900)) + b"\n" + good(rng))
    yield accepted("bytes after its end", good(rng) + rng.randbytes(rng.randint(1, 4000)))
    yield accepted("without the place of its table", good(rng).replace(b"startxref", b"startxxxx"))
    whole = good(rng)
    yield accepted("cut off behind its trailer", whole[: whole.rindex(b"startxref")])
    wrong_kind = rng.choice(["application/octet-stream", "", "image/png", "application/x-pdf", "text/plain"])
    yield accepted("mislabelled by the browser", good(rng), kind=wrong_kind)
    names = ["عرض.pdf", "\u202efdp.exe.pdf", "デッキ.PDF", "👩‍💻 deck.pdf", "a" * 300 + ".pdf", "../../etc/passwd.pdf", "my deck (1).Pdf",
             "deck.v2.final.pdf", "C:\\temp\\deck.pdf", "'; DROP TABLE files; --.pdf", "\n.pdf", "deck\u200b.pdf"]  # fmt: skip
    yield accepted("an odd name", good(rng), rng.choice(names))
    yield accepted("many pages", good(rng, rng.randint(40, 200)))
    yield accepted("an old version", b"%PDF-1.1" + good(rng)[8:])
    tiny = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/Rotate {rng.choice([90, 180, 270])}/MediaBox[0 0 {rng.randint(1, 14000)} 5]>>",
    ]
    yield accepted("an odd page", raw(tiny, rng.choice(["%PDF-1.0", "%PDF-1.3", "%PDF-2.0"])))
    script = f"<</S/JavaScript/JS(app.alert\\({rng.randint(1, 9)}\\))>>"
    yield Trial("with a script", "deck.pdf", PDF, with_action(script), "not plain")
    yield Trial(
        "that starts a program", "deck.pdf", PDF, with_action("<</S/Launch/F(cmd.exe)>>"), "not plain"
    )
    yield Trial("that unpacks to much", "deck.pdf", PDF, bomb(rng.choice([50, 200])), "answered")
    yield Trial("a picture of 100 megapixels on a page", "deck.pdf", PDF, picture(10_000), "answered")


def some(make: Callable[[random.Random], Iterator[Trial]], count: int, rng: random.Random) -> list[Trial]:
    made: list[Trial] = []
    while len(made) < count:
        made += make(rng)
    return made[:count]


def run(options: argparse.Namespace) -> Findings:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "accelerator.settings",
        "SLIPWAY_TESTING": "1",
        "DATABASE_URL": "postgresql:///none?host=/none",
    }
    django.setup()
    found, rng = Findings(), random.Random(options.seed)
    told: Counter = Counter()
    times = []
    for trial in [*some(hostile, options.count, rng), *some(odd, options.count, rng)]:
        verdict, seconds, sentence = judge(trial)
        told[verdict] += 1
        times.append(seconds)
        words = f"{trial.what} ({trial.name[:40]!a}): {verdict} {sentence}"
        found.promise(
            "Nothing is accepted wrongly",
            [words] if trial.wanted == "refused" and verdict != "refused" else [],
        )
        found.promise(
            "Nothing good is refused",
            [words] if trial.wanted in {"accepted", "not plain"} and verdict == "refused" else [],
        )
        found.promise(
            "What holds more than pages is known to",
            [words] if trial.wanted == "not plain" and verdict == "plain" else [],
        )
        found.promise(f"Each is answered within {SECONDS} s", [words] if seconds > SECONDS else [])
        found.promise(
            "A refusal is a sentence that says what to do",
            [words] if verdict == "refused" and not _is_advice(sentence) else [],
        )
        found.promise("No name holds a path", [words] if verdict == "with a path" else [])
        found.promise("No process dies of a file", [words] if verdict == "died" else [])
    found.figures = {
        "files": len(times),
        "verdicts": dict(told),
        "ms p50/p99/max": [percentile(times, share) for share in (0.5, 0.99, 1)],
    }
    return found


def judge(trial: Trial) -> tuple[str, float, str]:
    """plain, active, images_only or refused; seconds; and the sentence of a refusal."""
    from django.core.exceptions import ValidationError
    from django.core.files.uploadedfile import SimpleUploadedFile

    from accelerator.files import checking

    upload = SimpleUploadedFile("deck.pdf", trial.content, trial.kind)
    vars(upload)["_name"] = trial.name  # as it came; Django's own cleaning is not what is tried
    began = time.perf_counter()
    try:
        taken = checking.check_pdf(upload)
    except ValidationError as refusal:
        return "refused", time.perf_counter() - began, " ".join(refusal.messages)
    except (OSError, RuntimeError, MemoryError, ValueError) as problem:
        return "died", time.perf_counter() - began, repr(problem)
    verdict = taken.content_state if "/" not in taken.name else "with a path"
    return verdict, time.perf_counter() - began, taken.name


def _is_advice(sentence: str) -> bool:
    """Whole sentences, with an advice; what they say is read in tests/accelerator/files."""
    return sentence.endswith(".") and any(
        word in sentence for word in ("lease", "helps", "xport", "reate PDF", "to a PDF")
    )
