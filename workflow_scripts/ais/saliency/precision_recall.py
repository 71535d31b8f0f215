"""Precision and recall of a heatmap against saliency, each cut at its own top share of the pixels.

Saliency is the truth, the heatmap the prediction (METHOD, comparisons the paper makes). Rules where the
paper is silent: pixels in which either map is undefined are left out. Pixels that tie at a threshold share
the places that are left, each by the same fraction, so that just that share is taken: what breaking the
ties at random gives on average. A constant map points nowhere, and all it is compared with is undefined.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Agreement:
    """How a prediction agrees with the truth; NaN where it is undefined.

    ``precision`` = TP / (TP + FP), ``recall`` = TP / (TP + FN), ``relative_risk`` = (TP / (TP + FN)) /
    (FP / (FP + TN)): how much likelier a salient pixel is predicted than one that is not; infinite where
    no other pixel is.
    """

    precision: float
    recall: float
    relative_risk: float


UNDEFINED = Agreement(np.nan, np.nan, np.nan)


def top_share(values: np.ndarray, percent: float) -> np.ndarray:
    """How much each of ``values`` (pixels,) belongs to the top ``percent``: (pixels,) from 0 to 1.

    The sum is ``percent`` / 100 × pixels, whatever ties. NaN if all are equal.
    """
    if values.min() == values.max():
        return np.full(values.size, np.nan)
    places = values.size * percent / 100
    whole = min(int(np.ceil(places)), values.size)
    threshold = np.partition(values, values.size - whole)[values.size - whole]
    above, level = values > threshold, values == threshold
    return np.where(level, (places - above.sum()) / level.sum(), above.astype(float))


def agreement(truth: np.ndarray, prediction: np.ndarray) -> Agreement:
    """The agreement of two memberships (pixels,) from 0 to 1, as :func:`top_share` gives them."""
    if np.isnan(truth).any() or np.isnan(prediction).any():
        return UNDEFINED
    return counted(float(truth @ prediction), float(truth.sum()), float(prediction.sum()), truth.size)


def counted(true_positive: float, salient: float, predicted: float, pixels: int) -> Agreement:
    """The agreement by how many ``pixels`` are salient, how many are predicted, and how many are both."""
    if np.isnan(true_positive):
        return UNDEFINED
    false_positive = predicted - true_positive
    of_salient, of_others = true_positive / salient, false_positive / (pixels - salient)
    # Below a millionth of a pixel it is rounding.
    relative_risk = of_salient / of_others if false_positive > 1e-6 else np.inf
    return Agreement(float(true_positive / predicted), float(of_salient), float(relative_risk))


def from_precision(precision: np.ndarray, saliency_percent: float, heatmap_percent: float) -> Agreement:
    """Recall and relative risk that belong to any array of precisions at given thresholds: arrays of its shape."""
    salient, predicted = saliency_percent / 100, heatmap_percent / 100
    recall = precision * predicted / salient
    of_others = (1 - precision) * predicted / (1 - salient)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative_risk = np.where(
            1 - precision > 1e-9, recall / of_others, np.where(np.isnan(precision), np.nan, np.inf)
        )
    return Agreement(precision, recall, relative_risk)


def chance(saliency_percent: float, heatmap_percent: float) -> Agreement:
    """What a heatmap drawn at random agrees with saliency on average."""
    return Agreement(saliency_percent / 100, heatmap_percent / 100, 1.0)
