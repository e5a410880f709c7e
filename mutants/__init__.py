"""Small bugs put into the important rules, one at a time: each must turn a test red. See docs/architecture.md."""
