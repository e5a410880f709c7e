"""E-mail addresses as we keep them: one person, one address, however it was typed.

A browser turns the domain of `lea@bücher.example` into A-labels and a text area does not, so we do. The part before
the @ may not have such letters, because most mail servers refuse them.
"""

import re
from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.typed import text

LONGEST = 254  # that mail can carry, and our columns hold
_WITH_A_NAME = re.compile(r"[^<>]*<([^<>]*)>")
_IN_ANGLES = re.compile(r"""((?:"[^"]*"|[^<>;])*)<([^<>]*)>""")
_AROUND = " \t\"'“”«»()[],;:."
_LINK = re.compile(r"mailto:", re.IGNORECASE)


def canonical(typed: str) -> str:
    """Lower case, the domain in A-labels, without the name that a mail program puts beside it, and without what nobody
    sees. Raises ValidationError with a sentence for whoever typed it."""
    address = _bare(typed)
    local, at, domain = address.lower().rpartition("@")
    if at and not local.isascii():
        raise ValidationError(
            _(
                "The part before the @ in “%(address)s” has letters that mail cannot carry. Please give another "
                "address, with unaccented letters there."
            ),
            params={"address": address},
            code="local_part",
        )
    try:
        domain = punycode(domain)
        if len(f"{local}@{domain}") > LONGEST:
            raise ValidationError("too long")
        validate_email(f"{local}@{domain}")
    except (ValidationError, UnicodeError) as error:
        raise ValidationError(
            _("“%(address)s” is no e-mail address. Please give a whole one, such as name@example.org."),
            params={"address": address[:80]},
            code="invalid",
        ) from error
    return f"{local}@{domain}"


def _bare(typed: str) -> str:
    """The address in `Ada Stern <ada@b.example>`, in `mailto:ada@b.example?subject=…`, and in what was pasted around it."""
    address = text.line(typed)
    if found := _WITH_A_NAME.fullmatch(address):
        address = found[1]
    address = address.strip(_AROUND)
    if link := _LINK.match(address):
        address = address[link.end() :].partition("?")[0]
    return address


def several(typed: str) -> list[str]:
    """Addresses as people paste them: one to a line, with commas or semicolons between them, out of a mail program with
    the names, out of a table with other columns. Raises ValidationError that names each wrong line."""
    found: dict[str, None] = {}
    wrong: list[ValidationError] = []
    lines = typed.splitlines()
    for number, line in enumerate(lines, 1):
        for one in _in_line(line):
            try:
                found[canonical(one)] = None
            except ValidationError as error:
                why = " ".join(error.messages)
                if len(lines) > 1:
                    why = _("Line %(number)d: %(why)s") % {"number": number, "why": why}
                wrong.append(ValidationError("%(why)s", params={"why": why}, code="invalid"))
    if wrong:
        raise ValidationError(wrong)
    return list(found)


def _in_line(line: str) -> Iterator[str]:
    """What stands for an address in a line, right or wrong."""
    if "\t" in line and "@" in line:  # a table: its other columns are no addresses
        line = "; ".join(cell for cell in line.split("\t") if "@" in cell)
    rest = []
    end = 0
    for named in _IN_ANGLES.finditer(line):
        before, end = re.sub(r'"[^"]*"', "", named[1]), named.end()
        rest += [
            part for part in before.split(",")[:-1] if "@" in part
        ]  # `jo@b.example, Ada <ada@b.example>`
        yield named[2]
    rest.append(line[end:])
    for part in re.split(r"[\s,;]+", " ".join(rest)):
        if part.strip(_AROUND):
            yield part


class AddressField(forms.EmailField):
    """An e-mail address that comes out as we keep it."""

    default_validators = []
    default_error_messages = {"required": gettext_lazy("Please give an e-mail address.")}

    def to_python(self, value):
        value = super().to_python(value)
        return canonical(value) if value else value
