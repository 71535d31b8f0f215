"""Figures: PNG, PDF and table, equal when drawn again, whatever the number of comparisons."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from ais.figures import kinds, style
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


def saliency(sources, names=("importance/images", "place", "activation", "centre", "mine")):
    """Curves of some kinds of heatmaps, and the summary beside."""
    about = [{"stimuli": "a", "backbone": "b", "measure": "c", "source": source} for source in sources]
    curves = [
        each | {"kind": kind, "saliency_percent": s, "heatmap_percent": h, "images": 9}
        | {f"{name}{end}": (s + h + n) / 90 for name in ("precision", "recall") for end in ("", "_shuffled")}
        for each in about
        for n, kind in enumerate(names)
        for s in (1, 5, 10, 15)
        for h in (1, 5, 10, 15, 50)
    ]  # fmt: skip
    rows = [
        each | {"kind": kind, "statistic": statistic, "saliency_percent": s, "heatmap_percent": h}
        | {f"minus_activation{end}": n / 20 + more for end, more in (("", 0), ("_low", -0.1), ("_high", 0.1))}
        for each in about
        for n, kind in enumerate(names)
        for statistic in ("precision", "recall")
        for s in (5, 10, 15)
        for h in (5, 10, 15)
    ]  # fmt: skip
    return draw_saliency.drawn(pd.DataFrame(curves), pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("draw", "table", "panels"),
    [
        (draw_pruning.draw_gain, gain(["animals"], ["vgg16"]), 1),
        (draw_pruning.draw_gain, gain(["animals", "fruits", "various"], ["vgg16", "resnet50"]), 3),
        (draw_pruning.draw_curves, curves(["vgg16", "resnet50"], True), 2),
        (draw_with_panels, additivity(["animals"]), 1),
        (draw_with_panels, additivity(["a", "b", "c", "d", "e"]), 8),
        (draw_saliency.draw, saliency(["maps"]), 2),
        (draw_saliency.draw, saliency(["maps", "fixations", "predictor", "x", "y"]), 16),
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


def test_what_is_drawn_of_saliency_is_the_middle_threshold():
    table = saliency(["maps"])
    assert set(table["saliency_percent"]) == {10}
    at = table.dropna(subset="minus_activation")
    assert set(at["heatmap_percent"]) == {10}
    assert len(at) == 5


def test_saliency_is_drawn_in_known_colours_and_order():
    assert kinds.in_order(["mine", "activation", "centre", "importance/images", "mine"]) == [
        "importance/images", "activation", "centre", "mine",
    ]  # fmt: skip
    assert len({kinds.colour(kind) for kind in kinds.COLOURS}) == len(kinds.COLOURS)
    figure = draw_saliency.draw(saliency(["maps"]))
    drawn = [line.get_color() for line in figure.axes[0].lines]
    assert {kinds.colour("place"), kinds.colour("mine")} <= set(drawn)
    assert [each.get_text() for each in figure.axes[1].get_yticklabels()] == [
        "mine", "centre bias", "place", "importance (image)",
    ]  # fmt: skip
    plt.close(figure)


def test_an_undefined_saliency_comparison_is_drawn():
    plt.close(draw_saliency.draw(saliency(["maps"]).assign(precision=np.nan, recall=np.nan, minus_activation=np.nan)))
    plt.close(draw_saliency.draw(saliency(["maps"]).iloc[:0]))
