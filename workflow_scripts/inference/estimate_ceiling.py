"""How well could any model agree with these ratings? Noise ceilings from halves of the raters.

On all pairs of the set, on the test pairs of its folds (the mean over folds), and for each image's pairs.
"""

import argparse
import logging
from dataclasses import replace

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment
from ais.engine.judged import read_judged
from ais.errors import InputError
from ais.inference import ceiling, triplet_ceiling
from ais.stimuli import ratings, triplets
from ais.stimuli.folds import pair_numbers
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--folds", nargs="+", required=True, help="HDF5 of split_folds.py, one a split")
    parser.add_argument("--alignment", choices=alignment.ALIGNMENTS, default="spearman", help="between the halves")
    parser.add_argument("--splits", type=int, default=ceiling.SPLITS, help="halves of the raters, at most")
    parser.add_argument("--seed", type=int, default=1, help="of the halves, where they are too many to take all")
    parser.add_argument("--output", required=True, help="TSV: a row for all pairs, each split and each image")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.judgments, "judgments") as file:
        ids = store.read_ids(file)
        of_triplets = "triplets" in file
        answers = triplets.read(file) if of_triplets else None
        rated = None if of_triplets else ratings.read(file)
    judged = read_judged(arguments.judgments, ids, arguments.alignment)
    if not of_triplets and judged.left.size < rated.pairs:  # few of all pairs
        listed = pair_numbers(judged.left, judged.right, len(ids))
        rated = replace(rated, pair=np.searchsorted(listed, rated.pair), pairs=listed.size)
    scopes, subsets = [("all pairs", "")], [np.arange(judged.human.size)]
    for path in arguments.folds:
        with store.opened(path, "folds", ids) as file:
            split = file.attrs["options"].split("--split ")[1].split()[0]
            test = file["test"][:]
        scopes += [(f"test pairs by {split}", str(fold)) for fold in range(len(test))]
        subsets += list(test)
    scopes += [("image", name) for name in ids]
    subsets += judged.image_rows(len(ids))
    if of_triplets:
        found, raters = triplet_ceiling.ceilings(answers.images, subsets), answers.raters
        if np.isnan(found.model[0]):
            log.warning("no ceiling can be given: no triplet was asked twice")
    else:
        found, raters = ceiling_of_pairs(arguments, rated, subsets), rated.raters
    lines = {"halves": found.halves, "another_panel": found.panel, "noise_free_model": found.model}
    table = pd.DataFrame({"scope": [scope for scope, _ in scopes], "image": [name for _, name in scopes]} | lines)
    of_folds = table["scope"].str.startswith("test pairs")
    folds = table[of_folds].groupby("scope", sort=False)[list(lines)].mean().reset_index().assign(image="")
    table = pd.concat([table[:1], folds, table[~of_folds][1:]])[["scope", "image", *lines]]
    store.write_table(arguments.output, table.assign(raters=raters))
    log.info(
        "%d rater(s) or file(s): halves %.3f, another panel %.3f, model %.3f",
        raters, *table.iloc[0][list(lines)],
    )  # fmt: skip


def ceiling_of_pairs(arguments: argparse.Namespace, rated: ratings.Ratings, subsets: list) -> ceiling.Ceiling:
    """By halves of the raters; undefined where there are none."""
    try:
        r = ceiling.split_half(rated, subsets, arguments.alignment, arguments.splits, arguments.seed)
    except InputError as error:
        # Not a mistake: most published ratings are means, and then nothing can be said.
        log.warning("no ceiling can be given: %s", error)
        r = np.full((1, len(subsets)), np.nan)
    return ceiling.ceiling(r, arguments.alignment)


if __name__ == "__main__":
    run(parser(), main)
