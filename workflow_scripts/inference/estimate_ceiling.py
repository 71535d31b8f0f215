"""How well could any model agree with these ratings? Noise ceilings from halves of the raters.

On all pairs of the set, on the test pairs of its folds (the mean over folds), and for each image's pairs.
"""

import argparse
import logging

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment
from ais.engine.importance import image_rows
from ais.errors import InputError
from ais.inference import ceiling
from ais.stimuli import ratings
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--folds", nargs="+", required=True, help="HDF5 of split_folds.py, one a split")
    parser.add_argument("--alignment", choices=alignment.MEASURES, default="spearman", help="between the halves")
    parser.add_argument("--splits", type=int, default=ceiling.SPLITS, help="halves of the raters, at most")
    parser.add_argument("--seed", type=int, default=1, help="of the halves, where they are too many to take all")
    parser.add_argument("--output", required=True, help="TSV: a row for all pairs, each split and each image")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.judgments, "judgments") as file:
        ids = store.read_ids(file)
        rated = ratings.read(file)
    left, right = pairs_of(len(ids))
    scopes, subsets = [("all pairs", "")], [np.arange(left.size)]
    for path in arguments.folds:
        with store.opened(path, "folds", ids) as file:
            split = file.attrs["options"].split("--split ")[1].split()[0]
            test = file["test"][:]
        scopes += [(f"test pairs by {split}", str(fold)) for fold in range(len(test))]
        subsets += list(test)
    scopes += [("image", name) for name in ids]
    subsets += image_rows(left, right, len(ids))
    try:
        r = ceiling.split_half(rated, subsets, arguments.alignment, arguments.splits, arguments.seed)
    except InputError as error:
        # Not a mistake: most published ratings are means, and then nothing can be said.
        log.warning("no ceiling can be given: %s", error)
        r = np.full((1, len(subsets)), np.nan)
    found = ceiling.ceiling(r, arguments.alignment)
    lines = {"halves": found.halves, "another_panel": found.panel, "noise_free_model": found.model}
    table = pd.DataFrame({"scope": [scope for scope, _ in scopes], "image": [name for _, name in scopes]} | lines)
    of_folds = table["scope"].str.startswith("test pairs")
    folds = table[of_folds].groupby("scope", sort=False)[list(lines)].mean().reset_index().assign(image="")
    table = pd.concat([table[:1], folds, table[~of_folds][1:]])[["scope", "image", *lines]]
    store.write_table(arguments.output, table.assign(raters=rated.raters))
    log.info(
        "%d rater(s) or file(s): halves %.3f, another panel %.3f, model %.3f",
        rated.raters, *table.iloc[0][list(lines)],
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
