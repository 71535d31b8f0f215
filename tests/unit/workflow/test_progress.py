"""How far a run is, on a clock of the test's own."""

import pytest

from ais.workflow.progress import Progress, said


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def run(progress, clock, job, rule, seconds):
    progress.start(job, rule)
    clock.now += seconds
    return progress.finish(job)


STAGES = {"list": "stimuli", "extract": "features", "score": "importance", "merge": "importance"}


def test_stages_are_told_in_their_order_and_when_they_are_complete(clock):
    progress = Progress({"list": 1, "extract": 2, "score": 4, "merge": 1}, STAGES, clock)
    assert progress.line() == "0 of 8 jobs"
    assert run(progress, clock, 0, "list", 1) == "stimuli"
    assert run(progress, clock, 1, "extract", 10) is None
    progress.start(2, "extract")
    progress.start(3, "score")
    assert progress.line().startswith("2 of 8 jobs; features 1 of 2, importance 0 of 5; at least ")
    assert progress.finish(2) == "features"
    assert progress.of_stages() == {"stimuli": (1, 1), "features": (2, 2), "importance": (0, 5)}


def test_what_is_left_is_each_rules_jobs_at_their_mean(clock):
    progress = Progress({"extract": 3, "score": 3}, STAGES, clock)
    assert progress.seconds_left() is None
    run(progress, clock, 0, "extract", 10)
    run(progress, clock, 1, "extract", 20)
    run(progress, clock, 2, "score", 60)
    assert progress.seconds_left() == (15 + 2 * 60, True)
    progress.start(3, "score")
    clock.now += 50  # ten seconds of this one are left, and one has not begun
    assert progress.seconds_left()[0] == pytest.approx(15 + 10 + 60)
    clock.now += 50  # longer than the mean: so the other may be
    assert progress.seconds_left()[0] == pytest.approx(15 + 100)


def test_jobs_at_once_share_what_is_left(clock):
    progress = Progress({"score": 8}, STAGES, clock)
    for job in range(4):
        progress.start(job, "score")
    clock.now += 100
    for job in range(4):
        progress.finish(job)
    assert progress.seconds_left() == (pytest.approx(100), True)
    assert progress.line() == "4 of 8 jobs; importance 4 of 8; about 2 min left"


def test_what_failed_is_not_done_and_may_begin_anew(clock):
    progress = Progress({"score": 1}, STAGES, clock)
    progress.start(0, "score")
    progress.fail(0)
    assert progress.finish(0) is None and progress.of_stages() == {"importance": (0, 1)}
    assert run(progress, clock, 0, "score", 1) == "importance"
    assert progress.line() == "1 of 1 jobs"


def test_jobs_that_are_not_ours_are_passed_over(clock):
    progress = Progress({"score": 1}, STAGES, clock)
    assert run(progress, clock, 7, "all", 1) is None
    assert progress.line() == "0 of 1 jobs; about 10 s left" or "at least" in progress.line()


@pytest.mark.parametrize(
    "seconds, text",
    [
        (2, "10 s"),
        (31, "30 s"),
        (58, "1 min"),
        (600, "10 min"),
        (3600, "1 h"),
        (7800, "2 h 10 min"),
        (3 * 86400, "3 days"),
    ],
)
def test_times_are_told_no_finer_than_they_are_known(seconds, text):
    assert said(seconds) == text
