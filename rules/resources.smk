"""How large the work is, as the study's files show it, and what a job therefore asks for. No rules.

Never part of what makes results stale: how much is asked for changes no result. What is not known before a run is
assumed: images that a rule makes are 100, maps as many as networks of that name have, and 7 × 7 cells.
"""

import json
import os
from types import SimpleNamespace

from ais.workflow import effort

# More than was measured, as others' processors are slower and others' pictures larger.
SPARE_TIME, SPARE_MEMORY = 4, 1.3
JOB_MB = 400  # on a cluster, of the Snakemake that runs a job there
LEAST_MINUTES = 10
CUDA_MB = 3000  # of the main memory, that a process takes to work on a GPU; assumed
MOST_THREADS, SECONDS_A_THREAD = 4, 15  # of work that a further thread is worth

# The steps that go to a cluster as one, of a set and a network; those of images that nobody judged; and those that work on
# a GPU. tests/unit/workflow/test_jobs.py holds the rules, and what the profile says of a GPU, against these.
TOGETHER = [
    *("extract_features", "score_maps", "score_folds", "prune_maps", "reweight_maps", "compute_heatmaps"),
    *("measure_faithfulness", "draw_sheets", "draw_pairs", "draw_overlays", "compare_saliency", "compare_similarities"),
    *("permute_judgments", "refit_gain", "measure_leak", "examine_maps", "score_categories", "judge_categories"),
]
BORROWED_TOGETHER = ["extract_features", "borrow_scores", "draw_sheets", "draw_overlays", "compare_saliency"]
ON_GPU = [
    *("extract_features", "score_maps", "score_folds", "prune_maps", "compute_heatmaps", "measure_faithfulness"),
    *("permute_judgments", "refit_gain", "measure_leak", "examine_maps", "score_categories", "judge_categories"),
    *("transfer_maps", "borrow_scores", "compare_similarities", "pack_set"),
]

PLAIN_TEXT = (".csv", ".tsv", ".txt")


def maps_of(backbone):
    """As many maps as the network's deepest layer has, or none of such a readout exceeds."""
    name = Path(backbone["architecture"]).name
    known = max((begins for begins in effort.MAPS if name.startswith(begins)), key=len, default=None)
    return effort.MAPS.get(known, MOST_MAPS[readout_of(backbone)])


@cache
def lines_of(path):
    """About how many lines a text file has, and bytes each, from its size and its beginning; None of other files."""
    if not path.lower().endswith(PLAIN_TEXT) or not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        beginning = file.read(1 << 16)
    width = len(beginning) / max(1, beginning.count(b"\n"))
    return os.path.getsize(path) / max(1.0, width), width


def told_of(stimuli):
    """Images of a set, and what :func:`judged_in` says of it, as a job is told that does not see the user's files."""
    is_told = SIZES in os.environ and not workflow.is_main_process
    return json.loads(os.environ[SIZES])[stimuli] if is_told else None


@cache
def images_in_set(stimuli):
    if told := told_of(stimuli):
        return told[0]
    named = SimpleNamespace(stimuli=stimuli)
    return 100 if made_images(named) else max(4, len(images_of(named)))


@cache
def judged_in(stimuli):
    """Pairs of a set that are compared, and lines that its judgments are read from: of a matrix a line is a pair.

    Of up to LISTED_FROM images all pairs are held. Of more, and of triplets, at most as many as lines of text say.
    """
    if told := told_of(stimuli):
        return tuple(told[1])
    images = images_in_set(stimuli)
    every = images * (images - 1) // 2
    judgments = STIMULI[stimuli]["judgments"] or {"files": [], "triplets": []}
    counted = [lines_of(path) for path in judgments["files"] + judgments["triplets"]]
    if not counted or None in counted:
        return every, every
    lines = sum(number * (images if width > images else 1) for number, width in counted)
    of_triplets = stimuli in TRIPLETS
    pairs = min(every, int(3 * lines if of_triplets else lines))
    is_listed = of_triplets or (images > LISTED_FROM and pairs < every / 10)
    return (pairs if is_listed else every), int(lines)


def size_of(wildcards):
    """The size of what a job works on: of one set or, where it takes several together, of the largest."""
    named = dict(wildcards.items())
    sets = [named["stimuli"]] if "stimuli" in named else (PAIRED or JUDGED)
    backbones = [named["backbone"]] if "backbone" in named else sorted(BACKBONES)
    largest = max(backbones, key=lambda name: maps_of(BACKBONES[name]))
    pairs, ratings = (max(each) for each in zip(*map(judged_in, sets)))
    analysis = ANALYSES[named["analysis"]] if "analysis" in named else None
    worlds = permutations_with(largest, analysis)
    if "first" in named:
        worlds = int(named["last"]) - int(named["first"])
    return effort.Size(
        images=max(map(images_in_set, sets)),
        pairs=pairs,
        ratings=ratings,
        maps=maps_of(BACKBONES[largest]),
        cells=196 if readout_of(BACKBONES[largest]) == "fully_connected" else 49,
        readout=readout_of(BACKBONES[largest]),
        folds=number_of_folds(),
        worlds=worlds,
        sets=len(sets) if "backbone" in named else len(backbones),
        prefixes=None if analysis is None or analysis["prefixes"] == "all" else analysis["prefixes"],
        pixels=STUDY["faithfulness"]["pixels"] != "none",
        similarities_mb=SIMILARITIES_MB,
    )


def taken_by(step, wildcards, cut=None):
    """What a job takes; ``cut`` says into how many shards its step is cut, which it then makes one of, or joins."""
    taken = effort.taken(step, size_of(wildcards))
    if "shard" in wildcards.keys():
        return taken._replace(seconds=taken.seconds / int(wildcards.shards), disk=taken.disk / int(wildcards.shards))
    if cut is not None and cut(wildcards) > 1:
        return effort.SMALL._replace(mb=effort.SMALL.mb + 3 * taken.disk, disk=taken.disk)
    return taken


def taken_by_job(rule, wildcards):
    """What a job takes, by its rule's name, before which another workflow may have put something."""
    name = rule.removesuffix("_shard")
    step = next((step for step in effort.LAWS if name.endswith(step)), name)
    cut = {"score_maps": scored_in, "score_folds": scored_in, "prune_maps": pruned_in}.get(step)
    return taken_by(step, wildcards, cut)


def memory_for(step, taken):
    return JOB_MB + SPARE_MEMORY * taken.mb + CUDA_MB * (GPU and step in ON_GPU)


def asks(step, cut=None):
    """Memory and minutes that a job asks for; more in each attempt, so that what died for lack of them has more."""

    def memory(wildcards, attempt):
        wanted = memory_for(step, taken_by(step, wildcards, cut))
        return attempt * 100 * math.ceil(wanted / 100)

    def minutes(wildcards, attempt):
        return attempt * (LEAST_MINUTES + math.ceil(SPARE_TIME * taken_by(step, wildcards, cut).seconds / 60))

    return {"mem_mb": memory, "runtime": minutes}


def threads_for(step, cut=None):
    """How many threads a job's work is worth."""

    def threads(wildcards):
        seconds = taken_by(step, wildcards, cut).seconds
        return max(1, min(MOST_THREADS, round(seconds / SECONDS_A_THREAD)))

    return threads


def fits_a_group(wildcards, steps):
    """Whether steps may go as one, of what wildcards name, in the room that the profile gives to a group (mem_mb).

    What asks for more is an error of Snakemake's, in a second attempt too.
    """
    room = workflow.global_resources.get("mem_mb").value
    if room is None:
        return True
    size = size_of({key: name for key, name in wildcards.items() if key in ("stimuli", "backbone")})
    return 2 * max(memory_for(step, effort.taken(step, size)) for step in steps) <= room
