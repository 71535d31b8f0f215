"""What a user can get wrong in the files: one line each, and nothing that was finished is lost.

It is told by the script that meets it, run here as its rule runs it, on a finished study that was then
broken; some go through Snakemake too.
"""

import importlib
import shlex
import shutil
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from workflow import small_study
from workflow.broken_files import (
    COMMANDS,
    CURVES,
    FOLDS,
    HEATMAPS,
    SCRIPTS,
    SHARD,
    SMALL,
    TINY,
    WHOLE,
    array,
    content,
    edited,
    five_images,
    frozen,
    not_a_number,
    pickled,
    picture,
    relisted,
    removed,
    rewritten,
    state,
    swapped,
    truncated,
    zeros,
)
from workflow.conftest import Workflow, assert_told_in_one_line


@pytest.fixture
def copy(finished, tmp_path, monkeypatch):
    """The folder of a copy of the finished run; it becomes the current one."""
    shutil.copytree(finished.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("log"))
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


def test_a_brace_in_an_images_name_is_told_before_any_job(copy):
    (copy / "images/{image}.png").write_bytes(b"")
    assert_told_in_one_line(
        Workflow(copy)("--configfile", "mine.yaml"), "images/{image}.png: found a brace in its name"
    )


SQUARE = np.arange(144.0).reshape(12, 12)
SQUARE = SQUARE + SQUARE.T + 1000 * np.eye(12)
LONG = "image_a,image_b,rating,rater\n"
FIXATIONS = "image,subject,x,y\n"
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"

# Who tells; what was done to the files; options that the study would have changed; what is said.
IN_THE_FILES = {
    # images
    "truncated image": (
        "list_stimuli", content("images/image04.png", b"\x89PNG\r\n\x1a\n half"), "",
        "images/image04.png: not a readable image",
    ),
    "empty image": ("list_stimuli", content("images/image04.png", b""), "", "images/image04.png: not a readable image"),
    "a web page for an image": (
        "list_stimuli", content("images/image04.png", "<html>"), "", "images/image04.png: not a readable image",
    ),
    "a pointer of git-lfs": (
        "list_stimuli", content("images/image04.png", LFS), "", "images/image04.png: not a readable image",
    ),
    "two broken images": (
        "list_stimuli",
        lambda folder: [content(f"images/image0{n}.png", b"")(folder) for n in (4, 7)], "",
        "(and 1 more: 'images/image07.png')",
    ),
    "one pixel": (
        "list_stimuli", picture("image04.png", (1, 1)), "",
        "images/image04.png: found 1 × 1 pixels; expected at least 2 × 2",
    ),
    "an id twice": (
        "list_stimuli", picture("image04.jpg"), "",
        "images: found 'image04.jpg', 'image04.png', which are one id 'image04'",
    ),
    "an id twice, composed in two ways": (
        "list_stimuli",
        lambda folder: [picture(name)(folder) for name in ("\u00e9.png", "e\u0301.png")], "",
        "which are one id 'é'",
    ),
    "a line break in a name": (
        "list_stimuli", picture("two\nlines.png"), "",
        "found the file name 'two\\nlines.png'; expected no line break or tab",
    ),
    "three images": (
        "list_stimuli", removed(*(f"images/{name}.png" for name in small_study.IDS[3:])), "",
        "images: found 3 images; expected at least 4",
    ),
    "a folder of no images": ("list_stimuli", lambda folder: None, "--images data", "data: found 0 images"),
    "no such folder": ("list_stimuli", lambda folder: None, "--images imges", "imges: found no such folder"),
    "an image changed during the run": (
        "extract_features", picture("image04.png"), "",
        "images/image04.png: changed since the images were listed",
    ),
    "an image changed before it was drawn": (
        "draw_sheets", picture("image04.png"), "", "images/image04.png: changed since the images were listed",
    ),
    "an image gone during the run": (
        "extract_features", removed("images/image04.png"), "", "images/image04.png: No such file or directory.",
    ),
    "a list of images from elsewhere": (
        "read_judgments", content(f"{SMALL}.tsv", "image\tfile\na\tb\n"), "",
        f"{SMALL}.tsv: found the columns 'file', 'image'; expected position, image",
    ),
    # judgments
    "an image without judgments": (
        "read_judgments", relisted(picture("image99.png")), "",
        "ratings.csv: found no judgments of the images 'image99' (1 of 13); expected all images of the set",
    ),
    "judgments without an image": (
        "read_judgments", relisted(removed("images/image04.png")), "",
        "ratings.csv: found judgments of 'image04', of which there is no image (1 of 12 ids)",
    ),
    "not symmetric": (
        "read_judgments", edited("ratings.csv", "image00,5,", "image00,5,9"), "", "ratings.csv, row 'image0",
    ),
    "a word for a rating": (
        "read_judgments", edited("ratings.csv", "image00,5,", "image00,high,"), "",
        "ratings.csv, row 'image00', column 'image00': found 'high'; expected a number",
    ),
    "a decimal comma": (
        "read_judgments", edited("ratings.csv", "image00,5,", "image00,5,0,"), "",
        "ratings.csv, line 2 ('image00'): found 14 cells; expected 13, as in the header",
    ),
    "an infinite rating": (
        "read_judgments", edited("ratings.csv", "image00,5,", "image00,inf,"), "",
        "column 'image00': found 'inf'; expected a finite number",
    ),
    "a row short": (
        "read_judgments", edited("ratings.csv", "\nimage00,5,", "\nimage00,"), "",
        "line 2 ('image00'): found 12 cells; expected 13",
    ),
    "an id twice in the header": (
        "read_judgments", edited("ratings.csv", ",image01,", ",image00,"), "",
        "ratings.csv, header, column 2: found 'image00' a second time",
    ),
    "an id twice in the first column": (
        "read_judgments", edited("ratings.csv", "\nimage01,", "\nimage00,"), "",
        "ratings.csv, first column, row 2: found 'image00' a second time",
    ),
    "other ids across than down": (
        "read_judgments", edited("ratings.csv", ",image01,", ",image77,"), "",
        "found 'image77' in the header but not in the first column",
    ),
    "a row missing": (
        "read_judgments",
        lambda folder: (folder / "ratings.csv").write_text(
            "\n".join((folder / "ratings.csv").read_text().splitlines()[:-1])
        ), "",
        "ratings.csv: found 11 rows and 12 columns of ratings; expected a square matrix",
    ),
    "a spreadsheet's own format": (
        "read_judgments", content("ratings.xlsx", b"PK\x03\x04\xff\xfe\x00"), "--judgments ratings.xlsx",
        "ratings.xlsx: not a readable workbook",
    ),
    "half of UTF-16": (
        "read_judgments", content("ratings.csv", "a,b".encode("utf-16")[:-1]), "",
        "ratings.csv, byte 6: found what is no UTF-8 text",
    ),
    "nothing in the file": (
        "read_judgments", content("ratings.csv", b""), "", "ratings.csv: found 0 lines and 0 columns",
    ),
    "all ratings equal": (
        "read_judgments", content("ratings.csv", "\n".join([
            ",".join(["", *small_study.IDS]), *(",".join([name, *["3"] * 12]) for name in small_study.IDS)
        ])), "",
        "ratings.csv: found the rating 3 for every pair; expected ratings that differ",
    ),
    "a similarity declared a distance": (
        "read_judgments", lambda folder: None, "--kind dissimilarity",
        "ratings.csv: found 5 on the diagonal, the largest value, as in a similarity; expected a distance",
    ),
    "a distance declared a similarity": (
        "read_array", array(np.where(np.eye(12), 0, 1000 - SQUARE)), "",
        "ratings.npy: found 0 on the diagonal, the smallest value: either a distance, or a similarity whose",
    ),
    "an array without its order": (
        "read_judgments", array(SQUARE), "--judgments ratings.npy",
        "ratings.npy: holds no image ids; expected judgments.order",
    ),
    "an order too short": (
        "read_array", array(SQUARE, small_study.IDS[:-1]), "",
        "ratings.npy: found 12 rows, but 11 ids in the order file",
    ),
    "an order with an id twice": (
        "read_array", array(SQUARE, [*small_study.IDS[:-1], "image00"]), "",
        "order.txt, line 12: found 'image00' a second time",
    ),
    "an array that is not square": (
        "read_array", array(SQUARE[:, :5]), "", "ratings.npy: found an array of shape (12, 5) for 12 ids",
    ),
    "an array of objects": (
        "read_array", array(np.array([[object()] * 2] * 2)), "", "ratings.npy: not a readable array",
    ),
    "complex numbers": ("read_array", array(SQUARE * 1j), "", "found values of type complex128; expected numbers"),
    "infinity in an array": ("read_array", array(SQUARE * np.inf), "", "ratings.npy: found an infinite value"),
    "a long table without ratings": (
        "read_judgments", content("ratings.csv", "image_a,image_b,score\na,b,1\n"), "",
        "ratings.csv, header: found image_a, image_b, score; expected image_a, image_b, rating[, rater]",
    ),
    "a long table that may name its raters": (
        "read_judgments", content("ratings.csv", "image_a,image_b,rating,age\na,b,1,20\na,c,2,20\nb,c,3,30\n"), "",
        "ratings.csv, header: found the column 'age', which may tell who judged; expected image_a, image_b, rating",
    ),
    "a long table with names of its own": (
        "read_judgments",
        content("ratings.csv", "image1,image2,response\n" + "image00,image01,1\nimage00,image02,2\n" * 3), "",
        "ratings.csv, header: found the columns image1, image2, response: a long table? Expected image_a",
    ),
    "a long table with a rater missing": (
        "read_judgments", content("ratings.csv", LONG + "image00,image01,3,anna\nimage00,image02,4,\n"), "",
        "ratings.csv, line 3: found no rater; expected one in every row",
    ),
    "two judged pairs": (
        "read_judgments", content("ratings.csv", LONG + "image00,image01,3,anna\nimage00,image02,4,anna\n"), "",
        "ratings.csv: found 2 judged pairs; expected at least 3",
    ),
    # categories
    "an image without a category": (
        "read_categories", edited("categories.csv", "image04,b\n", ""), "",
        "categories.csv: found no category of the images 'image04' (1 of 12); expected one of each image",
    ),
    "an image of two categories": (
        "read_categories", edited("categories.csv", "image04,b\n", "image04,b\nimage04,c\n"), "",
        "categories.csv, line 7: found 'image04' a second time; expected each image once",
    ),
    # folds
    "fewer images than folds need": (
        "split_folds", relisted(five_images), "",
        "folds: found 5 images, so that the smallest of 3 test folds by images holds 0 pairs",
    ),
    # weights
    "unknown architecture": (
        "freeze_weights", lambda folder: None, "--architecture timm/tst_resnet",
        "architecture: found 'timm/tst_resnet'; expected torchvision/<name> or timm/<name>. Did you mean timm/test_",
    ),
    "unknown tag": (
        "freeze_weights", lambda folder: None, "--architecture torchvision/resnet18 --weights IMAGENET1K_V9",
        "weights: found 'IMAGENET1K_V9' for torchvision/resnet18; expected torchvision's tags: IMAGENET1K_V1",
    ),
    "another network's weights": (
        "freeze_weights", state(lambda tensors: tensors.pop("layer4.0.conv1.weight")), "",
        "network.safetensors: does not fit ResNet with 5 classes: missing 'layer4.0.conv1.weight'",
    ),
    "another number of classes": (
        "freeze_weights", lambda folder: None, "--classes 7", "has 5 classes; expected 7. Set classes: 5",
    ),
    "truncated weights": (
        "freeze_weights", truncated("network.safetensors"), "", "network.safetensors: not a readable checkpoint",
    ),
    "a web page for weights": (
        "freeze_weights", content("network.pth", "<!DOCTYPE html>"), "--weights network.pth", "network.pth: ",
    ),
    "a pointer of git-lfs for weights": (
        "freeze_weights", content("network.safetensors", LFS), "", "network.safetensors: not a readable checkpoint",
    ),
    "weights that would run code": (
        "freeze_weights", pickled, "--weights network.pth", "network.pth: holds more than tensors, or is no checkpoint",
    ),
    "an optimiser's state": (
        "freeze_weights", lambda folder: torch.save({"step": 3}, folder / "network.pth"), "--weights network.pth",
        "network.pth: found the keys 'step'; expected a state dict",
    ),
    "frozen weights replaced by hand": (
        "extract_features", truncated("data/weights/tiny.safetensors"), "",
        "data/weights/tiny.safetensors: changed since it was frozen",
    ),
    # networks
    "a layer that does not exist": (
        "extract_features", lambda folder: None, "--layer layer9", "layer: found 'layer9', which ResNet does not run",
    ),
    "a layer without spatial extent": (
        "extract_features", lambda folder: None, "--layer global_pool",
        "layer: found 'global_pool', whose output has the shape (96,)",
    ),
    "a readout by the network's own rest, where something passes the layer by": (
        "extract_features", lambda folder: None, "--layer layer3.0.conv1 --readout network",
        "layer: found that layer3.0.conv1 is not all that the classifier of ResNet sees; readout network expects",
    ),
    "weights of another digest": (
        "freeze_weights", lambda folder: None, f"--sha256 {'0' * 64}", "network.safetensors: found the digest",
    ),
    "a prefix that is not there": (
        "freeze_weights", lambda folder: None, "--prefix backbone.", "expected some that begin with 'backbone.'",
    ),
    "a server that is not there": (
        "freeze_weights", lambda folder: None, "--weights http://127.0.0.1:9/net.pth",
        "http://127.0.0.1:9/net.pth: could not be fetched",
    ),
    "a readout that the network lacks": (
        "extract_features", lambda folder: None, "--readout fully_connected",
        "readout: asked for fully_connected; ResNet has no head of the form",
    ),
    "a crop larger than the image": (
        "extract_features", lambda folder: None, '--preprocessing \'{"resize": 64, "crop": 80}\'',
        "a crop of 80 expects at least as many",
    ),
    "images too small for the network": (
        "extract_features", lambda folder: None, '--preprocessing \'{"base": "paper", "resize": 2}\'',
        "has no layer with spatial extent at this image size. Use larger images.",
    ),
    "weights that are not numbers": (
        "extract_features", frozen(not_a_number), "", "found NaN or infinity in the maps of layer4",
    ),
    "weights that are all zero": ("extract_features", frozen(zeros), "", "found only zeros in the maps of layer4"),
    # saliency
    "saliency of another aspect ratio": (
        "prepare_saliency", lambda folder: Image.new("L", (48, 48)).save(folder / "gaze/image04.png"), "",
        "gaze/image04.png: found 48 × 48 pixels for an image of 96 × 64; expected the same aspect ratio",
    ),
    "saliency of other images": (
        "prepare_saliency", lambda folder: None, "--maps results/figures", "none named as an image of the set",
    ),
    "two saliency maps of an image": (
        "prepare_saliency", lambda folder: np.save(folder / "gaze/image04.npy", np.ones((32, 48))), "",
        "gaze: found image04.npy and image04.png, both of the image 'image04'",
    ),
    "an unreadable saliency map": (
        "prepare_saliency", content("gaze/image04.png", b"half"), "", "gaze/image04.png: not a readable map",
    ),
    "fixations without a column": (
        "prepare_fixations", content("fixations.csv", "image,x,y\nimage00,1,2\n"), "", "Add subject, or give the",
    ),
    "a fixation that is no number": (
        "prepare_fixations", content("fixations.csv", FIXATIONS + "image00,anna,1,2\nimage00,anna,left,2\n"), "",
        "fixations.csv, line 3, column x: found 'left'; expected pixels",
    ),
    "fixations on other images": (
        "prepare_fixations", content("fixations.csv", FIXATIONS + "zebra,anna,1,2\n"), "",
        "fixations.csv: found fixations on 'zebra'; expected some on the images of the set",
    ),
    # artifacts, damaged or replaced after they were made
    "truncated features": (
        "compute_heatmaps", truncated(f"{TINY.format('features')}.h5"), "", "features/small/tiny.h5: found the digest",
    ),
    "empty judgments": (
        "score_maps", content(f"{SMALL}.judgments.h5", b""), "", "small.judgments.h5: found the digest",
    ),
    "no digest beside it": (
        "score_maps", removed(f"{SMALL}.judgments.sha256"), "", "small.judgments.sha256: missing; expected it beside",
    ),
    "a digest that is none": (
        "score_maps", content(f"{SMALL}.judgments.sha256", "abc"), "", "small.judgments.sha256: not a digest file",
    ),
    "an artifact of another version": (
        "compute_heatmaps",
        rewritten(WHOLE, lambda file: file.attrs.update(schema_version=0)), "",
        "tiny/cosine-spearman.h5: found kind 'importance', schema version 0; expected 'importance', 1. Delete",
    ),
    "an artifact of another kind": (
        "score_maps", swapped(f"{SMALL}/pairs.folds.h5", f"{SMALL}.judgments.h5"), "",
        "small.judgments.h5: found kind 'folds', schema version 1; expected 'judgments'",
    ),
    "scores of another measure": (
        "compute_heatmaps", lambda folder: None, "--similarity euclidean",
        "cosine-spearman.h5: made with --alignment spearman --mask all --similarity cosine; expected --alignment "
        "spearman --mask all --similarity euclidean. Delete",
    ),
    "pixels of no pictures": (
        "measure_faithfulness", lambda folder: None, "--pixels blur", "--pixels blur: found no pictures; expected some",
    ),
    "heatmaps of other judgments": (
        "measure_faithfulness",
        rewritten(f"{HEATMAPS}.h5", lambda file: file.attrs.update(judgments_digest="0")), "",
        "cosine-spearman.h5: made from other judgments than",
    ),
    "ids in another order": (
        "score_maps",
        rewritten(f"{SMALL}.judgments.h5", lambda file: file.attrs.update(image_ids_digest="0")), "",
        "small.judgments.h5: holds 12 images that are not the 12 of the other inputs, or not in their order. Delete",
    ),
    "scores in other folds": (
        "prune_shard", swapped(FOLDS.replace("pairs", "images"), FOLDS), "",
        f"cosine-spearman.pairs.h5: made from other folds than {SMALL}/pairs.folds.h5. Delete",
    ),
    "scores of the set for those in folds": (
        "prune_shard", swapped(WHOLE, FOLDS), "", "pairs.h5: found kind 'importance', schema version 1; expected 'impo",
    ),
    "a shard missing": (
        "merge_scores", removed(SHARD.format(2)), "", "2-of-2.h5: No such file or directory",
    ),
    "a truncated shard": ("merge_scores", truncated(SHARD.format(1)), "", "1-of-2.h5: found the digest"),
    "one shard twice": (
        "merge_scores", swapped(SHARD.format(1), SHARD.format(2)), "",
        "cosine-spearman.pairs.shards: the shards hold 96 maps; expected each of the 96 once",
    ),
    "another split's shards": (
        "merge_scores",
        lambda folder: [swapped(SHARD.format(n).replace("pairs", "images"), SHARD.format(n))(folder) for n in (1, 2)],
        "", f"1-of-2.h5: made from other folds than {SMALL}/pairs.folds.h5",
    ),
    "shards of other settings": (
        "merge_scores", lambda folder: None, "--similarity euclidean",
        "1-of-2.h5: made with --alignment spearman --similarity cosine; expected --alignment",
    ),
    "another analysis's curves": (
        "merge_curves",
        lambda folder: [swapped(CURVES.format(n).replace("paper", "strict"), CURVES.format(n))(folder) for n in (1, 2)],
        "", "1-of-2.h5: made from other importance than",
    ),
    "a shard beyond the last": ("score_shard", lambda folder: None, "--shard 3", "--shard: found 3 of 2"),
}  # fmt: skip


def contents(folder):
    """Every file below a folder, and its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", IN_THE_FILES)
def test_what_is_wrong_is_told_in_one_line_and_nothing_is_lost(copy, monkeypatch, case):
    command, change, options, message = IN_THE_FILES[case]
    change(copy)
    before = contents(copy)
    script = importlib.import_module(SCRIPTS[command].format(command))
    monkeypatch.setattr(sys, "argv", [command, *shlex.split(COMMANDS[command]), *shlex.split(options)])
    with pytest.raises(SystemExit) as ended:
        script.run(script.parser(), script.main)
    said = str(ended.value.code)
    assert said.startswith("error: ")
    assert "\n" not in said
    assert message in said
    assert contents(copy) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_above_work_where_nothing_is_wrong(copy, monkeypatch, command):
    """They make again, byte for byte, what the workflow made."""
    array(SQUARE)(copy)
    (copy / "fixations.csv").write_text(FIXATIONS + "image00,anna,1,2\n")
    before = contents(copy / "results/importance") | contents(copy / "results/features")
    script = importlib.import_module(SCRIPTS[command].format(command))
    monkeypatch.setattr(sys, "argv", [command, *shlex.split(COMMANDS[command])])
    script.run(script.parser(), script.main)
    after = contents(copy / "results/importance") | contents(copy / "results/features")
    assert {path: data for path, data in after.items() if path.suffix == ".h5"} == {
        path: data for path, data in before.items() if path.suffix == ".h5"
    }


# Through Snakemake: the words of the job reach whoever started it.
THROUGH_SNAKEMAKE = ["truncated image", "not symmetric", "a truncated shard"]


@pytest.mark.parametrize("case", THROUGH_SNAKEMAKE)
def test_a_failed_job_has_the_last_word_and_a_mended_study_goes_on(copy, case):
    workflow = Workflow(copy)
    command, change, _, message = IN_THE_FILES[case]
    before = contents(copy)
    change(copy)
    force = ["--forcerun", "score_folds", "--until", "score_folds"] if command == "merge_scores" else []
    quiet = [["--quiet", "rules"], ["--quiet", "all"], []][THROUGH_SNAKEMAKE.index(case)]
    assert_told_in_one_line(workflow("--configfile", "mine.yaml", *force, *quiet), message)
    assert not list(copy.rglob("*.tmp"))
    shutil.rmtree(copy / "images")
    (copy / "images").mkdir()
    for path, data in before.items():
        if "results" not in path.parts:
            path.write_bytes(data)
    if command == "merge_scores":
        (copy / SHARD.format(1)).unlink()
    # Far enough to pass what had failed: what went wrong first would make all of the study anew.
    wanted = ["results/pruning/small/tiny/paper.tsv", "--configfile", "mine.yaml"]
    workflow.succeeds(*wanted)
    assert workflow.has_nothing_to_do(*wanted)
