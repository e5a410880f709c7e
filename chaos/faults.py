"""What goes wrong, and when: a plan drawn from the seed, and the hand that carries it out."""

import random
import time
from dataclasses import dataclass, field

from chaos.world import World

KILL_HOW = ("whole", "whole", "parent", "child")


def is_carrier(program: str) -> bool:
    """Whether this program hands mails over."""
    return program.startswith(("worker", "drain"))


@dataclass(frozen=True)
class Fault:
    """`at` seconds after the start `kind` happens to `target`, for `seconds` where it lasts."""

    at: float
    kind: str
    target: str
    seconds: float = 0.0
    how: str = ""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.at:5.1f} s  {self.kind} {self.target}{f' ({self.how})' if self.how else ''}{lasting}"

    @property
    def ends_carriers(self) -> bool:
        """Whether a sender that was handing over a mail may not have recorded how that ended."""
        return self.target == "PostgreSQL" or (self.kind == "kill" and is_carrier(self.target))


# kind → for how long, at least and at most, as shares of the whole run
LASTING = {"stop": (0.04, 0.12), "go away": (0.04, 0.1), "fall silent": (0.04, 0.1), "fill": (0.1, 0.2)}


def plan(seed: int, seconds: float, programs: list[str], *, with_disk: bool) -> list[Fault]:
    """Each kind of fault at least once, then any, but most often those who carry mails are killed.

    They begin within the first nine tenths of the run, or as soon as the one before on the same target is over.
    """
    rng = random.Random(seed)
    once = [("kill", name) for name in programs]
    once += [("stop", "Valkey"), ("flush", "Valkey"), ("crash", "Valkey")]
    once += [("stop", "PostgreSQL"), ("crash", "PostgreSQL")]
    once += [("go away", "mail server"), ("fall silent", "mail server")]
    once += [("fill", "disk")] if with_disk else []
    carriers = [("kill", name) for name in programs if is_carrier(name)]
    more = 4 * carriers + once
    drawn = once + rng.choices(more, k=max(0, round(seconds / 2) - len(once)))
    rng.shuffle(drawn)
    faults: list[Fault] = []
    free_from: dict[str, float] = {}
    step = 0.9 * seconds / len(drawn)
    for number, (kind, target) in enumerate(drawn):
        at = max(step * (number + rng.random()), free_from.get(target, 0.0))
        lasts = seconds * rng.uniform(*LASTING[kind]) if kind in LASTING else 0.0
        free_from[target] = at + lasts + 1
        faults.append(Fault(at, kind, target, lasts, rng.choice(KILL_HOW) if kind == "kill" else ""))
    return sorted(faults, key=lambda fault: fault.at)


@dataclass
class Struck:
    """A fault as it really happened; seconds since the epoch."""

    fault: Fault
    began: float
    ended: float


@dataclass
class Hand:
    """Carries out a plan; everything is done in the thread that calls, because children end with their thread."""

    world: World
    faults: list[Fault]
    began: float = field(default_factory=time.time)
    struck: list[Struck] = field(default_factory=list)

    def __post_init__(self):
        self.due = [(fault.at, "begin", fault) for fault in self.faults]

    @property
    def is_done(self) -> bool:
        return not self.due

    def act(self) -> None:
        """Do what has fallen due by now."""
        self.due.sort(key=lambda one: one[0])
        while self.due and time.time() - self.began >= self.due[0][0]:
            _at, what, fault = self.due.pop(0)
            if what == "begin":
                self._begin(fault)
            else:
                self._end(fault)

    def _begin(self, fault: Fault) -> None:
        now, world = time.time(), self.world
        match fault.kind:
            case "kill":
                world.kill(fault.target, fault.how)
            case "crash":
                world.crash(fault.target)
            case "stop":
                world.stop(fault.target)
            case "flush":
                world.flush()
            case "go away":
                world.mail.stop()
            case "fall silent":
                world.mail.is_silent.set()
            case "fill":
                world.fill_disk()
        self.struck.append(Struck(fault, now, time.time()))
        if fault.seconds:
            self.due.append((now - self.began + fault.seconds, "end", fault))

    def _end(self, fault: Fault) -> None:
        match fault.kind:
            case "stop":
                self.world.go_on(fault.target)
            case "go away":
                self.world.mail.start()
            case "fall silent":
                self.world.mail.is_silent.clear()
            case "fill":
                self.world.make_room()
        next(one for one in self.struck if one.fault is fault).ended = time.time()

    def kill_carriers(self) -> None:
        """All at once, outside the plan."""
        for name in filter(is_carrier, self.world.programs):
            self._begin(Fault(time.time() - self.began, "kill", name, how="whole"))
