"""The applications of a call as its managers look through them: searched, narrowed, ordered and given out."""
