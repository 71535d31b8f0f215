"""Odd-one-out triplets as METHOD-like plain loops: the share whose most similar pair is people's, ties shared."""

from functools import cache

import numpy as np
from unit.plain_loop import similarity as similarities


def share_of(similarity, answers):
    """``similarity(a, b)`` of two images; ``answers`` (triplets, 3), the third the odd one."""
    hits = []
    for a, b, odd in answers:
        three = np.array([similarity(a, b), similarity(a, odd), similarity(b, odd)])
        if np.isnan(three).any():
            return np.nan
        tied = np.round(three, 10) == np.round(three.max(), 10)
        hits.append(tied[0] / tied.sum())
    return np.mean(hits) if hits else np.nan


def share(features, answers, measure):
    largest = np.abs(features).max() or 1.0

    @cache
    def similarity(a, b):
        return similarities(features / largest, measure, [a], [b])[0]

    return share_of(lambda a, b: similarity(min(a, b), max(a, b)), answers)


def importance(features, answers, measure):
    """Of all maps: the share, and what each takes from it when it is set to zero."""
    baseline = share(features, answers, measure)
    scores = []
    for k in range(features.shape[1]):
        masked = features.copy()
        masked[:, k] = 0
        scores.append(baseline - share(masked, answers, measure))
    return baseline, np.array(scores)
