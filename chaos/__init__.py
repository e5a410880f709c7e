"""Slipway under faults: a scratch world of real processes, a plan of what goes wrong, and what must hold all the same."""
