"""How far a run is: stage by stage how many of how many jobs are done, and about how long the rest takes."""

from collections import Counter
from collections.abc import Callable, Mapping
from time import monotonic


class Progress:
    """Told which jobs begin and end, tells how far the stages are.

    ``planned`` is how many jobs each rule has to do, ``stage_of`` the stage of each rule, in the order in which stages
    are told. ``clock`` gives seconds.
    """

    def __init__(
        self, planned: Mapping[str, int], stage_of: Mapping[str, str], clock: Callable[[], float] = monotonic
    ) -> None:
        self.planned, self.stage_of, self.clock = dict(planned), dict(stage_of), clock
        self.done: Counter = Counter()
        self.seconds: Counter = Counter()  # of the finished jobs of a rule, together
        self.running: dict[int, tuple[str, float]] = {}
        self.began = clock()

    def start(self, job: int, rule: str) -> None:
        """A job of a rule begins, or begins anew."""
        self.running[job] = rule, self.clock()

    def finish(self, job: int) -> str | None:
        """A job ends well. The stage that is complete with it, if any."""
        if job not in self.running:
            return None
        rule, began = self.running.pop(job)
        self.done[rule] += 1
        self.seconds[rule] += self.clock() - began
        if rule not in self.planned:
            return None
        stage = self.stage_of[rule]
        done, planned = self.of_stages()[stage]
        return stage if done == planned else None

    def fail(self, job: int) -> None:
        """A job ends without its result."""
        self.running.pop(job, None)

    def of_stages(self) -> dict[str, tuple[int, int]]:
        """Jobs done and planned of each stage."""
        found: dict[str, tuple[int, int]] = {}
        for rule, stage in self.stage_of.items():
            if rule in self.planned:
                done, planned = found.get(stage, (0, 0))
                found[stage] = done + self.done[rule], planned + self.planned[rule]
        return found

    def seconds_left(self) -> tuple[float, bool] | None:
        """About how many seconds the rest takes, and whether jobs of every rule have been timed; None before any was.

        What is left is each rule's jobs at the mean of those that ended, or as long as one runs already; a rule of
        which none has ended counts as the mean of all. It is divided by how many jobs ran at once so far.
        """
        finished = self.done.total()
        now = self.clock()
        elapsed = now - self.began
        if not finished or elapsed <= 0:
            return None
        any_job = self.seconds.total() / finished
        left, at_work, all_timed = 0.0, self.seconds.total(), True
        running: dict[str, list[float]] = {}
        for rule, began in self.running.values():
            running.setdefault(rule, []).append(now - began)
            at_work += now - began
        for rule, planned in self.planned.items():
            remaining = planned - self.done[rule]
            if remaining <= 0:
                continue
            all_timed &= self.done[rule] > 0
            mean = self.seconds[rule] / self.done[rule] if self.done[rule] else any_job
            spent = running.get(rule, [])
            left += max(remaining - len(spent), 0) * max(mean, *spent, 0.0) if spent else remaining * mean
            left += sum(max(mean - each, 0.0) for each in spent)
        return left / max(at_work / elapsed, 1.0), all_timed

    def line(self) -> str:
        """``12 of 80 jobs; features 4 of 4, importance 3 of 12; about 3 min left``: stages at work, and all."""
        stages = self.of_stages()
        at_work = {self.stage_of.get(rule) for rule, _ in self.running.values()}
        parts = [
            f"{stage} {done} of {planned}"
            for stage, (done, planned) in stages.items()
            if done < planned and (done or stage in at_work)
        ]
        total, done = (sum(pair[part] for pair in stages.values()) for part in (1, 0))
        text = f"{done} of {total} jobs"
        text += f"; {', '.join(parts)}" if parts else ""
        left = self.seconds_left()
        if left is not None and done < total:
            seconds, all_timed = left
            text += f"; {'about' if all_timed else 'at least'} {said(seconds)} left"
        return text


def said(seconds: float) -> str:
    """A time to wait, no finer than can be known: ``10 s``, ``3 min``, ``2 h 10 min``, ``3 days``."""
    if seconds < 55:
        return f"{max(10, 10 * round(seconds / 10))} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, minutes = divmod(10 * round(minutes / 10), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(minutes / 1440)} days"
