"""The practical limit: the same work as the hot pages, done by plain Django with nothing around it.

Sessions, CSRF, sign-in, a form, a template, two or three tables. `bench.pages` runs it beside Slipway, behind the same
web server and on the same PostgreSQL, and tells Slipway's times as multiples of it.
"""
