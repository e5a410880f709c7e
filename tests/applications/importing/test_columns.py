"""What headings seem to say, as the usual tools write them."""

import pytest

from applications.importing.columns import guessed, targets


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (  # Typeform
            [
                "#",
                "Name of the startup",
                "Which problem do you solve?",
                "Email",
                "Submit Date (UTC)",
                "Token",
            ],
            ["", "startup", "question:problem", "email", "received", "their_id"],
        ),
        (  # Google Forms
            ["Timestamp", "Email Address", "Company name", "Which problem do you solve ?", "Country"],
            ["received", "email", "startup", "question:problem", "question:country"],
        ),
        (  # F6S
            ["Startup", "Contact name", "Contact email", "Website", "Status", "Date submitted"],
            ["startup", "name", "email", "question:website", "status", "received"],
        ),
        (  # Airtable
            ["Name of startup", "E-mail", "Topics", "How many are you", "Created", "Record ID", "Notes"],
            ["startup", "email", "question:topics", "question:team_size", "received", "their_id", ""],
        ),
        (["Email", "Email (2)", "Startup"], ["email", "", "startup"]),
    ],
)
def test_usual_headings_are_recognised(call, headings, said):
    found = guessed(headings, targets(call, "applications"), {})
    assert [found.get(heading, "") for heading in headings] == said


@pytest.mark.django_db
def test_what_was_left_out_the_last_time_is_left_out_again(call):
    found = guessed(
        ["Startup", "Email", "Country"], targets(call, "applications"), {"Country": "", "Email": "name"}
    )
    assert found == {"Startup": "startup", "Email": "name"}
