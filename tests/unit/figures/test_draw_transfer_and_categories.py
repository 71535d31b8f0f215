"""Figures of transfer between sets and of maps within and across categories: what stands in them, and that they are."""

import itertools

import numpy as np
import pandas as pd
import pytest

from figures import draw_categories, draw_transfer


def transfer(sets, backbones):
    rows = [
        {"backbone": backbone, "measure": "cosine-spearman", "learnt_on": one, "tested_on": other}
        | {"in_sample": one == other, "change": 0.2 if one == other else -0.1234}
        for backbone in backbones
        for one, other in itertools.product(sets, repeat=2)
    ]
    return pd.DataFrame(rows).assign(random_low=-0.2, random_high=0.004)


def test_cells_say_the_change_and_its_control_and_what_is_in_sample():
    table = transfer(["animals", "fruits"], ["vgg16"])
    table.loc[2, ["random_low", "random_high"]] = np.nan
    assert [draw_transfer.cell(row) for _, row in table.iterrows()] == [
        "+.20\nin-sample", "−.12\n[−.20, .00]", "−.12", "+.20\nin-sample",
    ]  # fmt: skip
    assert draw_transfer.cell(table.iloc[1].replace(-0.1234, np.nan)) == "–"
    assert draw_transfer.cell(table.iloc[1], with_range=False) == "−.12"


def test_what_random_maps_do_not_reach_is_framed():
    table = transfer(["animals", "fruits"], ["vgg16"])
    assert [draw_transfer.beyond(row) for _, row in table.iterrows()] == [False] * 4
    assert draw_transfer.beyond(table.iloc[1].replace(-0.1234, -0.21))
    assert draw_transfer.beyond(table.iloc[1].replace(-0.1234, 0.01))
    assert not draw_transfer.beyond(table.iloc[1].replace([-0.2, 0.004], np.nan))
    assert not draw_transfer.beyond(table.iloc[0])  # in-sample


@pytest.mark.parametrize("backbones", [["vgg16"], ["vgg16", "resnet50"]])
def test_one_matrix_a_network_with_no_change_in_white(tmp_path, backbones):
    sets = ["animals", "fruits", "various"]
    table = transfer(sets, backbones)
    table.loc[1, "change"] = np.nan
    (figure,) = draw_transfer.draw(table)
    matrices = [panel.images[0] for panel in figure.axes if panel.images]
    assert len(matrices) == len(backbones)
    assert all(image.get_clim() == (-0.2, 0.2) for image in matrices)
    assert matrices[0].get_array().shape == (3, 3) and matrices[0].get_array().mask.sum() == 1
    table.to_csv(tmp_path / "t.tsv", sep="\t", index=False)
    given = ["--summary", str(tmp_path / "t.tsv"), "--output", str(tmp_path / "transfer.png")]
    draw_transfer.main(draw_transfer.parser().parse_args(given))
    assert (tmp_path / "transfer.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "transfer.pdf").is_file()
    written = pd.read_csv(tmp_path / "transfer.tsv", sep="\t")
    pd.testing.assert_frame_equal(written, table)


def test_all_undefined_is_drawn():
    assert len(draw_transfer.draw(transfer(["a", "b"], ["c"]).assign(change=np.nan))) == 1


def test_a_point_a_map_and_counts_by_hand(tmp_path):
    maps = pd.DataFrame({"map": range(5), "all": 0.0, "across": 0.0})
    maps["within"] = [0.1, 0.2, -0.1, np.nan, 0.0]
    maps["border"] = [0.1, -0.2, 0.3, 0.1, 0.1]
    maps.to_csv(tmp_path / "m.tsv", sep="\t", index=False)
    given = ["--comparisons", "mixed/vgg16/x", "mixed/b/x", "--tables", *[str(tmp_path / "m.tsv")] * 2]
    draw_categories.main(draw_categories.parser().parse_args([*given, "--output", str(tmp_path / "categories.png")]))
    table = pd.read_csv(tmp_path / "categories.tsv", sep="\t")
    assert len(table) == 10 and table.columns[:4].tolist() == ["stimuli", "backbone", "measure", "map"]
    assert draw_categories.counts(table[:5]) == {"border": 2, "inside": 1, "both": 1}
    (figure,) = draw_categories.draw(table)
    assert len(figure.axes[0].collections[0].get_offsets()) == 5
