"""What all migrations make, kept in the checkout: a scratch PostgreSQL begins with it instead of running them again.

One file, named by what it was made from, so that another migration makes another one. `migrate` runs on it all the same
and finds nothing left to do. Only the tests make it (tests/pytest_servers.py). Standard library only.
"""

import os
import pwd
import re
import tarfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from servers.places import CHECKOUT

FOLDER = CHECKOUT / ".database_cache"
TEMPLATE = "prepared"  # the database in it that nobody connects to, so that it can be copied at any time

# As it was packed, modes and all. A Python before 3.11.4 has no filters and does that anyway.
WHOLE = getattr(tarfile, "fully_trusted_filter", None)


@cache
def cluster() -> Path:
    """The file of this checkout as it is now: of its migrations, what they import, and the versions of packages."""
    migrations = sorted(CHECKOUT.glob("*/migrations/*.py"))
    texts = [path.read_bytes() for path in migrations]
    names = sorted(
        {name for text in texts for name in re.findall(rb"^(?:from|import) ([\w.]+)", text, re.MULTILINE)}
    )
    imported = [CHECKOUT / f"{name.decode().replace('.', '/')}.py" for name in names]
    used = [path for path in imported if path.is_file()]
    seen = sha256()
    for path in [*migrations, *used, *sorted(CHECKOUT.glob("requirements/*.txt")), Path(__file__)]:
        seen.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return FOLDER / f"{seen.hexdigest()[:20]}.tar"


def unpack(folder: Path, account: pwd.struct_passwd | None) -> bool:
    """Fill the data folder of a PostgreSQL; False where nothing is kept."""
    try:
        with tarfile.open(cluster()) as kept:
            kept.extraction_filter = WHOLE
            kept.extractall(folder)  # noqa: S202 - we made it
    except FileNotFoundError:
        return False
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)
    return True


def keep(data: Path) -> None:
    """Keep the data folder of a PostgreSQL that was stopped, and nothing older."""
    FOLDER.mkdir(exist_ok=True)
    new = FOLDER / f"new-{os.getpid()}"
    with tarfile.open(new, "w") as made:
        made.add(data, arcname=".")
    for older in FOLDER.glob("*.tar"):
        older.unlink(missing_ok=True)
    new.rename(cluster())
