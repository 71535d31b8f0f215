"""The plain way: cut both maps, count, and look at what comes out. One pair of maps and of thresholds at a time."""

import numpy as np

from ais.saliency.precision_recall import UNDEFINED, agreement, top_share


def compare(truth, prediction, percents):
    """Agreement by (saliency percent, heatmap percent) of two maps, where both are defined."""
    both = ~np.isnan(truth) & ~np.isnan(prediction)
    found = {}
    for one in percents:
        for other in percents:
            found[one, other] = UNDEFINED
            if both.any():
                found[one, other] = agreement(top_share(truth[both], one), top_share(prediction[both], other))
    return found


def average_precision(heatmap, salient):
    """Threshold at each value of the heatmap in turn."""
    if np.isnan(salient).any() or len(set(heatmap)) == 1:
        return np.nan
    total, before = 0.0, 0.0
    for threshold in sorted(set(heatmap), reverse=True):
        taken = heatmap >= threshold
        recall = salient[taken].sum() / salient.sum()
        total += (recall - before) * salient[taken].sum() / taken.sum()
        before = recall
    return total


def auc(positives, negatives):
    """Every pair of a positive and a negative."""
    if len(positives) == 0 or len(negatives) == 0 or len({*positives, *negatives}) == 1:
        return np.nan
    return np.mean([(p > n) + 0.5 * (p == n) for p in positives for n in negatives])
