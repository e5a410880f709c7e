"""Receipts that anybody can check: one canonical form, a signature, a published list, and the script that we give out."""

import json
import re
import runpy
import shutil
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import factories
import factories_founder as founders
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from accelerator import clock, turns
from accelerator.messages import reminders
from applications.applying import receipt_keys, receipt_lists, receipts, sealing
from applications.models import Application, CallWindow, ReceiptKey, ReceiptList, Submission

SCRIPT = Path("static/verify_receipt.py")
# Where Debian has it: the tests run with a PATH as poor as a newcomer's.
OPENSSL = shutil.which("openssl") or shutil.which("openssl", path="/usr/bin:/bin")


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


def seal(call) -> ReceiptList:
    sealing.seal_call(call, now=factories.AFTER_CLOSE)
    return ReceiptList.objects.filter(call=call).last()


def submit_changed(draft) -> Submission:
    """A version with another deck."""
    founders.attach(draft, pages=2)
    return founders.submit(draft)


# --- The canonical form -------------------------------------------------------------------------------
def test_the_order_of_keys_makes_no_other_receipt():
    assert receipts.digest({"a": 1, "b": {"c": 2, "d": 3}}) == receipts.digest(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )


def test_the_canonical_form_is_utf8_with_real_letters_and_no_spaces():
    canonical = '{"answers":[1,null],"name":"Inès"}'.encode()
    assert receipts.canonical({"name": "Inès", "answers": [1, None]}) == canonical
    assert runpy.run_path(str(SCRIPT))["canonical"]({"name": "Inès", "answers": [1, None]}) == canonical


# --- Signed -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_receipt_is_signed_with_a_key_that_the_site_publishes(draft, client):
    version = founders.submit(draft)
    file = json.loads(receipts.file_of(version))
    assert (file["format"], file["sha256"]) == (2, version.content_hash)
    published = {
        key["name"]: key["public"] for key in client.get(reverse("applying:receipt_keys")).json()["keys"]
    }
    public = Ed25519PublicKey.from_public_bytes(b64decode(published[file["signature"]["key"]]))
    public.verify(b64decode(file["signature"]["value"]), receipts.canonical(version.content))


@pytest.mark.django_db
def test_the_private_key_cannot_be_read_in_the_database(settings):
    receipt_keys.sign(b"anything")
    key = ReceiptKey.objects.get()
    _key, private = receipt_keys._usable()
    assert private.private_bytes_raw() not in b64decode(key.sealed_private + "==", altchars=b"-_")
    settings.SECRET_KEY = "another" * 8
    assert receipt_keys._usable() is None


@pytest.mark.django_db
def test_each_year_has_a_key_of_its_own_and_the_keys_before_stay_published(monkeypatch):
    first = receipt_keys.sign(b"receipt")
    assert receipt_keys.sign(b"receipt") == first
    next_year = datetime(clock.real_now().year + 1, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "real_now", lambda: next_year)
    second = receipt_keys.sign(b"receipt")
    assert second["year"] == str(int(first["year"]) + 1)
    assert [key["name"] for key in receipt_keys.published()] == [first["key"], second["key"]]


@pytest.mark.django_db
def test_a_new_key_signs_at_once_by_command(capsys):
    before = receipt_keys.sign(b"receipt")["key"]
    call_command("receipt_key", "--new")
    now = receipt_keys.sign(b"receipt")["key"]
    assert now != before
    assert re.findall(r"^\d{4}  (\w{16})  ", capsys.readouterr().out, re.M) == [before, now]


@pytest.mark.django_db
def test_with_another_secret_key_a_new_one_is_made_and_the_old_signatures_hold(settings):
    before = receipt_keys.sign(b"receipt")["key"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, []
    assert receipt_keys.sign(b"receipt")["key"] != before
    assert before in {key["name"] for key in receipt_keys.published()}


# --- Published ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_sealing_publishes_what_counts_without_a_name(draft, call, client):
    founders.submit(draft)
    last = submit_changed(draft)
    index = reverse("applying:receipt_lists", args=[call.programme.slug, call.slug])
    assert client.get(index).json()["lists"] == []
    seal(call)
    (listed,) = client.get(index).json()["lists"]
    assert listed["seal"] == CallWindow.objects.get(call=call).seal_hash
    answer = client.get(listed["url"])
    (entry,) = json.loads(answer.content)["submissions"]
    assert (entry["application"], entry["version"], entry["hash"]) == (
        draft.public_id,
        last.number,
        last.content_hash,
    )
    assert draft.startup.name not in answer.content.decode()


@pytest.mark.django_db
def test_a_call_that_is_sealed_anew_keeps_every_earlier_list(draft, call):
    founders.submit(draft)
    first = seal(call)
    CallWindow.objects.filter(call=call).update(sealed_at=None)
    Application.objects.update(sealed_at=None)
    clock.freeze(factories.WHILE_OPEN)
    submit_changed(draft)
    second = seal(call)
    assert [one.number for one in call.receipt_lists.all()] == [1, 2]
    assert json.loads(second.text)["sealed"]["previous_seal"] == first.seal != second.seal
    for one in (first, second):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReceiptList.objects.filter(pk=one.pk).update(seal="0" * 64)


@pytest.mark.django_db
def test_a_call_sealed_before_there_were_lists_gets_its_own_with_the_next_tick(draft, call):
    version = founders.submit(draft)
    CallWindow.objects.filter(call=call).update(
        sealed_at=factories.AFTER_CLOSE, seal_hash=receipts.digest(receipts.seal_list(call, [version]))
    )
    Application.objects.update(
        sealed_at=factories.AFTER_CLOSE, status="withdrawn", withdrawn_after_closing_at=factories.REVIEWING
    )
    reminders.reconcile(factories.REVIEWING)
    reminders.reconcile(factories.REVIEWING)
    (listed,) = call.receipt_lists.all()
    assert (listed.sealed_at, version.content_hash in listed.text) == (factories.AFTER_CLOSE, True)


@pytest.mark.django_db
def test_a_seal_that_stands_for_other_versions_is_not_published(draft, call):
    founders.submit(draft)
    CallWindow.objects.filter(call=call).update(sealed_at=factories.AFTER_CLOSE, seal_hash="0" * 64)
    call.refresh_from_db()
    with pytest.raises(receipt_lists.SealBroken):
        receipt_lists.publish_missing(call)
    assert not call.receipt_lists.exists()


@pytest.mark.django_db
def test_the_receipts_page_says_whether_the_list_names_its_version(draft, call, signed_in):
    founders.submit(draft)
    submit_changed(draft)
    founder = signed_in(draft.started_by)
    pages = [reverse("applying:receipt", args=[draft.public_id, number]) for number in (1, 2)]
    assert "a list of all receipts is published" in founder.get(pages[1]).content.decode()
    seal(call)
    assert "This version is not in the published list" in founder.get(pages[0]).content.decode()
    assert "This version is in the published list" in founder.get(pages[1]).content.decode()


@pytest.mark.django_db
def test_while_many_wait_a_receipt_proves_and_does_not_repeat(draft, signed_in):
    version = founders.submit(draft)
    address = reverse("applying:receipt", args=[draft.public_id, 1])
    founder, words = signed_in(draft.started_by), factories.ANSWERS["problem"]
    short = founder.get(address, **{turns.WAITING: turns.MANY}).content.decode()
    assert version.content_hash in short
    assert words not in short
    assert 'href="?whole"' in short
    assert words in founder.get(address + "?whole", **{turns.WAITING: turns.MANY}).content.decode()
    assert words in founder.get(address, **{turns.WAITING: turns.MANY - 1}).content.decode()


@pytest.mark.django_db
def test_anybody_finds_keys_and_lists_on_the_page_that_checks(draft, call, client):
    page = reverse("applying:check_receipt")
    assert "No list is published yet." in client.get(page).content.decode()
    founders.submit(draft)
    listed = seal(call)
    said = client.get(page).content.decode()
    assert listed.seal in said
    assert ReceiptKey.objects.get().public in said.replace("&#x3D;", "=")


# --- The script ---------------------------------------------------------------------------------------
@pytest.fixture
def check(draft, call, signed_in, tmp_path):
    """`check("2.json", …)` runs the script as it is given out; two versions, their decks and the list lie beside it."""
    first = founders.submit(draft)
    second = submit_changed(draft)
    founder = signed_in(draft.started_by)
    for version in (first, second):
        path = reverse("applying:receipt_content", args=[draft.public_id, version.number])
        (tmp_path / f"{version.number}.json").write_bytes(founder.get(path).content)
        (tmp_path / f"bare-{version.number}.json").write_bytes(receipts.canonical(version.content))
    (tmp_path / "deck.pdf").write_bytes(founders.pdf(2))
    (tmp_path / "old.pdf").write_bytes(founders.pdf(1))
    (tmp_path / "list.json").write_text(seal(call).text)
    (tmp_path / "verify.py").write_bytes(founder.get(reverse("applying:verify_script")).content)
    (tmp_path / "keys.json").write_bytes(founder.get(reverse("applying:receipt_keys")).content)

    def run(*arguments: str, script: str = "verify.py", python=(sys.executable,), **options):
        command = [*python, str(tmp_path / script), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, **options)

    run.folder, run.second = tmp_path, second
    return run


def alter(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.django_db
def test_a_receipt_is_proven_offline_by_the_script_that_we_give_out(check):
    said = check("2.json", "deck.pdf", "1.json", "--list", "list.json")
    assert (said.returncode, check.second.content_hash in said.stdout) == (0, True), said.stdout
    for words in (
        "signature is right",
        "as it was submitted",
        "follows version 1",
        "names this very version",
    ):
        assert words in said.stdout


@pytest.mark.django_db
def test_an_altered_receipt_is_refused_by_the_script(check):
    alter(check.folder / "2.json", "Papyrus", "Papyrud")
    said = check("2.json")
    assert (said.returncode, "altered" in said.stdout) == (1, True)


@pytest.mark.django_db
def test_an_altered_receipt_with_a_new_hash_is_refused_for_its_signature(check):
    path = check.folder / "2.json"
    file = json.loads(path.read_text())
    file["content"]["answers"]["name"] = "Papyrud"
    file["sha256"] = receipts.digest(file["content"])
    path.write_bytes(receipts.canonical(file))
    for arguments in (["2.json"], ["2.json", "--list", "list.json"], ["2.json", "1.json"]):
        assert check(*arguments).returncode == 1


@pytest.mark.django_db
@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl here")
def test_openssl_checks_the_signature_where_no_package_does(check):
    alone = {"python": (sys.executable, "-I", "-S"), "env": {"PATH": str(Path(OPENSSL).parent)}}
    said = check("2.json", **alone)  # no installed package is found
    assert (said.returncode, "checked by openssl" in said.stdout) == (0, True), said.stdout
    alter(check.folder / "2.json", "Papyrus", "Papyrud")
    said = check("2.json", **alone)
    assert (said.returncode, "not ours" in said.stdout) == (1, True)


@pytest.mark.django_db
def test_without_either_the_script_says_so_and_the_list_still_proves(check):
    alone = {"python": (sys.executable, "-I", "-S"), "env": {"PATH": "/nowhere"}}
    said = check("2.json", **alone)
    assert (said.returncode, "Signature not checked" in said.stdout) == (2, True)
    assert check("2.json", "--list", "list.json", **alone).returncode == 0


@pytest.mark.django_db
def test_a_receipt_of_the_first_format_is_still_checked(check):
    assert check("bare-2.json", "bare-1.json").returncode == 2  # it bears no signature
    assert check("bare-2.json", "--list", "list.json").returncode == 0
    assert check("bare-2.json", "--sha256", check.second.content_hash).returncode == 0
    assert check("bare-2.json", "--sha256", "0" * 64).returncode == 1
    alter(check.folder / "bare-2.json", "Papyrus", "Papyrud")
    assert check("bare-2.json", "--list", "list.json").returncode == 1


@pytest.mark.django_db
def test_the_script_refuses_what_does_not_belong_to_the_receipt(check):
    (check.folder / "twice.json").write_text(
        (check.folder / "2.json").read_text().replace('{"content"', '{"content":{},"content"', 1)
    )
    alter(check.folder / "list.json", '"version":2', '"version":3')
    (check.folder / "newer.json").write_text('{"format": 9, "content": {}}')
    for arguments in (
        ["2.json", "old.pdf"],
        ["2.json", "--list", "list.json"],
        ["twice.json"],
        ["newer.json"],
        ["deck.pdf"],
    ):
        assert check(*arguments).returncode == 1, arguments


@pytest.mark.django_db
def test_an_earlier_version_is_true_though_a_later_one_counts(check):
    said = check("1.json", "--list", "list.json")
    assert (said.returncode, "names version 2, which was submitted later" in said.stdout) == (0, True)


@pytest.mark.django_db
def test_a_key_that_is_not_the_sites_is_refused(check):
    ReceiptKey.objects.all().delete()
    receipt_keys.make()
    strange = {"keys": receipt_keys.published()}
    (check.folder / "keys.json").write_text(json.dumps(strange))
    assert check("2.json", "--keys", "keys.json").returncode == 1


def test_the_script_imports_nothing_that_python_does_not_bring():
    imported = set(re.findall(r"^(?:import|from) (\w+)", SCRIPT.read_text(), re.M))
    assert imported
    assert imported <= set(sys.stdlib_module_names)
