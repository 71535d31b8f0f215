"""Figures: PNG, PDF and table, equal when drawn again, whatever the number of comparisons."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from ais.figures import style
from figures import draw_pruning, draw_saliency


def gain(sets, backbones):
    rows = [
        {"stimuli": stimuli, "backbone": backbone, "analysis": "paper", "seed": 1, "fold": fold, "full": 0.3}
        for stimuli in sets
        for backbone in backbones
        for fold in range(5)
    ]
    table = pd.DataFrame(rows)
    table = table.assign(another_panel=0.8, noise_free_model=np.nan)
    return table.assign(retained=table["full"] + np.linspace(0, 0.2, len(table)))


def saliency(sources):
    rows = [
        {"stimuli": "a", "backbone": "b", "measure": "c", "source": source, "saliency_percent": s}
        | {"heatmap_percent": h}
        | {f"{name}{control}": (s + h) / 40 for name in ("precision", "recall") for control in CONTROLS}
        for source in sources
        for s in (5, 10)
        for h in (5, 10)
    ]
    return pd.DataFrame(rows)


CONTROLS = ("", "_shuffled", "_centre", "_chance")


@pytest.mark.parametrize(
    ("draw", "table", "panels"),
    [
        (draw_pruning.draw_gain, gain(["animals"], ["vgg16"]), 1),
        (draw_pruning.draw_gain, gain(["animals", "fruits", "various"], ["vgg16", "resnet50"]), 3),
        (draw_saliency.draw, saliency(["maps"]), 1),
        (draw_saliency.draw, saliency(["maps", "fixations", "predictor", "x", "y"]), 8),
    ],
)
def test_one_panel_a_comparison_and_equal_files(tmp_path, draw, table, panels):
    written = []
    for _ in range(2):
        figure = draw(table)
        assert len(figure.axes) == panels
        style.save(figure, tmp_path / "figure.png", table)
        plt.close(figure)
        written.append([(tmp_path / f"figure.{end}").read_bytes() for end in ("png", "pdf", "tsv")])
    assert written[0] == written[1]
    assert written[0][0].startswith(b"\x89PNG")
    assert written[0][1].startswith(b"%PDF")
    assert pd.read_csv(tmp_path / "figure.tsv", sep="\t").columns.tolist() == table.columns.tolist()


def test_an_undefined_saliency_comparison_is_drawn():
    table = saliency(["maps"]).assign(precision=np.nan, recall=np.nan)
    plt.close(draw_saliency.draw(table))
