"""How the web server is started: by `make run`, the tests under stress, the image and systemd alike.

It hands over every request at once, each on a thread that it makes when needed; accelerator/turns.py says who runs.
"""

WORKERS = 2
# More than may ever wait, so that a request that waits for nobody has a thread; each that waits costs 90 kB.
THREADS = 1100
CONNECTIONS = 4096  # open at once, idle ones included; beyond it even a submit is not heard


def granian(port: int, *, host: str = "127.0.0.1", workers: int = WORKERS) -> list[str]:
    """What follows `python -m`."""
    return [
        "granian", "--interface", "wsgi", "accelerator.wsgi:application", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(THREADS),
        "--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS),
        # It would warn of so many threads.
        "--no-ws", "--log-level", "error", "--workers-kill-timeout", "5",
    ]  # fmt: skip
