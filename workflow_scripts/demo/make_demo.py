"""Make the demo's data: pictures of shapes, ratings of their pairs, gaze maps, and the shapes' masks."""

import argparse
import logging
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.demo.gaze import gaze
from ais.demo.pictures import COLOURS, SHAPES, TEXTURES, Attributes, draw
from ais.demo.raters import rate
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

PICTURES_EACH = 2  # of every shape in every colour
RATERS = 12


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other seeds make other pictures and ratings")
    parser.add_argument(
        "--output",
        required=True,
        help="folder for images/, gaze/, shapes/ (each with its .sha256), ratings.csv and attributes.tsv",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    random = np.random.default_rng(arguments.seed)
    folder = Path(arguments.output)
    images = {}
    digests = {"images": "", "shapes": "", "gaze": ""}
    for shape, colour, number in product(SHAPES, COLOURS, range(PICTURES_EACH)):
        attributes = Attributes(shape, colour, str(random.choice(TEXTURES)))
        name = f"{colour}_{shape}_{number + 1}"
        picture, mask = draw(attributes, random)
        images[name] = attributes
        for kind, pixels in (("images", picture), ("shapes", mask), ("gaze", gaze(mask, random))):
            with store.whole_file(folder / kind / f"{name}.png") as temporary:
                Image.fromarray(pixels).save(temporary, format="PNG")
            digests[kind] += f"{store.file_digest(folder / kind / f'{name}.png')}  {kind}/{name}.png\n"
    for kind, lines in digests.items():
        store.write_text(folder / f"{kind}.sha256", lines)
    ratings = rate(images, RATERS, random)
    with store.whole_file(folder / "ratings.csv") as temporary:
        ratings.to_csv(temporary, index=False, lineterminator="\n")
    attributes = pd.DataFrame(
        {"image": name, "shape": each.shape, "colour": each.colour, "texture": each.texture}
        for name, each in images.items()
    )
    store.write_table(folder / "attributes.tsv", attributes)
    log.info("%d pictures, %d ratings by %d raters", len(images), len(ratings), RATERS)


if __name__ == "__main__":
    run(parser(), main)
