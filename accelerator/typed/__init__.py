"""What people type, read as they mean it: names and texts, numbers, links, words. Pure functions, no database."""
