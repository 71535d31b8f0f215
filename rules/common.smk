"""Config, wildcards, paths, what each step reads and writes, and what makes it stale. No rules."""

import os
import re
import shutil
import sys
from pathlib import Path
from shlex import quote
from types import SimpleNamespace

from snakemake.dag import DAG
from snakemake.io import IOFile, _IOFile
from snakemake.persistence import PersistenceBase

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
sys.path.insert(0, str(SCRIPTS))

from ais import study
from ais.code_digest import code_digest
from ais.errors import InputError
from ais.image_files import is_image
from ais.weight_names import kind_of

# Jobs run in the Python that runs Snakemake, whether or not its environment was activated; with
# `--software-deployment-method conda`, in the one that Snakemake makes of envs/environment.yaml.
OWN_PYTHON = workflow.deployment_settings is None or not workflow.deployment_settings.deployment_method
shell.prefix(
    f"export PYTHONPATH={quote(str(SCRIPTS))}; "
    + (f"export PATH={quote(str(Path(sys.executable).parent))}:$PATH; " if OWN_PYTHON else "")
)

# Inputs count by content. Snakemake would compare those above a megabyte by date alone; the setting that says
# so is made after this file is read, so it is corrected where it is asked for. Ancient files have a digest
# beside them that counts instead, and need no hashing.
_is_checksum_eligible = _IOFile.is_checksum_eligible


async def is_checksum_eligible(file, threshold):
    return not file.is_ancient and await _is_checksum_eligible(file, sys.maxsize)


_IOFile.is_checksum_eligible = is_checksum_eligible

# What is put together from shards takes the options, the code and the digests that its shards take, so it is
# stale by itself: their number, which its set of inputs tells, makes nothing stale, nor does deleting them.
# A shard of another number, never made, is as stale as what is there of the whole.
_input_changed, _input_checksums = PersistenceBase._input_changed, PersistenceBase.input_checksums


def input_changed(persistence, job, file=None):
    return "shards" not in job.input.keys() and _input_changed(persistence, job, file)


def input_checksums(persistence, job, path):
    if "shards" in job.wildcards.keys() and not os.path.exists(job.output[0]):
        job = SimpleNamespace(output=[IOFile(f"{Path(job.output[0]).parents[1]}.h5")])
    return _input_checksums(persistence, job, path)


PersistenceBase._input_changed, PersistenceBase.input_checksums = input_changed, input_checksums


# What an interrupted run left unfinished is made again without being asked to: nothing here is ever half-written.
# And a second run beside the first is told that the folder is locked, not that its files are incomplete.
async def check_incomplete(dag):
    if not dag.ignore_incomplete:  # as a job does, of its own files
        dag.forcefiles.update(await dag.incomplete_files())


DAG.check_incomplete = check_incomplete

try:
    for path in workflow.configfiles:
        study.check_keys(os.path.relpath(path))
    STUDY = study.complete(
        config, Path(workflow.basedir) / "config" / "schema.yaml", os.path.relpath(workflow.configfiles[-1])
    )
except InputError as error:
    sys.exit(f"error: {error}")

STIMULI, BACKBONES, ANALYSES = STUDY["stimuli"], STUDY["backbones"], STUDY["analyses"]
SHARDS = STUDY["shards"]
GPU = int(STUDY["device"] == "cuda")
SIMILARITIES_MB = STUDY["similarities_mb"]
MEMORY_MB = 4000 + 2 * SIMILARITIES_MB
# In the order of their names, so that the order of a study's keys makes nothing stale.
COMPARISONS = [
    {"stimuli": stimuli, "backbone": backbone, "analysis": analysis}
    for stimuli in sorted(STIMULI)
    for backbone in sorted(BACKBONES)
    for analysis in sorted(ANALYSES)
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


def code(*scripts):
    """The code digest of a rule's script: the second of the two params by which a rule is stale."""
    return " ".join(code_digest(SCRIPTS / script) for script in scripts)


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


def tables_of(comparisons, path, option="table"):
    """The command line that names each comparison and its file."""
    return " ".join(study.command_line({option: [*each.values(), path.format(**each)]}) for each in comparisons)


def all_shards(path):
    return expand(path, shard=range(1, SHARDS + 1), shards=SHARDS, allow_missing=True)


def for_each_comparison(path):
    return expand(path, zip, **{key: [each[key] for each in COMPARISONS] for key in COMPARISONS[0]})


def files_in(folder, wanted):
    """The files of a folder; one that a rule makes counts by the digests of its files, which lie beside it."""
    if study.is_made_here(folder):
        return [ancient(folder), f"{folder}.sha256"]
    files = sorted(str(path) for path in Path(folder).iterdir() if wanted(path))
    for path in files:
        if "{" in path:  # a wildcard, to Snakemake
            sys.exit(f"error: {path}: found a brace in its name; expected none. Rename it.")
    return files


def images_of(wildcards):
    """Every image file of a set."""
    return files_in(stimuli_of(wildcards)["images"], is_image)


def judgment_options(wildcards):
    judgments = stimuli_of(wildcards)["judgments"]
    files = " ".join(study.command_line({"judgments": file}) for file in judgments["files"])
    return f"{files} {study.command_line({key: judgments[key] for key in ('kind', 'order')})}"


def weights_file_of(wildcards):
    weights = backbone_of(wildcards)["weights"]
    return weights if kind_of(weights) == "file" else []


def saliency_files_of(wildcards):
    """The files that a source of saliency is made from; a predictor needs only the images."""
    made_from = stimuli_of(wildcards)["saliency"][wildcards.source]
    if wildcards.source == "predictor":
        return []
    return files_in(made_from, Path.is_file) if wildcards.source == "maps" else made_from


def saliency_options(wildcards):
    return study.command_line({wildcards.source: stimuli_of(wildcards)["saliency"][wildcards.source]})


def figure(name, category):
    """Outputs of a figure: the picture (in the report), the same for print, and what it shows."""
    return {
        "png": report(
            f"results/figures/{name}.png", caption=f"report/{name}.rst", category=category, labels={"figure": name}
        ),
        "pdf": f"results/figures/{name}.pdf",
        "table": f"results/figures/{name}.tsv",
    }


def full_disk(log):
    """What to say where the results' disk is full, so that a job, or Snakemake itself, could not even write it."""
    free = shutil.disk_usage("results" if os.path.isdir("results") else ".").free
    if free > 1_000_000 and "No space left on device" not in log:
        return []
    return [
        f"error: results: found {free // 1000} kB of free disk space; expected room for the results. Make room and run "
        "snakemake again: what is finished stays."
    ]


def last_words(snakemake_logs):
    """The last line that each failed job said, each once: for what a user can mend, the line that tells how."""
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in snakemake_logs)
    said = {}
    for path in dict.fromkeys(re.findall(r"^\s+log: (.+) \(check log file", text, flags=re.MULTILINE)):
        lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
        said.setdefault(lines[-1] if lines else "A job failed without a word.", path)
    return [*(f"{line} (all of it: {path})" for line, path in said.items()), *full_disk(text)]
