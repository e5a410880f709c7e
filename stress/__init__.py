"""Proof under stress: `manage.py stress deadline|rush|files|fields`. docs/reliability.md says what each must show."""
