"""The one canonical form of a version's content, which anybody can compute again."""

from applications.applying import receipts


def test_the_order_of_keys_makes_no_other_receipt():
    assert receipts.digest({"a": 1, "b": {"c": 2, "d": 3}}) == receipts.digest(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )


def test_the_canonical_form_is_utf8_with_real_letters_and_no_spaces():
    assert receipts.canonical({"name": "Inès", "answers": [1, None]}) == (
        '{"answers":[1,null],"name":"Inès"}'.encode()
    )
