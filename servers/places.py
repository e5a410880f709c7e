"""Where the embedded servers live and whom they run as: folders, sockets, and an account that is not root.

Standard library only. A path may hold spaces, and no folder that is not ours changes its mode.
"""

import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
SEASONS = ("rehearsal", "real")
ACCOUNT = "slipway"
ROOTS_FOLDER = Path("/var/lib/slipway")
# The address of a unix socket holds about a hundred bytes, ".s.PGSQL.5432" and a lock beside it included.
LONGEST_SOCKET_FOLDER = 80


class EmbeddedError(Exception):
    """Something a newcomer can put right; its text says what happened and what to do."""


class AlreadyRunning(EmbeddedError):
    """Another living process holds this data folder."""

    def __init__(self, pid: int):
        super().__init__(
            f"Slipway is already running here (process {pid}). Stop it there with Ctrl-C, or: kill {pid}"
        )
        self.pid = pid


def server_account(data: Path | None = None) -> pwd.struct_passwd | None:
    """The account of the servers when we are root, which PostgreSQL refuses to be; None for an ordinary user.

    Data that an ordinary user made stays theirs.
    """
    if os.geteuid() != 0:
        return None
    if data and data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        subprocess.run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            capture_output=True,
            check=False,
        )
    for name in (ACCOUNT, "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is no other account. Create one with: useradd --system slipway"
    )


def identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Popen arguments that make a child run as `account`."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether `account` may walk to `path` (and enter or execute it); the system decides, so that ACLs count."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(["/usr/bin/test", "-x", path], cwd="/", check=False, **identity(account))
    return asked.returncode == 0


def make_folder(path: Path, mode: int, owner: pwd.struct_passwd | None = None) -> Path:
    """Create a folder of ours, with this mode whatever the umask, and perhaps give it to the servers' account."""
    path.mkdir(exist_ok=True)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    if stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)
    return path


def home_of(season: str, checkout: Path = CHECKOUT) -> Path:
    """The data folder of a season: `.slipway/<season>` in the checkout.

    Under /root (mode 0700) the servers' account cannot get there. Then `.slipway` is a link to a folder that it can
    reach, and nobody's permissions are changed.
    """
    base = checkout / ".slipway"
    try:
        if not base.exists():
            base.unlink(missing_ok=True)  # a link whose target is gone
            if reachable(checkout, server_account()):
                make_folder(base, 0o711)
            else:
                target = ROOTS_FOLDER / sha256(os.fsencode(checkout)).hexdigest()[:12]
                ROOTS_FOLDER.parent.mkdir(parents=True, exist_ok=True)
                make_folder(ROOTS_FOLDER, 0o711)
                base.symlink_to(make_folder(target, 0o711))
        home = make_folder(base.resolve() / season, 0o711)
        account = server_account(next(iter(home.glob("postgresql-*")), None))
        if account and not reachable(home, account):
            raise EmbeddedError(f"{account.pw_name} cannot reach {home}. Start afresh with: make clean")
        return home
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename} belongs to somebody else. Run as that user, or let them remove the data with: make clean"
        ) from error


def socket_folder(home: Path, account: pwd.struct_passwd | None) -> Path:
    """`home/run`, or a private temporary folder when that path is too long or needs quoting in an address."""
    run = home / "run"
    if len(os.fsencode(run)) > LONGEST_SOCKET_FOLDER or not re.fullmatch(r"[\w./+-]+", str(run), re.ASCII):
        run = Path(tempfile.mkdtemp(prefix="slipway-", dir="/tmp"))
    return make_folder(run, 0o700, account)
