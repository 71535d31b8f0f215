"""Ways to break the files of a finished small study, and how the rules run their scripts on them.

Each way takes what it breaks, and gives a function of the study's folder.
"""

import io
import pickle
import shlex
import shutil

import h5py
import numpy as np
from PIL import Image
from safetensors.torch import load_file, save_file
from workflow import small_study

from ais.artifacts import store
from features import freeze_weights
from stimuli import list_stimuli

TEST_RESNET = "--architecture timm/test_resnet --classes 5"
SMALL = "results/stimuli/small"
TINY = "results/{}/small/tiny"
FEATURES = f"--features {TINY.format('features')}.h5"
JUDGED = f"{FEATURES} --judgments {SMALL}.judgments.h5"
IN_FOLDS = f"{JUDGED} --folds {SMALL}/pairs.folds.h5"
WHOLE = TINY.format("importance") + "/cosine-spearman.h5"
FOLDS = TINY.format("importance") + "/cosine-spearman.pairs.h5"
SHARD = TINY.format("importance") + "/cosine-spearman.pairs.shards/{}-of-2.h5"
CURVES = TINY.format("pruning") + "/paper.shards/{}-of-2.h5"
HEATMAPS = TINY.format("heatmaps") + "/cosine-spearman"
COMPARED = f"{TINY.format('saliency')}/cosine-spearman/maps"
FIRST, BOTH = "--shard 1 --shards 2", "--from-shards {} {}"

# How the rules run their scripts. A later option overrides an earlier one.
COMMANDS = {
    "list_stimuli": f"--images images --output {SMALL}.tsv",
    "read_judgments": f"--manifest {SMALL}.tsv --judgments ratings.csv --output {SMALL}.judgments.h5",
    "read_array": f"--manifest {SMALL}.tsv --judgments ratings.npy --order order.txt --output {SMALL}.judgments.h5",
    "read_categories": f"--manifest {SMALL}.tsv --categories categories.csv --output {SMALL}.categories.tsv",
    "split_folds": f"--manifest {SMALL}.tsv --split images --folds 3 --seeds 1 2 --output {SMALL}/images.folds.h5",
    "freeze_weights": f"{TEST_RESNET} --weights network.safetensors --output data/weights/tiny.safetensors",
    "extract_features": f"--images images --manifest {SMALL}.tsv --weights data/weights/tiny.safetensors {TEST_RESNET}"
    f' --preprocessing \'{{"base": "paper", "resize": 64}}\' --output {TINY.format("features")}.h5',
    "score_maps": f"{JUDGED} --output {WHOLE}",
    "score_shard": f"{FIRST} {IN_FOLDS} --output {SHARD.format(1)}",
    "merge_scores": f"{BOTH.format(SHARD.format(1), SHARD.format(2))} {IN_FOLDS} --output {FOLDS}",
    "prune_shard": f"{FIRST} {IN_FOLDS} --importance {FOLDS} --output {CURVES.format(1)}",
    "merge_curves": f"{BOTH.format(CURVES.format(1), CURVES.format(2))} {IN_FOLDS} --importance {FOLDS}"
    f" --output {TINY.format('pruning')}/paper.h5 --table {TINY.format('pruning')}/paper.tsv",
    "compute_heatmaps": f"{JUDGED} --importance {WHOLE} --output {HEATMAPS}.h5",
    "measure_faithfulness": f"{JUDGED} --heatmaps {HEATMAPS}.h5 --output {HEATMAPS}.tsv",
    "draw_sheets": f"--heatmaps {HEATMAPS}.h5 --table {HEATMAPS}.tsv --manifest {SMALL}.tsv --images images"
    f" --sheet {HEATMAPS}.jpg --pages {HEATMAPS}/pages",
    "prepare_saliency": f"--images images --manifest {SMALL}.tsv --maps gaze --output results/saliency/small/maps.h5",
    "prepare_fixations": f"--images images --manifest {SMALL}.tsv --fixations fixations.csv"
    " --output results/saliency/small/fixations.h5",
    "compare_saliency": f"--heatmaps {HEATMAPS}.h5 --saliency results/saliency/small/maps.h5"
    f" --manifest {SMALL}.tsv --output {COMPARED}.tsv --output-scores {COMPARED}.scores.tsv"
    f" --output-curves {COMPARED}.curves.tsv --output-tests {COMPARED}.tests.tsv",
}
SCRIPTS = {
    **dict.fromkeys(("list_stimuli", "read_judgments", "read_categories", "split_folds"), "stimuli.{}"),
    **dict.fromkeys(("freeze_weights", "extract_features"), "features.{}"),
    **dict.fromkeys(("score_maps", "score_shard", "merge_scores"), "importance.score_maps"),
    **dict.fromkeys(("prune_shard", "merge_curves"), "pruning.prune_maps"),
    **dict.fromkeys(("compute_heatmaps", "measure_faithfulness", "draw_sheets"), "heatmaps.{}"),
    **dict.fromkeys(("prepare_saliency", "compare_saliency"), "saliency.{}"),
    "read_array": "stimuli.read_judgments",
    "prepare_fixations": "saliency.prepare_saliency",
}


def picture(name, size=(96, 64)):
    """Paint an image, and list the set anew."""

    def change(folder):
        Image.new("RGB", size, "red").save(folder / "images" / name)

    return change


def relisted(change):
    def both(folder):
        change(folder)
        output = str(folder / f"{SMALL}.tsv")
        list_stimuli.main(list_stimuli.parser().parse_args(["--images", str(folder / "images"), "--output", output]))

    return both


def content(name, data):
    """Write bytes or text into a file, whatever it was."""
    data = data.encode() if isinstance(data, str) else data
    return lambda folder: (folder / name).write_bytes(data)


def edited(name, before, after):
    def change(folder):
        text = (folder / name).read_text()
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1))

    return change


def removed(*names):
    return lambda folder: [(folder / name).unlink() for name in names]


def truncated(name):
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-100])


def array(values, order=small_study.IDS):
    """Ratings as an array, and the order of its rows."""

    def change(folder):
        np.save(folder / "ratings.npy", values, allow_pickle=True)
        (folder / "order.txt").write_text("\n".join(order))

    return change


def state(change):
    def both(folder):
        tensors = load_file(folder / "network.safetensors")
        change(tensors)
        save_file(tensors, folder / "network.safetensors")

    return both


def frozen(change):
    """Weights that fit but are of no use, frozen as a user's would be."""

    def both(folder):
        state(change)(folder)
        freeze_weights.main(freeze_weights.parser().parse_args(shlex.split(COMMANDS["freeze_weights"])))

    return both


def rewritten(name, change):
    """Change an artifact from inside, and its digest with it: what another version or study would have written."""

    def both(folder):
        path = folder / name
        with h5py.File(path, "r+") as file:
            change(file)
        path.with_suffix(".sha256").write_text(f"{store.file_digest(path)}  {path.name}\n")

    return both


def swapped(one, other):
    """Put one artifact under the name of another, digest and all."""

    def change(folder):
        for end in (".h5", ".sha256"):
            shutil.copy((folder / one).with_suffix(end), (folder / other).with_suffix(end))

    return change


def pickled(folder):
    (folder / "network.pth").write_bytes(pickle.dumps({"state_dict": io.BytesIO()}, protocol=2))


def zeros(tensors):
    for tensor in tensors.values():
        if tensor.dtype.is_floating_point:
            tensor.zero_()


def not_a_number(tensors):
    tensors["layer4.0.conv1.weight"][0] = float("nan")


def five_images(folder):
    for name in small_study.IDS[5:]:
        (folder / "images" / f"{name}.png").unlink()
