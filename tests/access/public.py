"""What everybody may read."""

import factories
from access_rows import Row


def sealed_rules(cast):
    factories.seal_rules(cast.call)
    return [cast.call.programme.slug, cast.call.slug]


ROWS = [
    Row("GET", "public:home", anonymous=200, others=200),
    Row("GET", "public:programme", lambda cast: [cast.call.programme.slug], anonymous=200, others=200),
    Row("GET", "public:programme", lambda cast: ["nowhere"], anonymous=404, others=404),
    Row("GET", "public:questions", lambda c: [c.call.programme.slug, c.call.slug], anonymous=200, others=200),
    Row(
        "GET", "public:questions", lambda cast: [cast.call.programme.slug, "1999"], anonymous=404, others=404
    ),
    Row("GET", "public:rules", lambda c: [c.call.programme.slug, c.call.slug], anonymous=404, others=404),
    Row("GET", "public:rules", sealed_rules, anonymous=200, others=200),
    Row("GET", "public:rules_file", lambda cast: [*sealed_rules(cast), 1], anonymous=200, others=200),
    Row("GET", "public:rules_file", lambda cast: [*sealed_rules(cast), 2], anonymous=404, others=404),
    Row("GET", "applying:check_receipt", anonymous=200, others=200),
    Row("GET", "applying:receipt_keys", anonymous=200, others=200),
    Row("GET", "applying:verify_script", anonymous=200, others=200),
    Row(
        "GET",
        "applying:receipt_lists",
        lambda cast: [cast.call.programme.slug, cast.call.slug],
        anonymous=200,
        others=200,
    ),
    Row(
        "GET",
        "applying:receipt_list",
        lambda cast: [cast.call.programme.slug, cast.call.slug, 99],
        anonymous=404,
        others=404,
    ),
    Row("GET", "policies:privacy", lambda cast: [cast.call.programme.slug], anonymous=200, others=200),
    Row("GET", "policies:imprint", lambda cast: [cast.call.programme.slug], anonymous=200, others=200),
    Row("GET", "policies:conduct", lambda cast: [cast.call.programme.slug], anonymous=200, others=200),
    Row("POST", "policies:conduct", lambda cast: [cast.call.programme.slug], anonymous=200, others=200),
    Row("GET", "policies:source", anonymous=200, others=200),
    Row("GET", "robots", anonymous=200, others=200),
    Row("GET", "security_contact", anonymous=404, others=404),  # nobody is named here
    Row("GET", "styleguide", anonymous=200, others=200),
    Row("GET", "colours", lambda cast: ["0a4b78"], anonymous=200, others=200),
    Row("GET", "colours", lambda cast: ["ffff00"], anonymous=404, others=404),
    Row("GET", "livez", anonymous=200, others=200),
    Row("GET", "readyz", anonymous=200, others=200),
    Row("GET", "healthz", anonymous=200, others=200),
    Row("GET", "metrics", anonymous=404, others=404),
    Row("GET", "favicon", anonymous=302, others=302),
]
