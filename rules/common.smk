"""Config, wildcards, paths, and options() and code(): what makes a result stale. No rules."""

import os
import re
import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
sys.path.insert(0, str(SCRIPTS))

from ais import study
from ais.code_digest import code_digest
from ais.errors import InputError

# Jobs run in the Python that runs Snakemake, whether or not its environment was activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

# Inputs are compared by content whatever their size, so that a new date alone reruns nothing.
if workflow.dag_settings is not None:
    workflow.dag_settings.max_checksum_file_size = sys.maxsize

try:
    STUDY = study.complete(
        config, Path(workflow.basedir) / "config" / "schema.yaml", os.path.relpath(workflow.configfiles[-1])
    )
except InputError as error:
    sys.exit(f"error: {error}")

STIMULI, BACKBONES, ANALYSES = STUDY["stimuli"], STUDY["backbones"], STUDY["analyses"]
SHARDS = STUDY["shards"]
GPU = int(STUDY["device"] == "cuda")
COMPARISONS = [
    {"stimuli": stimuli, "backbone": backbone, "analysis": analysis}
    for stimuli in STIMULI
    for backbone in BACKBONES
    for analysis in ANALYSES
]

MANIFEST = "results/stimuli/{stimuli}.tsv"
JUDGMENTS = "results/stimuli/{stimuli}.judgments.h5"
FOLDS = "results/stimuli/{stimuli}/{split}.folds.h5"
WEIGHTS = "data/weights/{backbone}.safetensors"
FEATURES = "results/features/{stimuli}/{backbone}.h5"
IMPORTANCE = "results/importance/{stimuli}/{backbone}/{analysis}.h5"
PRUNING = "results/pruning/{stimuli}/{backbone}/{analysis}.h5"
HEATMAPS = "results/heatmaps/{stimuli}/{backbone}/{analysis}.h5"
SALIENCY = "results/saliency/{stimuli}/{source}.h5"


def one_of(names):
    return "|".join(re.escape(name) for name in names)


wildcard_constraints:
    stimuli=one_of(STIMULI),
    backbone=one_of(BACKBONES),
    analysis=one_of(ANALYSES),
    split="pairs|images",
    source="maps|fixations|predictor",
    shard=r"\d+",
    shards=r"\d+",


def stimuli_of(wildcards):
    return STIMULI[wildcards.stimuli]


def backbone_of(wildcards):
    return BACKBONES[wildcards.backbone]


def analysis_of(wildcards):
    return ANALYSES[wildcards.analysis]


def options(settings_of, *keys):
    """The options string of a rule: just the settings that it uses, in canonical order.

    It is the first of the two params by which a rule is stale; it also is its command line's text.
    """

    def text(wildcards):
        settings = settings_of(wildcards)
        return study.command_line({key: settings[key] for key in keys})

    return text


def code(script):
    """The code digest of a rule's script: the second of the two params by which a rule is stale."""
    return code_digest(SCRIPTS / script)


def gated(**artifacts):
    """Inputs that count by content: the HDF5 file at whatever time, and the digest beside it."""

    def digest_of(path):
        if callable(path):
            return lambda wildcards: digest_of(path(wildcards))
        if isinstance(path, list):
            return [digest_of(each) for each in path]
        return re.sub(r"\.\w+$", ".sha256", path)

    inputs = {name: ancient(path) for name, path in artifacts.items()}
    return inputs | {f"{name}_digest": digest_of(path) for name, path in artifacts.items()}


def made(path):
    """Outputs of a step that writes an artifact: the file, its digest, and how it was made."""
    stem = re.sub(r"\.\w+$", "", path)
    return {"artifact": path, "digest": f"{stem}.sha256", "made_with": f"{stem}.json"}


def folds_of(wildcards):
    """The folds that an analysis asks for."""
    return FOLDS.format(stimuli=wildcards.stimuli, split=analysis_of(wildcards)["split"])


def tables_of(comparisons, path):
    """The command line that names each comparison and its file."""
    return " ".join(
        study.command_line({"table": [*each.values(), path.format(**each)]}) for each in comparisons
    )


def all_shards(path):
    return expand(path, shard=range(1, SHARDS + 1), shards=SHARDS, allow_missing=True)


def for_each_comparison(path):
    return expand(path, zip, **{key: [each[key] for each in COMPARISONS] for key in COMPARISONS[0]})


def last_words(snakemake_log):
    """The last line that each failed job said: for what a user can mend, the line that tells how."""
    text = Path(snakemake_log).read_text(encoding="utf-8")
    for path in dict.fromkeys(re.findall(r"^\s+log: (.+) \(check log file", text, flags=re.MULTILINE)):
        lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
        yield f"{lines[-1] if lines else 'A job failed without a word.'} (all of it: {path})"
