"""Into how many jobs a step is cut, by the size of the work alone, never by the machine; and how many permutations there are.
No rules.
"""

from pathlib import Path

from ais.workflow import effort

MINUTES_A_JOB = 30  # of one core, about
SECONDS_WORTH_A_JOB = 60  # of a cluster's, for which it waits in a queue
MOST_MAPS = {"pooled": 2048, "fully_connected": 512, "network": 2048}  # that networks have; theirs is not known yet


def readout_of(backbone):
    """The readout as far as the study tells it: `auto` is fully connected for VGG and AlexNet."""
    has_hidden_layers = Path(backbone["architecture"]).name.startswith(("vgg", "alexnet"))
    automatic = "fully_connected" if has_hidden_layers else "pooled"
    return automatic if backbone["readout"] == "auto" else backbone["readout"]


def number_of_shards(wildcards, rounds=1, most=256):
    """Into how many jobs to cut a step that masks each map once in each of `rounds`."""
    if STUDY["shards"] != "auto":
        return STUDY["shards"]
    readout = readout_of(backbone_of(wildcards))
    pairs, _ = judged_in(wildcards.stimuli)
    units = pairs if readout == "pooled" else images_in_set(wildcards.stimuli)
    seconds = units * MOST_MAPS[readout] * effort.SECONDS_A_MAP[readout] * rounds
    return min(most, math.ceil(seconds / (60 * MINUTES_A_JOB)))


def number_of_folds():
    return STUDY["folds"]["number"] * len(STUDY["folds"]["seeds"])


def scored_in(wildcards):
    return number_of_shards(wildcards)


def pruned_in(wildcards):
    return number_of_shards(wildcards, rounds=number_of_folds(), most=number_of_folds())


def shards_of(path, number):
    """All shards of a step, which are only put together; none where one job does it."""

    def shards(wildcards):
        shards = number(wildcards)
        return [] if shards == 1 else expand(path, shard=range(1, shards + 1), shards=shards, **wildcards)

    return shards


PERMUTATIONS_A_JOB = 200
COSTLY = ["stability", "iterative", "greedy", "nonnegative_ridge"]  # each takes many times what ranking once takes


def permutations_with(backbone, analysis=None):
    """How many worlds of each null: what a comparison of 120 images has in some minutes of a core (of VGG in an hour
    or two), unless the study says.

    Strategies that take long have some only where their analysis itself says how many.
    """
    automatic = {"pooled": 200, "fully_connected": 19, "network": 0}
    asked = STUDY["permutations"]
    if analysis is not None and analysis["permutations"] is not None:
        asked = analysis["permutations"]
    elif analysis is not None and strategy_of(analysis) in COSTLY:
        asked = 0
    return automatic[readout_of(BACKBONES[backbone])] if asked == "auto" else asked


# Where there are none, inference is off: neither leak nor maps are looked into.
# Of triplets neither is: a pair's images seen in training, and a map's share of a correlation, say nothing of them.
INFERRED = [each for each in MEASURED if permutations_with(each["backbone"]) and each["stimuli"] not in TRIPLETS]


def blocks_of(comparison):
    """The permutations of an analysis in blocks by their numbers, so that more of them leave those that there are."""
    number = permutations_with(comparison["backbone"], ANALYSES[comparison["analysis"]])
    starts = range(0, max(number, 1), PERMUTATIONS_A_JOB)
    blocks = [{"first": first, "last": min(first + PERMUTATIONS_A_JOB, number)} for first in starts]
    return [PERMUTATIONS.format(**comparison, **block) for block in blocks]


def permuted(most, factor=1):
    """The option that says how many worlds a step takes: none where the study wants none."""

    def text(wildcards):
        return study.command_line({"permutations": min(most, factor * permutations_with(wildcards.backbone))})

    return text


def if_whole(number, value, else_value):
    """What a job of a step that is cut has: a GPU, where it does the work, and none where it puts shards together."""
    return lambda wildcards: value if number(wildcards) == 1 else else_value


def grouped(name, *numbers, else_name=None):
    """Which jobs go to a cluster as one: those of a name that follow from each other, where none of them is cut.

    On one machine a group is nothing. Shards are jobs of their own, so what they are put together from or go into
    cannot be in one group: it has `else_name`, or none. Nor can what is too large for a group.
    """

    def group(wildcards):
        if any(number(wildcards) > 1 for number in numbers):
            return else_name
        return name if fits_a_group(wildcards, TOGETHER) else None

    return group


def grouped_by_length(step, *numbers):
    """The same for tests that none of `images` follows from: with what they follow from where they are short, or else
    with their like. So no job of a cluster is a short one, and none waits for a long one that it has no need of.

    `step` is whose length counts: of two of which one follows from the other, the first for both, lest they go in circles.
    """

    def group(wildcards):
        if not fits_a_group(wildcards, TOGETHER):
            return None
        is_cut = any(number(wildcards) > 1 for number in numbers)
        return "worlds" if is_cut or taken_by(step, wildcards).seconds >= SECONDS_WORTH_A_JOB else "images"

    return group


def gathered(name, *steps):
    """The same for short jobs beside each other, or what follows from each: the profile says how many go as one.

    Not where one of the steps takes as long as any job is to take, nor what is too large for a group.
    """

    def group(wildcards):
        is_long = any(taken_by(step, wildcards).seconds > 60 * MINUTES_A_JOB for step in steps)
        return None if is_long or not fits_a_group(wildcards, steps) else name

    return group


def grouped_by_giver(name, *numbers):
    """As `grouped` for steps of heatmaps: of images that nobody judged they follow from another set's, and stand apart."""
    whole = grouped(name, *numbers)
    apart = gathered("borrowed", *BORROWED_TOGETHER)
    return lambda wildcards: (whole if wildcards.stimuli in JUDGED else apart)(wildcards)
