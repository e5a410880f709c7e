"""Numbers for Prometheus: requests by route, counted in every process, and what the health report knows.

The processes of one web server share a folder in which each writes its counts, so that any of them can tell the sum.
Nothing of it is imported before the first request is counted, that is, not at all while SLIPWAY_METRICS is off.
"""

import os
import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LATENCIES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)  # seconds


@cache
def _counters() -> SimpleNamespace:
    folder = Path(tempfile.gettempdir()) / f"slipway-metrics-{os.getuid()}-{os.getppid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} is somebody else's")
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))  # read when the package is imported
    import prometheus_client as prometheus

    return SimpleNamespace(
        requests=prometheus.Counter(
            "slipway_requests", "Requests answered.", ["method", "route", "status"], registry=None
        ),
        seconds=prometheus.Histogram(
            "slipway_request_seconds", "Time to an answer.", ["route"], buckets=LATENCIES, registry=None
        ),
    )


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One request. A route is a pattern; what is no page of ours is counted as one, or strangers would fill memory."""
    counters = _counters()
    known = route if status != 404 else "none"
    counters.requests.labels(method if method in {"GET", "HEAD", "POST"} else "other", known, status).inc()
    counters.seconds.labels(known).observe(seconds)


def text(gauges: dict[str, float]) -> str:
    """Everything in Prometheus' own form: the counts of all processes, then the gauges.

    The gauges are written here because the package would keep each of them for every process.
    """
    _counters()
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    lines = (
        f"# TYPE slipway_{name} gauge\nslipway_{name} {float(value)}\n" for name, value in gauges.items()
    )
    return generate_latest(registry).decode() + "".join(lines)
