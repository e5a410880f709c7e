"""How fast the hot pages are, as multiples of a plain Django page that does the same work: `python -m bench.pages`.

Starts scratch servers, fills one call with 2,000 applications read three times each, starts Slipway and the reference
(bench/reference) behind the same web server as in production, and visits both over HTTP in alternation, so that a slow
or busy machine slows both. Ends with 1 if a page misses its target by a clear margin. Loopback only, about four
minutes, a handful of threads; everything ends with it.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench import visits, wire
from servers import embedded, processes

ROOT = Path(__file__).parent.parent
CLEARLY = (
    1.15  # by how much a target must be missed before it counts as missed, on a machine that others share
)
CLIENTS = 16
TARGETS = {  # page: at most this multiple of the reference's time, at most so many questions to the database
    "public": (2.0, None),
    "submit": (2.2, 12),
    "queue_50": (2.0, 6),
    "queue_250": (2.0, None),
    "scoring": (1.9, None),
    "score": (1.9, None),
    "staff": (2.0, None),
    "ranking": (2.0, None),
}
LEAST_SHARE = {"public": 0.5, "submit": 0.5}  # of what the reference answers per second at 16 clients
MOST_MEMORY = 130  # MB per worker
MOST_MEMORY_AFTER_RELEASE = 150
WORDS = {
    "public": "public page",
    "submit": "final submit",
    "queue_50": "queue of 50",
    "queue_250": "queue of 250",
    "scoring": "scoring page",
    "score": "saving a score",
    "staff": "managers’ list",
    "ranking": "ranking of 2,000",
}


class Server:
    """One site behind granian, as the Dockerfile starts it, with its facts and its visitor."""

    def __init__(self, site: visits.Site, application: str, port: int, environment: dict, database: str):
        self.site, self.port, self.environment, self.database = site, port, environment, database
        self.address = f"http://127.0.0.1:{port}"
        self.log = Path(environment["SLIPWAY_DATA_DIR"]) / f"{site.name}.log"
        command: list[str | Path] = [
            sys.executable, "-m", "granian", "--interface", "wsgi", application, "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self.process = processes.spawn(
                command, farewell=signal.SIGTERM, lock=None, cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.address, timeout=20).close()  # noqa: S310 - our own server
                return
            time.sleep(0.1)
        raise SystemExit(f"{self.site.name} did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        processes.end(self.process, signal.SIGTERM)

    @property
    def workers(self) -> list[int]:
        """The processes that answer; none where the system does not tell."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                if int(path.read_text().rpartition(") ")[2].split()[1]) == self.process.pid:
                    found.append(int(path.parent.name))
        return found

    def cpu(self) -> float:
        """Seconds of processor used so far by the workers and by PostgreSQL for them."""
        mark, ticks = f" {self.database} [local]".encode(), 0
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                fields = (path / "stat").read_text().rpartition(") ")[2].split()
                is_worker = int(fields[1]) == self.process.pid
                if is_worker or (
                    (title := (path / "cmdline").read_bytes()).startswith(b"postgres:") and mark in title
                ):
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> list[float]:
        sizes = []
        for pid in self.workers:
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                sizes.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
        return sizes

    def private_memory(self) -> list[float]:
        """MB of each worker that no other process shares: what one more worker costs."""
        sizes = []
        for pid in self.workers:
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/smaps_rollup").read_text()
                sizes.append(int(re.findall(r"Private_Dirty:\s+(\d+)", status)[0]) / 1024)
        return sizes


# --- Preparing --------------------------------------------------------------------------------------------
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(module: str, environment: dict, given: str | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *module.split()],
        cwd=ROOT, env=environment, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


@contextlib.contextmanager
def two_sites() -> Iterator[tuple[Server, Server]]:
    """Slipway and the reference, filled and answering."""
    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
        raise SystemExit("bench.pages fills a database of its own; unset DATABASE_URL and REDIS_URL first.")
    with embedded.scratch_servers():
        port, other_port = free_port(), free_port()
        plain = {key: value for key, value in os.environ.items() if not key.startswith("SLIPWAY_")}
        plain |= {"SLIPWAY_DATA_DIR": os.environ["SLIPWAY_DATA_DIR"], "PYTHONWARNINGS": "ignore"}
        ours = plain | {
            "DJANGO_SETTINGS_MODULE": "accelerator.settings",
            "SLIPWAY_SECRET_KEY": "for-measuring-only-" + "x" * 40,
            "SLIPWAY_BASE_URL": f"http://localhost:{port}",
        }
        theirs = plain | {
            "DJANGO_SETTINGS_MODULE": "bench.reference.settings",
            "DATABASE_URL": os.environ["DATABASE_URL"].replace("///slipway", "///reference"),
        }
        create_database("reference")
        say("Filling 2,000 applications, 40 reviewers, 3 reviews each, twice")
        run("manage.py collectstatic --no-input --verbosity 0", ours)
        ours_facts, their_facts = run("-m bench.filling", ours), run("-m bench.reference.filling", theirs)
        analyse("slipway", "reference")
        servers: list[Server] = []
        try:
            for site, facts, application, number, environment in (
                (visits.Slipway, ours_facts, "accelerator.wsgi:application", port, ours),
                (visits.Reference, their_facts, "bench.reference.wsgi:application", other_port, theirs),
            ):
                made = site(json.loads(facts.splitlines()[-1]))
                servers.append(Server(made, application, number, environment, made.name))
            for server in servers:
                server.wait()
            yield servers[0], servers[1]
        finally:
            for server in servers:
                server.stop()


def create_database(name: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")


def analyse(*databases: str) -> None:
    """What the server does by itself soon after such a load, so that it does not do it while we measure."""
    import psycopg

    for name in databases:
        address = os.environ["DATABASE_URL"].replace("///slipway", f"///{name}")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


# --- Measuring --------------------------------------------------------------------------------------------
def slice_of(server: Server, page: str, seconds: float) -> tuple[list[float], float]:
    """One person visiting for a while: the times of the measured requests, and the processor per visit."""
    visitor, visit = wire.Visitor(server.site, server.port), server.site.visits[page]
    visit(visitor)
    visitor.times.clear()
    began, until = server.cpu(), time.perf_counter() + seconds
    while time.perf_counter() < until or len(visitor.times) < 5:
        visit(visitor)
    return visitor.times, (server.cpu() - began) / len(visitor.times)


def compare(servers: tuple[Server, Server], page: str, rounds: int, seconds: float) -> dict:
    """One page on both sites in alternation; the ratio is the median of the rounds'."""
    times: dict[str, list[float]] = {"slipway": [], "reference": []}
    processor: dict[str, list[float]] = {"slipway": [], "reference": []}
    ratios = []
    for number in range(rounds):
        middle = {}
        for server in servers if number % 2 else reversed(servers):
            found, cpu = slice_of(server, page, seconds)
            times[server.site.name] += found
            processor[server.site.name].append(cpu)
            middle[server.site.name] = statistics.median(found)
        ratios.append(middle["slipway"] / middle["reference"])
    figures = {
        name: {
            "p50": 1000 * statistics.median(times[name]),
            "p95": 1000 * statistics.quantiles(times[name], n=20)[-1],
            "cpu": 1000 * statistics.median(processor[name]),
        }
        for name in times
    }
    return figures | {"ratio": statistics.median(ratios), "low": min(ratios), "high": max(ratios)}


def crowd(server: Server, seconds: float) -> dict:
    """Sixteen founders apply at once: whole applications per second, and the submit's times."""
    times, problems, until = [], [], time.perf_counter() + seconds
    visit = server.site.visits["submit"]

    def apply() -> None:
        visitor = wire.Visitor(server.site, server.port)
        try:
            while time.perf_counter() < until:
                visit(visitor)
        except (OSError, wire.Unexpected) as problem:
            problems.append(problem)
        times.extend(visitor.times)

    founders = [threading.Thread(target=apply, daemon=True) for _ in range(CLIENTS)]
    began = time.perf_counter()
    for founder in founders:
        founder.start()
    for founder in founders:
        founder.join(seconds + 60)
    if problems:
        raise problems[0]
    return together(times, time.perf_counter() - began)


def readers(server: Server, seconds: float) -> dict:
    """Sixteen strangers read the public page."""
    _count, times = wire.repeat(server.port, "/", clients=CLIENTS, seconds=seconds)
    return together(times, seconds)


def together(times: list[float], seconds: float) -> dict:
    return {
        "per_second": len(times) / seconds,
        "p50": 1000 * statistics.median(times),
        "p95": 1000 * statistics.quantiles(times, n=20)[-1],
    }


def at_once(servers: tuple[Server, Server], page: str, seconds: float) -> dict:
    act = {"public": readers, "submit": crowd}[page]
    rounds: list[dict] = []
    for number in range(2):
        order = servers if number else tuple(reversed(servers))
        rounds.append({server.site.name: act(server, seconds) for server in order})
    shares = [one["slipway"]["per_second"] / one["reference"]["per_second"] for one in rounds]
    best = rounds[shares.index(max(shares))]
    return best | {"share": max(shares)}


def count_queries(servers: tuple[Server, Server]) -> dict:
    counts = {}
    for server in servers:
        given = json.dumps({"site": server.site.name, "facts": server.site.facts})
        counts[server.site.name] = json.loads(
            run("-m bench.queries", server.environment, given).splitlines()[-1]
        )
    return counts


# --- Telling ----------------------------------------------------------------------------------------------
def say(line: str) -> None:
    print(line, flush=True)


def tell(page: str, found: dict, queries: dict) -> list[str]:
    """One line of the table; what is missed, in words."""
    ours, theirs, (most, most_queries) = found["slipway"], found["reference"], TARGETS[page]
    say(
        f"{WORDS[page]:18}{ours['p50']:8.1f}{ours['p95']:8.1f}{theirs['p50']:9.1f}"
        f"{found['ratio']:8.2f}× ({found['low']:.2f}–{found['high']:.2f}, at most {most:.1f})"
        f"{ours['cpu']:8.1f}{theirs['cpu']:7.1f}{queries['slipway'][page]:6}{queries['reference'][page]:4}"
    )
    missed = []
    if found["ratio"] > most * CLEARLY:
        missed.append(f"{WORDS[page]}: {found['ratio']:.2f}× the reference, at most {most}")
    if most_queries and queries["slipway"][page] > most_queries:
        missed.append(f"{WORDS[page]}: {queries['slipway'][page]} queries, at most {most_queries}")
    return missed


def tell_crowd(page: str, found: dict) -> list[str]:
    ours, theirs = found["slipway"], found["reference"]
    what = {"public": "requests", "submit": "whole applications"}[page]
    say(
        f"{WORDS[page]}, {CLIENTS} clients: {ours['per_second']:.0f} {what} a second (reference "
        f"{theirs['per_second']:.0f}, at least {LEAST_SHARE[page]:.0%} of it), p50 {ours['p50']:.0f} ms, "
        f"p95 {ours['p95']:.0f} ms (reference {theirs['p95']:.0f})"
    )
    if found["share"] < LEAST_SHARE[page] / CLEARLY:
        return [
            f"{WORDS[page]}: {found['share']:.0%} of the reference’s rate, at least {LEAST_SHARE[page]:.0%}"
        ]
    return []


def tell_memory(server: Server) -> None:
    sizes, private = (
        ", ".join(f"{size:.0f}" for size in f()) for f in (server.memory, server.private_memory)
    )
    say(f"{server.site.name}: {sizes} MB per worker, of which private {private}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--only", default=",".join(TARGETS), help="some of: %(default)s")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.2, help="of one page on one site in one round")
    options = parser.parse_args(arguments)
    pages = [page for page in TARGETS if page in options.only.split(",")]
    missed, figures = [], {}
    with two_sites() as servers:
        queries = count_queries(servers)
        say(
            f"\n{'milliseconds':18}{'p50':>8}{'p95':>8}{'ref p50':>9}   multiple{'':21}{'cpu':>8}{'ref':>7}{'sql':>6}{'ref':>4}"
        )
        for page in pages:
            figures[page] = compare(servers, page, options.rounds, options.seconds)
            figures[page]["queries"] = {name: counts[page] for name, counts in queries.items()}
            missed += tell(page, figures[page], queries)
        for page in set(pages) & set(LEAST_SHARE):
            figures[f"{page}, {CLIENTS} clients"] = found = at_once(servers, page, 6 * options.seconds)
            missed += tell_crowd(page, found)
        for server in servers:
            figures.setdefault("memory", {})[server.site.name] = server.memory()
            tell_memory(server)
            figures.setdefault("private memory", {})[server.site.name] = server.private_memory()
        if max(figures["memory"]["slipway"], default=0) > MOST_MEMORY:
            missed.append(f"memory: at most {MOST_MEMORY} MB per worker")
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=2), encoding="utf-8")
    for line in missed:
        say(f"Missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
