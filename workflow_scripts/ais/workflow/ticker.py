"""How far a long step is, for its log: now and then a line, never one a turn."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from time import monotonic

from ais.workflow.progress import said

log = logging.getLogger(__name__)

SECONDS = 60  # of two lines


class Ticker:
    """Counts what is done of ``total``, from any thread; now and then tells it, and about how long the rest takes."""

    def __init__(self, what: str, total: int, clock: Callable[[], float] = monotonic) -> None:
        self.what, self.total, self.clock = what, total, clock
        self.done, self.began, self.lock = 0, clock(), threading.Lock()
        self.told = self.began

    def tick(self, number: int = 1) -> None:
        """``number`` more are done."""
        with self.lock:
            self.done += number
            now = self.clock()
            if now - self.told < SECONDS or self.done >= self.total:
                return
            self.told = now
            left = (now - self.began) / self.done * (self.total - self.done)
            log.info("%s %d of %d; about %s left", self.what, self.done, self.total, said(left))

    def each(self, things: Iterable) -> Iterator:
        """The things one by one, each counted when the next is asked for."""
        for thing in things:
            yield thing
            self.tick()
