"""The managers' list of a call's applications, inside django-unfold's frame."""
