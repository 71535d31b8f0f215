"""Do the tests reject as often as they say, where there is nothing to find? Over simulated studies, each of its seed.

    python -m pytest -m long tests/unit/inference/test_calibration.py

The table that each figure is drawn from is written beside the test's temporary files, and shown where a test fails.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ais.engine import masking
from ais.inference import intervals, nulls, procedure, triplet_worlds
from ais.inference.outcomes import Outcome
from ais.inference.p_values import p_value
from ais.stimuli.folds import make, pairs_of

IMAGES, MAPS, STUDIES, PERMUTATIONS = 20, 16, 200, 59
LEFT, RIGHT = pairs_of(IMAGES)


def network(random) -> masking.Pooled:
    """Embeddings of images in a few clusters, so that similarities have structure to be learned."""
    centres = random.gamma(1.0, size=(4, MAPS))
    pooled = centres[random.integers(4, size=IMAGES)] + 0.5 * random.gamma(1.0, size=(IMAGES, MAPS))
    return masking.Pooled(pooled, "cosine", LEFT, RIGHT)


def people(random, similarities: np.ndarray, related: float) -> np.ndarray:
    """Judgments in seven steps: some of the network's ranks, images that are liked more than others, and noise."""
    liked = random.normal(size=IMAGES)
    noise = stats.zscore(liked[LEFT] + liked[RIGHT]) + random.normal(size=LEFT.size)
    felt = related * stats.zscore(stats.rankdata(similarities)) + noise
    return np.ceil(7 * stats.rankdata(felt) / felt.size)


def studies(split: str, related: float, null: str) -> pd.DataFrame:
    """A row a simulated study: p of the baseline and of the gain, and both ends of Nadeau & Bengio's interval.

    ``null``: ``labels``, ``matched``, or ``few``, the matched one where half of the pairs were judged and are listed.
    """
    train, test = make(IMAGES, split, 4, [111])
    grid = procedure.prefix_grid(MAPS)
    rows = []
    for seed in range(STUDIES):
        random = np.random.default_rng([2026, seed])
        readout = network(random)
        similarities = readout.full()
        human = people(random, similarities, related)
        permutations = [nulls.permutation(IMAGES, seed, number) for number in range(PERMUTATIONS)]
        if null == "few":
            outcome = of_few(random, readout, human, permutations, train, test, grid)
        elif null == "labels":
            worlds = [nulls.permuted_labels(human, each) for each in permutations]
            outcome = procedure.run(readout, [human, *worlds], train, test, grid)
        else:
            worlds = [nulls.matched(human, similarities, each) for each in permutations]
            outcome = procedure.run(readout, [human, *worlds], train, test, grid)
        gains, baselines = outcome.gain, outcome.full.mean(axis=1)
        interval = intervals.nadeau_bengio((outcome.retained - outcome.full)[0], 1 / 3)
        rows.append(
            {
                "seed": seed,
                "p_baseline": p_value(baselines[0], baselines[1:]),
                "p_gain": p_value(gains[0], gains[1:]),
                "low": interval.low,
                "high": interval.high,
            }
        )
    return pd.DataFrame(rows)


def of_few(random, readout, human, permutations, train, test, grid) -> Outcome:
    """The observed world and the matched ones, where half of the pairs are all that was judged."""
    few = np.sort(random.permutation(LEFT.size)[: LEFT.size // 2])
    listed, human, folds = readout.on(few), human[few], (train[:, few], test[:, few])
    found = [procedure.run(listed, [human], *folds, grid)]
    for each in permutations:
        moved = triplet_worlds.permuted_labels(listed, each)
        found.append(procedure.run(moved, [nulls.matched_of_few(human, listed.full(), moved.full())], *folds, grid))
    return Outcome(
        *(np.concatenate([getattr(one, part) for one in found]) for part in ("full", "retained", "n_retained"))
    )


def assert_uniform(p: pd.Series, table: pd.DataFrame) -> None:
    """p of k / (1 + permutations): uniform, and below .05 as often as a binomial law allows."""
    # Spread over the step that each p stands for, by a seed, so that it is continuous.
    continuous = p - np.random.default_rng(0).uniform(size=p.size) / (PERMUTATIONS + 1)
    assert stats.kstest(continuous, "uniform").pvalue > 0.01, table.to_string()
    low, high = stats.binom.interval(0.99, p.size, 0.05)
    assert low <= (p <= 0.05).sum() <= high, table.to_string()


@pytest.mark.long
@pytest.mark.parametrize("split", ["pairs", "images"])
def test_the_baseline_without_relation(split, tmp_path):
    table = studies(split, 0.0, "labels")
    table.to_csv(tmp_path / "studies.tsv", sep="\t", index=False)
    assert_uniform(table["p_baseline"], table)


@pytest.mark.long
@pytest.mark.parametrize("null", ["matched", "few"])
@pytest.mark.parametrize("split", ["pairs", "images"])
def test_the_gain_where_nothing_is_left_to_select(split, null, tmp_path):
    table = studies(split, 1.0, null)
    table.to_csv(tmp_path / "studies.tsv", sep="\t", index=False)
    assert_uniform(table["p_gain"], table)


@pytest.mark.long
def test_nadeau_and_bengio_on_folds_by_images(tmp_path):
    table = studies("images", 0.0, "labels")
    table.to_csv(tmp_path / "studies.tsv", sep="\t", index=False)
    # One-sided: the interval lies above zero in no more than 2.5 %, and what a binomial law adds.
    assert (table["low"] > 0).sum() <= stats.binom.ppf(0.99, STUDIES, 0.025), table.to_string()
