"""A table that another tool has written, read as lines with their numbers: the mirror of exports. No database."""
