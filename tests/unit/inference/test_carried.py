"""What is told of scores on other images than those that people judged."""

import numpy as np
import pandas as pd

from ais.inference import carried

NONE = "So there is no evidence that these scores carry to other images."


def table(*rows):
    columns = ["learnt_on", "tested_on", "in_sample", "change", "random_mean", "random_low", "random_high"]
    return pd.DataFrame(rows, columns=columns)


ANIMALS = ("animals", "animals", True, 0.2, -0.1, -0.2, 0.0)
FRUITS = ("animals", "fruits", False, -0.0504, -0.034, -0.06, -0.01)
CARS = ("animals", "cars", False, 0.03, -0.02, -0.05, 0.01)


def test_a_set_that_stands_alone():
    for alone in (None, table(ANIMALS), table(ANIMALS, ("fruits", "animals", False, 0.3, 0, 0, 0))):
        assert carried.told("animals", alone) == (
            "Nobody judged these images: the scores are those of animals. No other set of this study has judgments, so "
            "there is no evidence that these scores carry to other images."
        )


def test_changes_beside_random_maps():
    said = carried.told("animals", table(ANIMALS, FRUITS))
    assert "change the alignment: fruits by −.050 (random maps −.034 [−.060, −.010])." in said
    assert said.endswith(NONE)


def test_better_than_all_maps_and_than_random_ones_is_some_evidence():
    said = carried.told("animals", table(ANIMALS, FRUITS, CARS))
    assert "fruits by −.050" in said and "cars by +.030 (random maps −.020 [−.050, +.010])" in said
    assert said.endswith("They carry to cars; whether to these images, nobody knows.")
    less = table(ANIMALS, (*CARS[:3], 0.009, *CARS[4:]), (*FRUITS[:3], -0.001, *FRUITS[4:]))
    assert carried.told("animals", less).endswith(NONE)  # within the random ones; above them, and yet a loss


def test_without_permutations_nothing_is_claimed():
    said = carried.told("animals", table((*CARS[:4], np.nan, np.nan, np.nan), (*FRUITS[:3], np.nan, *[np.nan] * 3)))
    assert "cars by +.030 (no random maps to compare with: permutations are 0); fruits by undefined" in said
    assert said.endswith(NONE)


def test_zero_has_no_sign():
    assert "fruits by .000 (" in carried.told("animals", table((*FRUITS[:3], -1e-9, *FRUITS[4:])))
