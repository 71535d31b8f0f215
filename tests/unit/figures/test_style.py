"""Figures: PNG, PDF and table, equal when drawn again, whatever the number of comparisons."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from ais.figures import style
from figures import draw_additivity, draw_pruning, draw_saliency


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


def curves(backbones, known):
    """Curves of two analyses, the second's ceiling unknown; or neither known."""
    return pd.concat([
        draw_pruning.curve_table(np.linspace(0, 1, 12).reshape(2, 6), np.linspace(0, 0.8, 12).reshape(2, 6)).assign(
            stimuli="a", backbone=backbone, analysis=analysis, another_panel=panel, noise_free_model=panel
        )
        for backbone in backbones
        for analysis, panel in (("strict", 0.9 if known else np.nan), ("paper", np.nan))
    ])  # fmt: skip


def test_noise_ceilings_are_level_lines_where_they_are_known():
    for known in (True, False):
        figure = draw_pruning.draw_curves(curves(["b"], known))
        level = [line for line in figure.axes[0].lines if len(line.get_ydata()) == 2 and line.get_ydata()[0] == 0.9]
        assert len(level) == 2 * known
        told = {text.get_text() for text in figure.legends[0].texts}
        assert ({"ceiling: another panel", "ceiling: noise free model"} <= told) == known
        plt.close(figure)


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


def additivity(sets):
    """Joint drops and sums; of the last set, no map helps."""
    top = np.array([1, 2, 5, 10, 20, 50])
    each = [pd.DataFrame({"top": top, "joint": top / 50, "sum": top / 60, "ratio": 1.2}) for _ in sets]
    each[-1] = each[-1][: len(top) * (len(sets) == 1)]
    named = [one.assign(stimuli=name, backbone="b", measure="m") for one, name in zip(each, sets, strict=True)]
    return pd.concat(named).assign(panels="|".join(sets))


def draw_with_panels(table):
    names = table["panels"].iloc[0].split("|")
    return draw_additivity.draw(table, [{"stimuli": name, "backbone": "b", "measure": "m"} for name in names])


CONTROLS = ("", "_shuffled", "_centre", "_chance")


@pytest.mark.parametrize(
    ("draw", "table", "panels"),
    [
        (draw_pruning.draw_gain, gain(["animals"], ["vgg16"]), 1),
        (draw_pruning.draw_gain, gain(["animals", "fruits", "various"], ["vgg16", "resnet50"]), 3),
        (draw_pruning.draw_curves, curves(["vgg16", "resnet50"], True), 2),
        (draw_with_panels, additivity(["animals"]), 1),
        (draw_with_panels, additivity(["a", "b", "c", "d", "e"]), 8),
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
