"""Simulated raters: they compare the shapes and their colours, and ignore the background."""

from itertools import combinations

import numpy as np
import pandas as pd

from ais.demo.pictures import COLOURS, SHAPES, Attributes

SCALE = 7  # ratings go from 1 to 7
RATERS_PER_PAIR = 6


def alike(a: Attributes, b: Attributes) -> float:
    """How alike two pictures truly are, from 0 to 1: half by shape, half by colour, not by texture.

    Shapes of one family (round, four-sided, pointed) are half alike; colours by their distance on the
    circle of hues.
    """
    one, other = SHAPES.index(a.shape), SHAPES.index(b.shape)
    shape = 1.0 if one == other else 0.5 * (one // 2 == other // 2)
    steps = abs(list(COLOURS).index(a.colour) - list(COLOURS).index(b.colour))
    colour = 1.0 - min(steps, len(COLOURS) - steps) / (len(COLOURS) / 2)
    return (shape + colour) / 2


def rate(images: dict[str, Attributes], raters: int, random: np.random.Generator) -> pd.DataFrame:
    """Ratings of all pairs by some of the raters: columns image_a, image_b, rating (1–7), rater.

    Each pair is seen by :data:`RATERS_PER_PAIR` of them. Raters differ in leniency and in noise.
    """
    pairs = np.array(list(combinations(images, 2)))
    truth = np.array([alike(images[a], images[b]) for a, b in pairs])
    lenient, noise = random.normal(0, 0.5, raters), random.uniform(0.8, 1.6, raters)
    who = random.permuted(np.tile(np.arange(raters), (len(pairs), 1)), axis=1)[:, :RATERS_PER_PAIR]
    felt = 1 + (SCALE - 1) * truth[:, None] + lenient[who] + noise[who] * random.normal(size=who.shape)
    table = pd.DataFrame(np.repeat(pairs, RATERS_PER_PAIR, axis=0), columns=["image_a", "image_b"])
    table["rating"] = np.round(felt).clip(1, SCALE).astype(int).ravel()
    table["rater"] = [f"rater{number + 1:02d}" for number in who.ravel()]
    return table
