"""The summary of heatmaps: differences image by image, and what a reader is warned of."""

import numpy as np
import pandas as pd
import pytest

from ais.inference.bootstrap import bootstrap
from heatmaps import summarise_heatmaps

NUMBERS = ("r_permuted", "r_partners", "r_raters")


def table(**kinds):
    """A row an image and kind: r with activation, deletion and insertion of each."""
    rows = []
    for kind, (r, deletion, insertion) in kinds.items():
        for image in range(20):
            noise = 0.001 * np.sin(image)
            row = {"image": f"i{image}", "kind": kind, "undefined": 0, "r_activation": r, "specificity": 1 - r}
            row |= dict.fromkeys(NUMBERS, 0.5)
            rows.append(row | {"deletion_20": deletion + image + noise, "insertion_20": insertion + image})
    return pd.DataFrame(rows)


def summary_of(rows):
    return pd.DataFrame(summarise_heatmaps.summary(rows)).set_index("kind")


def test_differences_to_activation_are_taken_image_by_image():
    """Images differ by far more than kinds do."""
    found = summary_of(table(activation=(np.nan, 0.0, 0.0), place=(0.3, 0.2, -0.3)))
    row = found.loc["place"]
    assert row["deletion_20"] == pytest.approx(9.7, abs=0.02)
    assert row[["deletion_20_better", "deletion_20_better_low"]].tolist() == pytest.approx([0.2, 0.2], abs=1e-12)
    assert row[["insertion_20_better", "insertion_20_better_high"]].tolist() == pytest.approx([0.3, 0.3], abs=1e-12)
    assert row["deletion_20_high"] - row["deletion_20_low"] > 3
    assert row["warnings"] == ""
    assert np.isnan(found.loc["activation", "deletion_20_better"])
    assert row[list(NUMBERS)].tolist() == [0.5] * 3


def test_warnings():
    rows = table(activation=(np.nan, 0.1, 0.1), place=(0.91, 0.1, 0.0), harm=(0.99, 0.0, 0.3))
    rows.loc[(rows["kind"] == "place") & (rows["image"] == "i3"), "undefined"] = 1
    rows.loc[rows["undefined"] == 1, ["r_activation", "deletion_20", "insertion_20"]] = np.nan
    found = summary_of(rows)
    assert found.loc["place", "warnings"].split("; ") == [
        "1 of 20 images have none",
        "nearly the plain activation (median r 0.91)",
        "deletion no better than activation's",
    ]
    assert found.loc["place", "undefined"] == 1
    assert (found.loc[["harm", "activation"], "warnings"] == "").all()  # controls


def test_what_permuted_labels_give_is_taken_off():
    """Place beats activation by .3 on insertion, and by .25 where there is nothing to find."""
    rows = table(activation=(np.nan, 0.0, 0.0), place=(0.3, 0.2, -0.3))
    null = rows["kind"].map({"activation": 0.0, "place": -0.25})
    found = summary_of(rows.assign(insertion_20_null=null, deletion_20_null=-0.8 * null)).loc["place"]
    assert found["insertion_20_null"] == pytest.approx(-0.25) and found["insertion_20_beyond"] == pytest.approx(0.05)
    assert found["insertion_20_beyond_low"] == pytest.approx(0.05)
    assert found["warnings"] == "deletion no better than activation's, beyond permuted labels"


def test_what_is_undefined_everywhere_is_warned_of():
    rows = table(activation=(np.nan, 0.1, 0.1), place=(np.nan, np.nan, np.nan)).assign(undefined=1)
    said = summary_of(rows).loc["place", "warnings"]
    assert "20 of 20 images have none" in said and "insertion no better than activation's" in said


def test_bootstrap():
    values = np.random.default_rng(0).normal(1, 2, 400)
    found = bootstrap(np.append(values, np.nan))
    assert found.mean == pytest.approx(values.mean())
    half = 1.96 * values.std() / 20
    assert [found.low, found.high] == pytest.approx([values.mean() - half, values.mean() + half], abs=0.03)
    assert bootstrap(values) == bootstrap(values)


@pytest.mark.parametrize("values", [[], [np.nan], [2.0]])
def test_bootstrap_of_too_little(values):
    found = bootstrap(np.array(values))
    assert np.isnan(found.low) and np.isnan(found.high)
