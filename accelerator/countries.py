"""Countries by their ISO 3166-1 code, as forms offer them and pages name them."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from accelerator.locales import reader_locale

if TYPE_CHECKING:
    from babel import Locale

# The CLDR names more (the European Union, the Canary Islands): what may be stored is told here. XK, Kosovo, is the one
# code that ISO 3166-1 leaves to its users.
CODES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
    JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
    PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK
    YE YT ZA ZM ZW
    """.split()
)
# Babel leaves out the short names of the CLDR. Where the long one is not what people say, as “Hong Kong SAR China”, they
# are given here; English and French write all four alike.
SHORT_LANGUAGES = {"en", "fr"}
SHORT = {"HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao", "PS": "Palestine"}


def name(code: str) -> str:
    """`FR` → France, in the reader's language; what is no code comes back as it is."""
    return _names(reader_locale()).get(code, code)


def choices() -> list[tuple[str, str]]:
    """For a select, by name in the reader's language, as its dictionaries sort them."""
    return list(_names(reader_locale()).items())


@cache
def _names(locale: "Locale") -> dict[str, str]:
    short = SHORT if locale.language in SHORT_LANGUAGES else {}
    names = {code: short.get(code) or locale.territories[code] for code in CODES}
    return dict(sorted(names.items(), key=lambda item: _sort_key(item[1])))


def _sort_key(name: str) -> tuple[str, str]:
    """É stands under E and Å under A, as English and French sort; the accents decide between what is else the same."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return letters.casefold().replace("’", "'"), name
