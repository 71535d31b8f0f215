"""The study: its settings, complete with every default, and what is compared in it. No rules."""

import json
import math
import os
import re
import sys
from functools import cache
from pathlib import Path

ROOT = Path(str(workflow.current_basedir)).parent
SCRIPTS = ROOT / "workflow_scripts"
if not SCRIPTS.is_dir():
    sys.exit(
        f"error: {workflow.current_basedir}: found no scripts beside these rules; expected a copy of the whole "
        "project. Clone it, and name the Snakefile of the clone as the module's."
    )
sys.path.insert(0, str(SCRIPTS))
from ais.errors import InputError
from ais.workflow import study

sys.path.remove(str(SCRIPTS))  # another workflow, of which this is a module, may have names of its own

# Jobs run in the Python that runs Snakemake, whether or not its environment was activated; with
# `--software-deployment-method conda`, in the one that Snakemake makes of envs/environment.yaml. Rules name
# these two variables and no path, so a moved checkout makes nothing stale.
OWN_PYTHON = workflow.deployment_settings is None or not workflow.deployment_settings.deployment_method
os.environ.update(AIS_RUN=str(SCRIPTS / "run"), AIS_PYTHON=sys.executable if OWN_PYTHON else "python")

# Another workflow may have this one as its module: then its config is what it gives, and its files are its own.
IS_MODULE = Path(workflow.main_snakefile).resolve() != (ROOT / "Snakefile").resolve()
try:
    for path in [] if IS_MODULE else workflow.configfiles:
        study.check_keys(os.path.relpath(path))
    STUDY = study.complete(
        config,
        ROOT / "config" / "schema.yaml",
        "the module's config" if IS_MODULE or not workflow.configfiles else os.path.relpath(workflow.configfiles[-1]),
        files_are_here=workflow.is_main_process,  # a job need not see the user's files
    )
except InputError as error:
    sys.exit(f"error: {error}")

STIMULI, BACKBONES, ANALYSES = STUDY["stimuli"], STUDY["backbones"], STUDY["analyses"]
SALIENCY_SOURCES = ("fixations", "maps", "predictor")
GPU = int(STUDY["device"] == "cuda")
SIMILARITIES_MB = STUDY["similarities_mb"]


def measure_of(analysis, ranked=False):
    """The name of an analysis's measure; of what ranks maps in folds, where masking has one way only."""
    mask = "" if ranked or analysis["mask"] == "all" else f"-{analysis['mask']}"
    return f"{analysis['similarity']}-{analysis['alignment']}{mask}"


def strategy_of(analysis):
    """How an analysis chooses among the maps: a strategy of pruning, or weights for all."""
    return analysis["pruning"] if analysis["reweight"] == "none" else analysis["reweight"]


# Sets that people judged; and those that nobody did, with the set whose scores make their heatmaps.
JUDGED = [name for name in STIMULI if STIMULI[name]["judgments"] is not None]
SCORES_FROM = {name: STIMULI[name]["heatmaps"]["scores_from"] for name in STIMULI if name not in JUDGED}
# Sets judged by odd-one-out triplets: whatever an analysis says, their alignment is the share of these.
TRIPLETS = [name for name in JUDGED if STIMULI[name]["judgments"]["triplets"]]


def as_judged(analysis, stimuli):
    """The settings of an analysis for a set."""
    return analysis | {"alignment": "triplets"} if stimuli in TRIPLETS else analysis


# An analysis is a measure and a way to split. What depends on the measure alone is named by it, and is
# computed once for all analyses that share it.
IN_SETS = {name: [as_judged(each, name) for each in ANALYSES.values()] for name in JUDGED}
MEASURES = {measure_of(each, ranked=True): each | {"mask": "all"} for own in IN_SETS.values() for each in own}
MEASURES |= {measure_of(each): each for own in IN_SETS.values() for each in own}
MEASURES_IN = {name: {measure_of(each) for each in own} for name, own in IN_SETS.items()}


def combinations(**names):
    """Each combination of names, in their order, so that the order of a study's keys makes nothing stale."""
    combined = [{}]
    for key, values in names.items():
        combined = [each | {key: value} for each in combined for value in sorted(values)]
    return combined


# Weights are learnt from the similarities of pairs: triplets have none.
COMPARISONS = [
    each
    for each in combinations(stimuli=JUDGED, backbone=BACKBONES, analysis=ANALYSES)
    if each["stimuli"] not in TRIPLETS or ANALYSES[each["analysis"]]["reweight"] == "none"
]
# Each with its settings, for tables that say what a row is.
COMPARED = [
    each
    | {key: as_judged(ANALYSES[each["analysis"]], each["stimuli"])[key] for key in ("split", "similarity", "alignment")}
    | {"pruning": strategy_of(ANALYSES[each["analysis"]])}
    for each in COMPARISONS
]
PRUNED = [name for name, analysis in ANALYSES.items() if analysis["reweight"] == "none"]
REWEIGHTED = [name for name in ANALYSES if name not in PRUNED]
MEASURED = [
    each
    for each in combinations(stimuli=JUDGED, backbone=BACKBONES, measure=set().union(*MEASURES_IN.values()))
    if each["measure"] in MEASURES_IN[each["stimuli"]]
]
# Where the scores are another set's, its measures.
BORROWED = [
    each
    for each in combinations(stimuli=SCORES_FROM, backbone=BACKBONES, measure=set().union(*MEASURES_IN.values()))
    if each["measure"] in MEASURES_IN[SCORES_FROM[each["stimuli"]]]
]
# The sets of all figures and tables of what people judged.
SETS = combinations(stimuli=JUDGED)


def one_of(names):
    return "|".join(re.escape(name) for name in names) or "(?!)"  # of none, nothing


wildcard_constraints:
    stimuli=one_of(STIMULI),
    backbone=one_of(BACKBONES),
    analysis=one_of(ANALYSES),
    measure=one_of(MEASURES),
    split="pairs|images",
    source=one_of(SALIENCY_SOURCES),
    alignment=one_of({each["alignment"] for each in MEASURES.values()}),
    shard=r"\d+",
    shards=r"\d+",
    first=r"\d+",
    last=r"\d+",


def stimuli_of(wildcards):
    return STIMULI[wildcards.stimuli]


def backbone_of(wildcards):
    return BACKBONES[wildcards.backbone]


def analysis_of(wildcards):
    analysis = as_judged(ANALYSES[wildcards.analysis], wildcards.stimuli)
    return analysis | {"pruning": strategy_of(analysis)}


def settings_of_measure(wildcards):
    return MEASURES[wildcards.measure]


def the_study(wildcards):
    return STUDY


def how_read(wildcards):
    """What a set's judgments need be told, of ratings or of triplets."""
    judgments = stimuli_of(wildcards)["judgments"]
    own = ("base", "odd") if judgments["triplets"] else ("kind", "missing")
    return {key: judgments[key] for key in ("columns", "matrix", *own)}


def all_folds(wildcards):
    return {"folds": STUDY["folds"]["number"], "seeds": STUDY["folds"]["seeds"]}


def what_is_shown(wildcards):
    return STUDY["heatmaps"] | {key: STUDY[key] for key in ("heatmap_scores", "longest_side")}


def named_pairs(wildcards):
    pairs = stimuli_of(wildcards)["pairs"]
    return {"pairs": json.dumps(pairs, ensure_ascii=False) if pairs else None}


def how_judged(wildcards):
    """Worlds without anything to be found cost as much as the observed one: one where the network runs again."""
    pooled = readout_of(backbone_of(wildcards)) == "pooled"
    return settings_of_measure(wildcards) | STUDY["faithfulness"] | {"null_worlds": 2 if pooled else 1}
