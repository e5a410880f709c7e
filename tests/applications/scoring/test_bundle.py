import copy
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.scoring import verify_dossier
from applications.scoring.bundle import (
    BELOW_QUORUM,
    Amended,
    Lottery,
    PromisedCriterion,
    Protocol,
    canonical,
    digest,
    dossier,
    figure,
)
from applications.scoring.calibration import calibrate, calibrate_counted, learn_spread
from applications.scoring.marks import Marks
from applications.scoring.ranking import rank
from applications.scoring.verify_dossier import differences

PROTOCOL = Protocol(
    (PromisedCriterion("Team", 50), PromisedCriterion("Market", 30), PromisedCriterion("Product", 20)),
    seats=3,
    reserve=4,
)
SOURCES = (("National lottery of 1 March", (4, 17, 23, 31, 45)), ("Exchange index", (781234,)))


def intake(seed=0, applications=14, reviewers=6, each=3):
    """Marks and their rounds: everybody thrice, the first five once more in round 2."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(5.5, 1.5, applications)
    rows, rounds = [], []
    for a in range(applications):
        for at, r in enumerate(rng.permutation(reviewers)[: each + (a < 5)]):
            values = np.clip(np.rint(quality[a] + rng.normal(0, 1.2, 3)), 0, 10)
            rows.append((500 + a, 70 + int(r), int(r) % 4, values))
            rounds.append(1 if at < each else 2)
    return Marks.of(rows, [50, 30, 20]), np.array(rounds)


def made(seed=0, protocol=PROTOCOL, **more):
    marks, rounds = intake(seed)
    return dossier(marks, rounds, protocol, salt=b"at home", conflicts=3, **more)


def with_lottery(seed=0):
    plain = made(seed)
    pool = tuple(plain.applications[number] for number in plain.document["result"]["tied"])
    return made(seed, lottery=Lottery(pool, SOURCES))


@pytest.mark.parametrize("seed", range(12))
def test_an_honest_dossier_is_verified(seed):
    assert differences(made(seed).text) == []


def test_it_says_what_the_package_says():
    marks, rounds = intake()
    made_here = made()
    found = calibrate(marks, learn_spread(marks.only(rounds == 1)))
    standings = rank(marks, scores=found.score)
    ranking = made_here.document["result"]["ranking"]
    assert [made_here.applications[line["application"]] for line in ranking] == [
        line.application for line in standings
    ]
    assert [line["score"] for line in ranking] == [figure(line.score) for line in standings]
    assert len(made_here.document["result"]["chosen"]) == 3
    assert len(made_here.document["result"]["reserve"]) == 4


def test_no_id_of_ours_is_in_it_and_numbers_depend_on_the_salt():
    one = made()
    marks, rounds = intake()
    other = dossier(marks, rounds, PROTOCOL, salt=b"elsewhere")
    assert sorted(one.applications) == list(range(1, 15))
    assert sorted(one.applications.values()) == marks.applications.tolist()
    assert one.applications != other.applications


@pytest.mark.parametrize("declared, said", [(0, None), (1, None), (2, None), (3, 3), (7, 7)])
def test_security_2_conflicts_are_one_number_and_none_under_three(declared, said):
    marks, rounds = intake()
    assert dossier(marks, rounds, PROTOCOL, salt=b"at home", conflicts=declared).document["conflicts"] == said


def test_security_2_of_each_review_there_are_pseudonyms_and_marks_and_nothing_else():
    """The list of what is in a dossier: a field that is added here is a field by which somebody may be found."""
    document = made().document
    assert sorted(document) == [
        "amendments", "conflicts", "departures", "exceptions", "exempt", "format", "lottery", "model", "panel_reserve",
        "protocol", "protocol_sealed_on", "protocol_sha256", "readings", "released_on", "result", "sha256", "withdrawn",
    ]  # fmt: skip
    for application, reviewer, organisation, number, marks, later in document["readings"]:
        assert all(isinstance(one, int) for one in (application, reviewer, organisation, number))
        assert [float(mark) for mark in marks]
        assert later is None or [float(mark) for mark in later]
    assert sorted(document["protocol"]) == [
        "certainty", "counts", "criteria", "quorum", "reserve", "reviews_per_application", "seats",
    ]  # fmt: skip
    assert {tuple(sorted(line)) for line in document["result"]["ranking"]} == {
        ("application", "place", "raw_mean", "readings", "score", "standard_error")
    }


def of_format(number, **changes):
    """The same selection as dossiers of an earlier format told it: nothing of marks before and after."""
    document = copy.deepcopy(made().document) | {"format": f"slipway selection dossier {number}", **changes}
    document["readings"] = [row[:5] for row in document["readings"]]
    del document["protocol"]["counts"], document["exceptions"], document["exempt"]
    return document


@pytest.mark.parametrize(
    ("number", "changes"),
    [(1, {"conflicts": {"3": 2, "5": 1}}), (2, {})],
    ids=["conflicts of each application", "which marks count is not said"],
)
def test_a_dossier_of_a_format_before_is_still_verified(number, changes):
    before = of_format(number, **changes)
    assert differences(sealed_again(before)) == []
    assert differences(sealed_again({**before, "format": "slipway selection dossier 4"}))
    assert verify_dossier.changed(before) == []


# --- Exceptions ---------------------------------------------------------------------------------------
def with_exception(**more):
    """A selection that gave a seat to an application with too few reviews."""
    marks, rounds = intake()
    few = marks.applications.tolist()[-1]
    kept = np.array(
        [
            one != few or at == marks.application.tolist().index(few)
            for at, one in enumerate(marks.application.tolist())
        ]
    )
    ranked = [line.application for line in rank(marks, scores=calibrate(marks).score)]
    chosen = {*[a for a in ranked if a != few][:2], few}
    said = {"exceptions": {BELOW_QUORUM: 1, "a letter older than its comments": 2}, "exempt": [few], **more}
    return few, dossier(
        marks.only(kept), rounds[kept], PROTOCOL, salt=b"at home", chosen=chosen, reserve=[], **said
    )


def test_a_place_below_the_quorum_is_counted_and_verified(run):
    few, found = with_exception()
    document = found.document
    assert document["exceptions"] == [
        {"count": 2, "kind": "a letter older than its comments"},
        {"count": 1, "kind": "a place below the quorum"},
    ]
    assert [found.applications[one] for one in document["exempt"]] == [few]
    assert few in {found.applications[one] for one in document["result"]["chosen"]}
    said = run(found.text)
    assert "exception 1 × a place below the quorum" in said.stdout
    assert said.stdout.endswith("verified\n")


def test_a_place_below_the_quorum_that_is_no_exception_is_found_out():
    _few, found = with_exception()
    for change in ({"exceptions": []}, {"exempt": []}, {"exempt": [99]}):
        assert differences(sealed_again({**found.document, **change}))
    with pytest.raises(ValueError, match="counted as one"):
        with_exception(exceptions={})


# --- Marks before and after discussion -------------------------------------------------------------------


def discussed(counts, *, of=(0, 3, 11), by=2.0):
    """A selection in which some reviewers changed their marks after they had seen the others'."""
    marks, rounds = intake()
    values = marks.values.copy()
    values[list(of)] = np.clip(values[list(of)] - by, 0, 10)
    later, protocol = replace(marks, values=values), replace(PROTOCOL, counts=counts)
    return marks, later, dossier(marks, rounds, protocol, salt=b"at home", after=later)


@pytest.mark.parametrize("counts", ["before", "after"])
def test_both_marks_of_a_changed_review_are_in_it_and_the_protocol_says_which_count(counts):
    marks, later, found = discussed(counts)
    document = found.document
    changed = [row for row in document["readings"] if row[5] is not None]
    assert len(changed) == 3
    assert document["protocol"]["counts"] == counts
    counted = later if counts == "after" else marks
    means = dict(zip(marks.applications.tolist(), counted.application_means(counted.totals), strict=True))
    for line in document["result"]["ranking"]:
        assert float(line["raw_mean"]) == pytest.approx(means[found.applications[line["application"]]])
    assert differences(found.text) == []


def test_what_counts_before_is_the_same_selection_whatever_was_changed_afterwards():
    assert discussed("before")[2].document["result"] == made().document["result"]
    assert discussed("after")[2].document["result"] != made().document["result"]
    assert discussed("after", by=0.0)[2].document["result"] == made().document["result"]


def test_leniency_spread_and_how_sure_a_score_is_are_learnt_from_the_marks_before():
    marks, later, _found = discussed("after")
    alone, (found, spread) = calibrate(marks), calibrate_counted(later, marks)
    for name in ("leniency", "leniency_covariance", "shrinkage", "standard_error", "variance_noise"):
        assert np.array_equal(getattr(found, name), getattr(alone, name)), name
    assert np.array_equal(spread.factor, learn_spread(marks).factor)
    lower = [marks.applications.tolist().index(marks.application[k]) for k in (0, 3, 11)]
    assert (found.corrected_mean[lower] < alone.corrected_mean[lower]).all()


def test_whoever_seals_again_after_saying_that_other_marks_count_is_found_out():
    for counts, other in (("before", "after"), ("after", "before")):
        document = copy.deepcopy(discussed(counts)[2].document)
        document["protocol"]["counts"] = other
        assert differences(sealed_again(document))
    document["protocol"]["counts"] = "whichever"
    assert "which marks count" in differences(sealed_again(document))[0]
    with pytest.raises(ValueError, match="before discussion"):
        replace(PROTOCOL, counts="whichever")


def test_whoever_seals_again_after_changing_or_hiding_later_marks_that_count_is_found_out():
    for change in (lambda row: row.__setitem__(5, None), lambda row: row[5].__setitem__(0, "10")):
        document = copy.deepcopy(discussed("after")[2].document)
        change(next(row for row in document["readings"] if row[5] is not None))
        assert differences(sealed_again(document))


def test_the_script_prints_both_totals_of_a_changed_review(run):
    marks, later, found = discussed("after")
    said = run(found.text).stdout
    assert "counts   the marks after discussion\n" in said
    numbers = {one: number for number, one in found.reviewers.items()}
    for k in (0, 3, 11):
        assert (
            f"reviewer {numbers[marks.reviewer[k]]}: {marks.totals[k]:.2f}, then {later.totals[k]:.2f}"
            in said
        )
    assert said.endswith("verified\n")
    assert "counts   the marks before discussion\n" in run(made().text).stdout


def test_the_same_selection_gives_the_same_bytes_in_whatever_order_the_marks_come():
    marks, rounds = intake()
    order = np.random.default_rng(1).permutation(len(marks))
    again = dossier(marks.only(order), rounds[order], PROTOCOL, salt=b"at home", conflicts=3)
    assert again.text == made().text


def test_one_changed_digit_anywhere_is_found():
    text = with_lottery().text
    digits = [at for at, letter in enumerate(text) if letter.isdigit()]
    for at in digits:
        changed = str((int(text[at]) + 1) % 10)
        assert differences(text[:at] + changed + text[at + 1 :]), text[at - 20 : at + 20]


FIRST, SECOND = Protocol(PROTOCOL.criteria, seats=4, reserve=4), PROTOCOL
AMENDED = Amended(date(2023, 12, 11), FIRST.digest, SECOND.digest, by_two=True)


def test_a_dossier_lists_what_was_amended_and_is_verified_by_any_hash_that_was_published(tmp_path):
    there = made(sealed_on=date(2023, 12, 2), amendments=[AMENDED])
    assert there.document["protocol_sealed_on"] == "2023-12-02"
    assert there.document["amendments"] == [
        {"by_two": True, "from": FIRST.digest, "on": "2023-12-11", "takes_back": False, "to": SECOND.digest}
    ]
    assert differences(there.text, FIRST.digest, SECOND.digest, there.seal) == []
    assert differences(there.text, digest("another")) != []
    file = tmp_path / "dossier.json"
    file.write_text(there.text)
    said = f"amended  2023-12-11, from {FIRST.digest[:12]} to {SECOND.digest[:12]}"
    assert said in verify_dossier.verify(file)[1]
    alone = made(amendments=[replace(AMENDED, by_two=False)])
    file.write_text(alone.text)
    assert f"{said}, by one person: there was no second without a conflict" in verify_dossier.verify(file)[1]


def test_amendments_that_do_not_lead_to_the_protocol_are_not_verified():
    broken = made(amendments=[replace(AMENDED, after=FIRST.digest)])
    assert "its amendments do not lead to its protocol" in differences(broken.text)[0]


def test_a_sealed_document_is_what_the_dossier_holds_whatever_has_come_into_it_since():
    document = {**PROTOCOL.document(), "of_another_version": "1"}
    sealed = Protocol.of_document(document)
    assert (sealed.digest, sealed.seats, sealed.criteria) == (digest(document), 3, PROTOCOL.criteria)
    there = made(protocol=sealed)
    assert there.document["protocol_sha256"] == digest(document)
    assert differences(there.text, digest(document)) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_criterion_that_came_later_takes_no_review_out(seed):
    """Reviews that it was not asked of count by their other criteria; the verifier says the same to the last digit."""
    marks, rounds = intake(seed)
    values = marks.values.copy()
    values[: len(values) // 2, 2] = np.nan
    later = replace(marks, values=values)
    there = dossier(later, rounds, PROTOCOL, salt=b"s")
    assert len(there.document["readings"]) == len(marks)
    assert sum(row[4][2] is None for row in there.document["readings"]) == len(values) // 2
    assert differences(there.text) == []
    assert later.totals[0] == pytest.approx((values[0, 0] * 50 + values[0, 1] * 30) / 80)
    assert later.totals[-1] == marks.totals[-1]


def test_a_review_without_any_mark_is_not_verified():
    def empty(document):
        document["readings"][0][4] = [None, None, None]

    assert "a review has no mark" in forged(empty)


@pytest.mark.parametrize("seed", range(3))
def test_figures_that_no_decimal_can_hold_are_decided_as_they_are_written(seed):
    marks, rounds = intake(seed)
    thirds = Protocol(
        tuple(PromisedCriterion(f"Part {n}", weight) for n, weight in enumerate((1 / 3, 1 / 7, 1e-6)))
    )
    finer = Marks(marks.application, marks.reviewer, marks.organisation, marks.values / 3, marks.weights)
    assert differences(dossier(finer, rounds, thirds, salt=b"s").text) == []


def test_a_whole_call_is_verified():
    marks, rounds = intake(7, applications=600, reviewers=40)
    assert differences(dossier(marks, rounds, PROTOCOL, salt=b"s").text) == []


def sealed_again(document):
    document["protocol_sha256"] = digest(document["protocol"])
    document["sha256"] = digest({key: value for key, value in document.items() if key != "sha256"})
    return canonical(document)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whoever_seals_again_after_changing_a_mark_or_a_result_is_found_out(data):
    document = copy.deepcopy(with_lottery().document)
    result = document["result"]
    if data.draw(st.booleans()):
        row = data.draw(st.sampled_from(document["readings"]))
        at = data.draw(st.integers(0, 2))
        row[4][at] = figure((float(row[4][at]) + data.draw(st.integers(1, 9))) % 10)
    else:
        line = data.draw(st.sampled_from(result["ranking"]))
        name = data.draw(st.sampled_from(["raw_mean", "score", "standard_error", "place", "readings"]))
        line[name] = (
            (line[name] or 0) + 1 if isinstance(line[name], int) else figure(float(line[name]) + 1e-6)
        )
    assert differences(sealed_again(document))


@pytest.mark.parametrize("part", ["chosen", "reserve", "drawn", "tied"])
def test_whoever_seals_again_after_swapping_two_is_found_out(part):
    document = copy.deepcopy(with_lottery().document)
    people = document["result"][part]
    people[0], people[-1] = people[-1], people[0]
    assert any(part.capitalize() in one for one in differences(sealed_again(document)))


def test_other_lottery_numbers_give_another_draw():
    document = copy.deepcopy(with_lottery().document)
    document["lottery"]["sources"][0]["numbers"][0] += 1
    assert differences(sealed_again(document))


def test_an_honest_seal_on_other_weights_or_seats_is_found_out():
    for change in ({"seats": 4}, {"reserve": 2}):
        document = copy.deepcopy(made().document)
        document["protocol"].update(change)
        assert differences(sealed_again(document))
    document = copy.deepcopy(made().document)
    document["protocol"]["criteria"][0]["weight"] = "55"
    assert differences(sealed_again(document))
    document["protocol"]["criteria"][0]["weight"] = "50"
    assert differences(sealed_again(document)) == []


def test_a_lottery_deals_the_last_seats_among_the_tied():
    plain, drawn = made().document["result"], with_lottery().document["result"]
    assert sorted(drawn["drawn"]) == sorted(plain["tied"])
    clear = [number for number in plain["chosen"] if number not in plain["tied"]]
    seats = 3 - len(clear)
    assert drawn["chosen"] == clear + drawn["drawn"][:seats]
    assert drawn["reserve"][: len(drawn["drawn"]) - seats] == drawn["drawn"][seats:][:4]
    assert differences(with_lottery().text) == []


def test_a_departure_is_on_record_and_verified():
    plain = made()
    result = plain.document["result"]
    out, into = plain.applications[result["chosen"][2]], plain.applications[result["reserve"][1]]
    seats = [plain.applications[number] for number in result["chosen"]]
    changed = made(chosen=[into if one == out else one for one in seats])
    assert changed.document["result"]["chosen"][2] == result["reserve"][1]
    assert changed.document["result"]["reserve"][0] == result["chosen"][2]
    assert differences(changed.text) == []
    with pytest.raises(ValueError):
        made(chosen=seats[:-1])


def test_the_panels_own_reserve_is_on_record_and_verified():
    plain = made()
    by_place = [plain.applications[line["application"]] for line in plain.document["result"]["ranking"]]
    behind = [plain.applications[number] for number in plain.document["result"]["reserve"]]
    own = made(reserve=[behind[1], behind[0]])
    assert [own.applications[number] for number in own.document["result"]["reserve"]] == [
        behind[1],
        behind[0],
    ]
    assert differences(own.text) == []
    for wrong in ([by_place[0]], [behind[0], behind[0]]):  # who has a seat; one twice
        with pytest.raises(ValueError):
            made(reserve=wrong)


def test_equal_scores_at_the_last_seat_are_never_settled_by_accident():
    rows = [(a, r, r, [9 if a < 2 else 5]) for a in range(6) for r in (1, 2, 3)]
    marks, protocol = Marks.of(rows, [1]), Protocol((PromisedCriterion("Whole", 1),), seats=3)
    with pytest.raises(ValueError, match="draw lots"):
        dossier(marks, [1] * 18, protocol, salt=b"")
    with pytest.raises(ValueError, match="among all"):
        dossier(marks, [1] * 18, protocol, salt=b"", lottery=Lottery((2, 3), SOURCES))
    drawn = dossier(marks, [1] * 18, protocol, salt=b"", lottery=Lottery((2, 3, 4, 5), SOURCES))
    assert differences(drawn.text) == []
    voted = dossier(marks, [1] * 18, Protocol((PromisedCriterion("Whole", 1),), seats=2), salt=b"")
    assert differences(voted.text) == []


def test_lots_are_not_drawn_among_those_who_are_clearly_in_or_out():
    plain = made()
    last = plain.applications[plain.document["result"]["ranking"][-1]["application"]]
    with pytest.raises(ValueError, match="tied at the cut"):
        made(lottery=Lottery((last,), SOURCES))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, 1, 1, [7])],
        [(a, 1, 1, [a]) for a in range(5)],
        [(a, a + 1, 1, [a]) for a in range(5)],
        [(a, r, r, [a + r]) for a in range(5) for r in (1, 2, 3)],
        [(a, r + 3 * (a % 2), r, [a + r * a % 3]) for a in range(8) for r in (1, 2, 3)],
        [(a, r, r, [a]) for a in range(5) for r in (1, 2, 3)],
    ],
    ids=["nothing", "one review", "one reviewer", "one each", "pure leniency", "two groups", "agreement"],
)
def test_the_edges_are_verified_too(rows):
    made_here = dossier(
        Marks.of(rows, [1]),
        [1] * len(rows),
        Protocol((PromisedCriterion("Whole", 1),), seats=2),
        salt=b"s",
    )
    assert differences(made_here.text) == []


@pytest.fixture
def run(tmp_path):
    """The script, copied to where nothing of Slipway is, on a file with these contents."""
    alone, file = tmp_path / "verify_dossier.py", tmp_path / "dossier.json"
    alone.write_text(Path(verify_dossier.__file__).read_text(encoding="utf-8"), encoding="utf-8")

    def run(contents=None, *published):
        if contents is not None:
            file.write_text(contents, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-I", "-W", "error", alone, file, *published],
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_script_runs_alone_and_says_verified_or_where_it_differs(run):
    good = run(made().text)
    assert good.stdout.endswith("verified\n")
    assert made().seal in good.stdout
    assert "released not yet: this is a draft" in good.stdout
    assert "released 2024-01-15" in run(made(released_on=date(2024, 1, 15)).text).stdout
    assert good.returncode == 0
    document = json.loads(made().text)
    document["result"]["chosen"].reverse()
    bad = run(canonical(document))
    assert bad.stdout.startswith("NOT verified.\n")
    assert "Chosen: the dossier says" in bad.stdout
    assert bad.returncode == 1


def test_the_script_compares_with_the_hashes_that_were_published(run):
    found = made()
    assert run(found.text, PROTOCOL.digest, found.seal).returncode == 0
    other = run(found.text, PROTOCOL.digest, "0" * 64)
    assert other.returncode == 1
    assert f"The hash {'0' * 64} is not this dossier's." in other.stdout


BAD_FILES = {
    "nothing": "",
    "no JSON": "The five were chosen fairly.",
    "no dossier": '{"a":1}',
    "a list": "[]",
    "another format": made().text.replace("dossier 3", "dossier 4"),
    "another model": made().text.replace("Bayes, 1", "Bayes, 2"),
    "truncated": made().text[:900],
    "not a number": canonical(made().document).replace('"8"', "NaN"),
    "not a number, in words": canonical(made().document).replace('"8"', '"nan"'),
    "a number without end": canonical(made().document).replace('"8"', '"1e999"'),
    "a number of 5,000 digits": '{"format":' + "9" * 5000 + "}",
    "a depth without end": "[" * 100_000,
    "no text": b"\xff\xfe\x00dossier",
    "a part is missing": canonical({k: v for k, v in made().document.items() if k != "readings"}),
    "a part is of another kind": canonical({**made().document, "result": 5}),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("contents", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_gets_one_sentence(contents, tmp_path):
    file = tmp_path / "dossier.json"
    file.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    verified, (first, second) = verify_dossier.verify(file)
    assert (verified, first) == (False, "NOT verified.")
    assert re.fullmatch(r"(This cannot be verified: |/.* cannot be read: ).*\.", second)


def test_a_file_that_is_missing_or_huge_gets_a_sentence(run):
    missing = run()
    assert "cannot be read" in missing.stdout
    assert (missing.returncode, missing.stderr) == (1, "")
    (said,) = differences(" " * (verify_dossier.MOST_BYTES + 1))
    assert "larger than any dossier" in said


def leaves(document, path=()):
    """The way to every single value."""
    if isinstance(document, dict | list) and document:
        for key, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield from leaves(value, (*path, key))
    else:
        yield path


def with_change(document, path):
    changed = copy.deepcopy(document)
    here = changed
    for key in path[:-1]:
        here = here[key]
    old = here[path[-1]]
    here[path[-1]] = (
        old + 1 if isinstance(old, int) else old + "1" if isinstance(old, str) else 1 if old is None else [1]
    )
    return changed


def test_one_changed_value_anywhere_is_found():
    document = with_lottery().document
    for path in leaves(document):
        assert differences(canonical(with_change(document, path))), path


def test_whoever_seals_again_after_changing_any_part_of_the_result_is_found_out():
    document = with_lottery().document
    for path in leaves(document["result"]):
        assert differences(sealed_again(with_change(document, ("result", *path)))), path


def paths_to_numbers(document):
    """The way to every number of the result that is written as one."""
    return [path for path in leaves(document) if type(value_at(document, path)) is int]


def value_at(document, path):
    for key in path:
        document = document[key]
    return document


def test_a_number_that_is_only_written_otherwise_is_found():
    document = with_lottery().document
    for path in paths_to_numbers(document["result"]):
        changed = copy.deepcopy(document)
        value_at(changed["result"], path[:-1])[path[-1]] = float(value_at(document["result"], path))
        assert differences(sealed_again(changed)), path


def forged(change):
    """A dossier whose result follows from marks, promises or a pool that cannot be, sealed by its forger."""
    document = copy.deepcopy(with_lottery().document)
    change(document)
    return differences(sealed_again(document))[0]


def test_marks_and_pools_that_cannot_be_are_named():
    def mark(value):
        return lambda document: document["readings"][0][4].__setitem__(0, value)

    for value in ("10.000001", "-1", "11", "nan"):
        assert "a mark is not on its scale" in forged(mark(value))
    assert "read an application twice" in forged(lambda d: d["readings"].append(d["readings"][0]))
    assert "the pool of the lottery" in forged(
        lambda d: d["lottery"]["pool"].append(d["lottery"]["pool"][-1])
    )
    assert "the pool of the lottery" in forged(lambda d: d["lottery"]["pool"].reverse())
    assert "edited" in forged(lambda d: d["result"].update(more=[]))


def test_what_the_verifier_refuses_is_not_made_either():
    with pytest.raises(ValueError, match="on the scale"):
        dossier(Marks.of([(1, 1, 1, [11])], [1]), [1], Protocol((PromisedCriterion("Whole", 1),)), salt=b"")
    with pytest.raises(ValueError, match="another application each time"):
        dossier(
            Marks.of([(1, 1, 1, [5])] * 2, [1]),
            [1, 1],
            Protocol((PromisedCriterion("Whole", 1),)),
            salt=b"",
        )
    for certainty in (0.5, 1):
        with pytest.raises(ValueError, match="above a half"):
            Protocol((PromisedCriterion("Whole", 1),), certainty=certainty)


def test_what_changes_no_result_is_told_by_the_seal_that_was_published():
    found = with_lottery()
    document = copy.deepcopy(found.document)
    document["lottery"]["sources"][0]["name"] = "National lottery of 2 March"
    document["released_on"] = "2024-01-15"
    assert differences(sealed_again(document)) == [], "by itself the file is consistent"
    assert differences(sealed_again(document), found.seal)


def test_nobody_comes_in_without_the_quorum_or_twice():
    rows = [(a, r, r, [9 - a]) for a in range(6) for r in (1, 2, 3)] + [(9, 1, 1, [10])]
    protocol = Protocol((PromisedCriterion("Whole", 1),), seats=2)
    honest = dossier(Marks.of(rows, [1]), [1] * len(rows), protocol, salt=b"s")
    assert differences(honest.text) == []
    unread = next(number for number, one in honest.applications.items() if one == 9)
    first, second = honest.document["result"]["chosen"]
    for who in (unread, first, 99):
        document = copy.deepcopy(honest.document)
        document["departures"] = [{"in": who, "out": second}]
        document["result"]["chosen"] = [first, who]
        reserve = [line["application"] for line in document["result"]["ranking"]]
        document["result"]["reserve"] = [one for one in reserve if one not in (first, who, unread)]
        assert "cannot come in" in differences(sealed_again(document))[0]


def test_equal_scores_that_share_the_last_seat_are_not_settled_in_silence():
    rows = [(a, r, r, [9 if a < 2 else 5]) for a in range(6) for r in (1, 2, 3)]
    marks, protocol = Marks.of(rows, [1]), Protocol((PromisedCriterion("Whole", 1),), seats=3)
    drawn = dossier(marks, [1] * 18, protocol, salt=b"", lottery=Lottery((2, 3, 4, 5), SOURCES))
    document = copy.deepcopy(drawn.document)
    document["lottery"], document["result"]["drawn"] = None, []
    order = [line["application"] for line in document["result"]["ranking"]]
    document["result"]["chosen"], document["result"]["reserve"] = order[:3], order[3:]
    assert "who settled it" in differences(sealed_again(document))[0]
