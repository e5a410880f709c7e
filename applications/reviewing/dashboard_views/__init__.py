"""The pages under /admin/ on which reviewers score and managers run a call, inside django-unfold's frame."""
