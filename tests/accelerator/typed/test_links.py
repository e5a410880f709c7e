"""A link is completed, cleaned of what nobody sees, and refused by name where others could not open it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accelerator.typed import links

LONG = "https://docs.example.org/presentation/d/" + "a" * 3000 + "/edit?usp=sharing#slide=id.p"


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("papyrus.example", "https://papyrus.example"),
        ("www.papyrus.example/a", "https://www.papyrus.example/a"),
        ("//papyrus.example", "https://papyrus.example"),
        ("https:/papyrus.example", "https://papyrus.example"),
        ("HTTP://Papyrus.example", "http://Papyrus.example"),
        (" <https://papyrus.example/deck> ", "https://papyrus.example/deck"),
        ("https://t.example/x\u200b", "https://t.example/x"),
        ("\u202ahttps://t.example\u202c", "https://t.example"),
        ("\ufeffhttps://t.example/a\u2060b", "https://t.example/ab"),
        ("https://bücher.example", "https://bücher.example"),
        ("https://例え.テスト/日本", "https://例え.テスト/日本"),
        ("https://x.example/e\u0301", "https://x.example/e\u0301"),
        ("https://my_app.papyrus.example", "https://my_app.papyrus.example"),
        ("papyrus.example:8080/a", "https://papyrus.example:8080/a"),
        ("https://papyrus.example/#/deck?", "https://papyrus.example/#/deck?"),
        ("https://video.example/@lea/x?t=1@2", "https://video.example/@lea/x?t=1@2"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        (LONG, LONG),
    ],
)
def test_a_link_is_whole_and_otherwise_as_it_was_pasted(typed, kept):
    assert links.canonical(typed) == kept


@pytest.mark.parametrize(
    "typed, code",
    [
        ("ftp://x.example", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("file:///C:/deck.pdf", "scheme"),
        ("C:\\deck.pdf", "scheme"),
        ("http://localhost:3000", "only_here"),
        ("localhost:3000/a", "only_here"),
        ("http://127.0.0.1", "only_here"),
        ("http://192.168.1.4/deck", "only_here"),
        ("http://[::1]/", "only_here"),
        ("http://nas.local/deck", "only_here"),
        ("https://x.example/my deck.pdf", "spaces"),
        ("https://x.example/a\u2800b", "spaces"),
        ("https://a.example\nhttps://b.example", "several"),
        ("www.a.example, www.b.example", "several"),
        ("none", "no_address"),
        ("N/A", "no_address"),
        ("-", "no_address"),
        ("@papyrus", "no_address"),
        ("https://", "no_address"),
        ("https://x..example", "no_address"),
        ("https://-x.example", "no_address"),
        ("https://papyrus.example,", "no_address"),
        ("http://[", "no_address"),
        ("http://1.2.3", "no_address"),
        ("https://x.e", "no_address"),
        ("https://" + "a" * 64 + ".example", "no_address"),
        ("https://x.example:99999", "port"),
        ("lea@papyrus.example", "e_mail"),
        ("mailto:lea@papyrus.example", "e_mail"),
        ("https://lea:secret@papyrus.example", "secret"),
    ],
)
def test_an_unsound_link_is_named(typed, code):
    with pytest.raises(ValidationError) as refused:
        links.canonical(typed)
    assert refused.value.code == code
    assert refused.value.messages[0].endswith(".")


LOOKING_LIKE_LINKS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "https://", "http:/", "//", "www."]),
    st.text("aé1.@:[]/ ?#%-", max_size=40),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LOOKING_LIKE_LINKS | st.text(max_size=80))
def test_whatever_is_typed_is_refused_by_name_or_kept_as_it_is_kept_again(typed):
    try:
        link = links.canonical(typed)
    except ValidationError:
        return
    assert link.startswith(("https://", "http://"))
    assert links.canonical(link) == link
