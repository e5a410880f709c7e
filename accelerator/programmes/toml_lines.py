"""Where in a TOML file a value stands. `tomllib` gives values without lines; a good error message needs them.

Pure: the text of a valid TOML document in, `{("calls", 0, "seats"): 12, …}` out.
"""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''(?P<blank>[ \t\r]+|\#[^\n]*)
      | (?P<string>"""(?:\\.|[^\\])*?""""{0,2}|\'\'\'.*?\'\'\'\'{0,2}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
      | (?P<mark>[\[\]{}=,\n])
      | (?P<bare>[^\s\[\]{}=,"'\#]+)''',
    re.VERBOSE | re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, on which each table, key and list item begins."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str):
        self.tokens = list(self._tokens(text))
        self.position = 0
        self.found: dict[Path, int] = {(): 1}
        self.lengths: dict[Path, int] = {}  # of the arrays of tables, so far

    @staticmethod
    def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "blank":
                yield match.lastgroup or "", match.group(), line
            line += match.group().count("\n")

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip_newlines():
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)
        return self.found

    def _next_is(self, *marks: str) -> bool:
        kind, text, _line = self.tokens[self.position]
        return kind == "mark" and text in marks

    def _skip_newlines(self) -> bool:
        """False at the end of the document."""
        while self.position < len(self.tokens) and self._next_is("\n"):
            self.position += 1
        return self.position < len(self.tokens)

    def _key(self) -> tuple[list[str], int]:
        """A key with its dots, up to the mark after it."""
        line, parts = self.tokens[self.position][2], []
        while not self._next_is("=", "]"):
            kind, text, _line = self.tokens[self.position]
            parts += [text[1:-1]] if kind == "string" else [part for part in text.split(".") if part]
            self.position += 1
        return parts, line

    def _header(self) -> Path:
        self.position += 1
        is_array = self._next_is("[")
        self.position += is_array
        parts, line = self._key()
        self.position += 1 + is_array
        path: Path = ()
        for part in parts[:-1]:
            path += (part,)
            self.found.setdefault(path, line)  # a table that only the ones inside it name
            if path in self.lengths:
                path += (self.lengths[path] - 1,)
        path += (parts[-1],)
        self.found.setdefault(path, line)
        if is_array:
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path += (self.lengths[path] - 1,)
            self.found[path] = line
        return path

    def _pair(self, table: Path) -> None:
        parts, line = self._key()
        self.position += 1
        path = table
        for part in parts:
            path += (part,)
            self.found.setdefault(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        self.found.setdefault(path, self.tokens[self.position][2])
        if self._next_is("["):
            self._inside("]", lambda index: self._value((*path, index)))
        elif self._next_is("{"):
            self._inside("}", lambda _index: self._pair(path))
        else:  # a date and a time may stand apart, so a plain value can be two tokens
            while self.position < len(self.tokens) and self.tokens[self.position][0] != "mark":
                self.position += 1

    def _inside(self, end: str, read_item) -> None:
        self.position += 1
        index = 0
        while self._skip_newlines() and not self._next_is(end):
            if self._next_is(","):
                self.position += 1
                continue
            read_item(index)
            index += 1
        self.position += 1
