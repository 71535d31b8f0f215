"""How much work a run is, told before it begins, from what each of its jobs takes (:mod:`ais.workflow.effort`)."""

from collections.abc import Sequence

from ais.workflow.effort import Taken


def told(jobs: Sequence[tuple[str, Taken]], submissions: int) -> list[str]:
    """What the ``jobs``, each of a stage, take together, in two lines; a cluster sees so many ``submissions``, if any.

    >>> told([("features", Taken(5400, 900, 2000)), ("pruning", Taken(3600, 2100))], 0)[0]
    'About 2.5 core-hours: features 1.5, pruning 1. 2 jobs; the largest 2.1 GB, results 2 GB.'
    """
    stages: dict[str, float] = {}
    for stage, taken in jobs:
        stages[stage] = stages.get(stage, 0.0) + taken.seconds
    unit, a_unit = ("core-hours", 3600) if sum(stages.values()) > 2 * 3600 else ("core-minutes", 60)
    stages = {stage: seconds / a_unit for stage, seconds in stages.items()}
    parts = ", ".join(f"{stage} {number(hours)}" for stage, hours in stages.items() if number(hours) != "0")
    room = sum(taken.disk for _, taken in jobs) / 1000
    largest = max(taken.mb for _, taken in jobs) / 1000
    whole = sum(stages.values())
    about = f"About {number(whole)} {unit}: {parts}" if whole >= 1 else f"Less than a {unit.removesuffix('s')}"
    return [
        f"{about}. {len(jobs)} job{'s' * (len(jobs) != 1)}"
        f"{f', on a cluster submitted as {submissions}' if submissions else ''}; the largest {number(largest)} GB, "
        f"results {number(room)} GB.",
        "(By what such steps took elsewhere, without a GPU; for planning only: right within a factor of about three, "
        "of networks not known here of about five.)",
    ]


def number(value: float) -> str:
    """No finer than it is known.

    >>> [number(each) for each in (0.004, 0.034, 0.26, 2.04, 14.6, 1234)]
    ['0', '0.03', '0.3', '2', '15', '1200']
    """
    if value >= 10:
        return f"{float(f'{value:.2g}'):.0f}"
    return f"{float(f'{value:.1f}' if value >= 0.1 else f'{value:.2f}'):g}"
