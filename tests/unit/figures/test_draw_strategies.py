"""The figure of strategies: folds by images alone, and intervals that are the gain's, laid on all maps."""

import numpy as np
import pandas as pd

from figures import draw_strategies


def summary():
    rows = [("paper", "pairs", "one_shot"), ("strict", "images", "one_shot"), ("ridge", "images", "nonnegative_ridge")]
    table = pd.DataFrame(rows, columns=["analysis", "split", "pruning"])
    return table.assign(
        stimuli="animals", backbone="vgg16", similarity="cosine", alignment="spearman", full=0.3, retained=0.4,
        images=120, n_retained=7.0, maps=9, folds=40, gain_low=[np.nan, 0.05, 0.02], gain_high=[np.nan, 0.15, 0.18],
        ceiling_another_panel=np.nan, ceiling_noise_free_model=np.nan,
    )  # fmt: skip


def test_the_table_and_the_picture(tmp_path):
    summary().to_csv(tmp_path / "summary.tsv", sep="\t", index=False)
    output = tmp_path / "strategies.png"
    given = ["--summary", str(tmp_path / "summary.tsv"), "--stimuli", "animals", "--output", str(output)]
    draw_strategies.main(draw_strategies.parser().parse_args(given))
    table = pd.read_csv(output.with_suffix(".tsv"), sep="\t")
    assert table["analysis"].tolist() == ["strict", "ridge"]
    np.testing.assert_allclose(table[["retained_low", "retained_high"]], [[0.35, 0.45], [0.32, 0.48]])
    panel = draw_strategies.draw(table)[0].axes[0]
    assert [label.get_text() for label in panel.get_yticklabels()] == ["one-shot (paper)", "ridge weights ≥ 0"]
    assert [text.get_text() for text in panel.texts].count("7") == 2


def test_every_strategy_has_a_name():
    from ais.engine import reweighting, strategies

    assert set(draw_strategies.NAMES) == {*strategies.STRATEGIES, reweighting.NAME}
