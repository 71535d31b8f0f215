"""Do the scores of one set of images carry to others? What transfer between sets found, told in a few sentences.

For images that nobody judged: what they are weighted by can be tried on judged images only, and stands beside them.
"""

import pandas as pd

NO_EVIDENCE = "there is no evidence that these scores carry to other images."


def told(learnt_on: str, transfer: pd.DataFrame | None) -> str:
    """What is known of the scores of the set ``learnt_on``, beyond its own images.

    ``transfer`` is a table of transfer_maps.py for one network and measure; None where the study has one judged set.
    Scores carry to another where the maps that they keep do better there than all maps do, and than the middle 95 % of
    as many random maps.
    """
    text = f"Nobody judged these images: the scores are those of {learnt_on}."
    others = None if transfer is None else transfer[(transfer["learnt_on"] == learnt_on) & ~transfer["in_sample"]]
    if others is None or others.empty:
        return f"{text} No other set of this study has judgments, so {NO_EVIDENCE}"
    changes = "; ".join(_change(row) for row in others.itertuples())
    text = f"{text} Where people judged other images, the maps that it keeps change the alignment: {changes}."
    carried = others[(others["change"] > 0) & (others["change"] > others["random_high"])]
    if carried.empty:
        return f"{text} So {NO_EVIDENCE}"
    return f"{text} They carry to {', '.join(carried['tested_on'])}; whether to these images, nobody knows."


def _change(row) -> str:
    text = f"{row.tested_on} by {_signed(row.change)}"
    if pd.isna(row.random_mean):
        return f"{text} (no random maps to compare with: permutations are 0)"
    return f"{text} (random maps {_signed(row.random_mean)} [{_signed(row.random_low)}, {_signed(row.random_high)}])"


def _signed(value: float) -> str:
    """``−.050``: a change that is a difference of two correlations; ``undefined`` for NaN."""
    if pd.isna(value):
        return "undefined"
    text = f"{abs(value):.3f}".removeprefix("0")
    return f"{'−' if value < 0 and float(text) else '+' if float(text) else ''}{text}"
