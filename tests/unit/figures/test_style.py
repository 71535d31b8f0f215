"""Figures: pages, PDF and table, equal when drawn again; what stands in them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from unit.figures import mock_study

from ais.figures import kinds, lettering, pages, style
from figures import draw_additivity, draw_gain, draw_maps, draw_pruning, draw_saliency

TWO = ["animals", "fruits"], ["mobilenet_v2", "squeezenet1_1"]


def texts(figure):
    return {text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))}


@pytest.mark.parametrize("figure", ["pruning_gain", "leak", "pruning_curves/animals", "saliency_grid/animals"])
def test_files_are_equal_when_drawn_again(tmp_path, figure):
    written, table = [], pd.DataFrame({"a": [0.1]})
    for _ in range(2):
        style.save(mock_study.figures(*TWO)[figure](), tmp_path / "figure.png", table)
        written.append([(tmp_path / f"figure.{end}").read_bytes() for end in ("png", "pdf", "tsv")])
    assert written[0] == written[1]
    assert written[0][0].startswith(b"\x89PNG") and written[0][1].startswith(b"%PDF")
    assert pd.read_csv(tmp_path / "figure.tsv", sep="\t").equals(table)


def test_pages_are_files_and_one_pdf_and_none_is_larger_than_a_journals(tmp_path):
    figures = [Figure(figsize=(2, 1)), Figure(figsize=(2, 1))]
    style.save(figures, tmp_path / "leak.png", pd.DataFrame({"a": [1]}))
    assert {path.name for path in tmp_path.iterdir()} == {"leak.png", "leak.2.png", "leak.pdf", "leak.tsv"}
    assert (tmp_path / "leak.pdf").read_bytes().count(b"/Type /Page ") == 2
    with pytest.raises(ValueError, match="found a page of 254 × 25 mm; expected 183 × 240 at most"):
        style.save([Figure(figsize=(10, 1))], tmp_path / "wide.png", pd.DataFrame({"a": [1]}))


def test_what_stands_on_which_page():
    assert pages.parts(list("abcdefghi"), 4) == [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]]
    assert pages.parts([], 4) == [[]]
    assert pages.facets("ab", "xy") == [[[("a", "x"), ("b", "x")], [("a", "y"), ("b", "y")]]]
    assert pages.facets("a", "vwxyz") == [[[("a", name) for name in "vwxy"], [("a", "z")]]]
    seen = [cell for page in pages.facets(range(7), range(9)) for row in page for cell in row]
    assert sorted(seen) == [(one, other) for one in range(7) for other in range(9)]
    for sets, networks, lines in ((6, 8, 2), (1, 1, 1), (7, 25, 2), (2, 3, 50)):
        shown = [
            (one, network)
            for page, some in pages.dumbbells(list(range(sets)), list(range(networks)), lines)
            for row in page
            for one in row
            for network in some
        ]  # fmt: skip
        assert sorted(shown) == [(one, other) for one in range(sets) for other in range(networks)]


def test_names_are_broken_and_numbers_short():
    assert lettering.broken("vgg16", 20, 6) == "vgg16"
    assert lettering.broken("barlow_twins_resnet50", 18, 6) == "barlow_twins_\nresnet50"
    for name, room in (("x" * 80, 20), ("a_" * 60, 12), ("ünïcödé" * 9, 10)):
        lines = lettering.broken(name, room, 6).split("\n")
        assert len(lines) <= 2 and all(lettering.width(line, 6) <= room for line in lines)
        assert any("…" in line for line in lines)
    said = [lettering.number(value, signed=True) for value in (1.0, -0.001, 0.05, -1.25, 0.0)]
    assert said == ["+1.00", ".00", "+.05", "−1.25", ".00"]
    assert [lettering.tick(value) for value in (0.25, -0.5, 0.0, 12.0, -0.0)] == [".25", "−.5", "0", "12", "0"]


def test_intervals_of_a_curve_by_hand():
    """Nadeau & Bengio's at each prefix; none where folds share images; undefined prefixes stay so."""
    from ais.inference import intervals

    test = np.array([[0.1, 0.4, np.nan], [0.3, 0.2, np.nan], [0.2, 0.6, np.nan]])
    table = draw_pruning.curve_table(np.array([1, 2, 9]), test + 0.1, test, 0.25).query("pairs == 'test'")
    for column in (0, 1):
        expected = intervals.nadeau_bengio(test[:, column], 0.25)
        row = table.iloc[column]
        assert row["mean"] == pytest.approx(test[:, column].mean())
        assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert table["maps_kept"].tolist() == [1, 2, 9]
    assert table.iloc[2][["mean", "low", "high"]].isna().all()
    assert draw_pruning.curve_table(np.arange(3), test, test, None)[["low", "high"]].isna().all(axis=None)


def test_noise_ceilings_are_level_lines_where_they_are_known():
    for known in (True, False):
        table = mock_study.curves("animals", ["vgg16"])
        if not known:
            table[list(draw_pruning.CEILINGS)] = np.nan
        (figure,) = draw_pruning.draw(table)
        level = [line for line in figure.axes[0].lines if list(line.get_ydata()) == [0.9, 0.9]]
        assert len(level) == 2 * known
        assert ("ceiling: another panel" in texts(figure)) == known


def test_the_dumbbells_by_hand():
    """Filled for folds by pairs, open by images; null and interval are gains, laid on the alignment with all maps."""
    table = draw_gain.drawn_from(mock_study.summary(["animals"], ["vgg16"]))
    (figure,) = draw_gain.draw(table)
    panel = figure.axes[0]
    by_images, by_pairs = (table[table["split"] == split].iloc[0] for split in ("images", "pairs"))
    points = {round(float(line.get_xdata()[0]), 9): line.get_mfc() for line in panel.lines if line.get_marker() == "o"}
    assert points == {
        round(by_images["full"], 9): "white", round(by_images["retained"], 9): "white",
        round(by_pairs["retained"], 9): style.RETAINED, round(by_pairs["full"], 9): points[round(by_pairs["full"], 9)],
    }  # fmt: skip
    nulls = [line.get_xdata()[0] for line in panel.lines if line.get_marker() == "|"]
    assert nulls == pytest.approx([row["full"] + row["matched_gain"] for row in (by_images, by_pairs)])
    bands = [line.get_xdata() for line in panel.lines if line.get_alpha() == 0.3]
    assert np.allclose(bands, [by_images["full"] + by_images[["gain_low", "gain_high"]].to_numpy(float)])
    assert "120 images, 7,140 pairs" in texts(figure)


def test_the_dumbbells_key_names_what_is_drawn():
    summary = mock_study.summary(["animals"], ["vgg16"])
    unknown = ["matched_gain", "matched_low", "matched_high", "ceiling_another_panel", "ceiling_noise_free_model"]
    (figure,), (bare,) = (
        draw_gain.draw(draw_gain.drawn_from(each))
        for each in (summary, summary.assign(**dict.fromkeys(unknown, np.nan)))
    )
    named = {"where the matched null would end", "ceiling: another panel", "ceiling: model without noise"}
    assert named <= set(texts(figure)) and not named & set(texts(bare))
    assert "95 % interval of the gain" in texts(bare)


def test_maps_in_order_and_counted():
    table = pd.DataFrame({"map": range(4), "importance": [0.1, 0.3, 0.1, -0.2], "q": [0.2, 0.01, np.nan, 1.0]})
    ranked = draw_maps.ranked(table.assign(q_new_images=1.0))
    assert ranked["map"].tolist() == [1, 0, 2, 3] and ranked["rank"].tolist() == [1, 2, 3, 4]
    assert draw_maps.told(ranked) == "1 of 4 maps; 0 for new images"


def test_additivity_tells_the_last_known_ratio():
    table = pd.DataFrame({"top": [1, 10, 20, 50], "ratio": [1.0, 1.1, 1.15, np.nan]})
    assert draw_additivity.ratio(table) == "1.10 × at 10"
    assert draw_additivity.ratio(table[:1]) == ""


def test_a_comparison_in_which_no_map_helps_has_its_panel():
    about = mock_study.measured(["animals"], ["vgg16", "resnet50"])
    table = mock_study.additivity(["animals"], ["vgg16"])
    assert len(draw_additivity.draw(table, about)[0].axes) == 2
    assert len(draw_additivity.draw(table[:0], about)[0].axes) == 2


def test_what_is_drawn_of_saliency_is_the_middle_threshold():
    table = draw_saliency.drawn(*mock_study.saliency("animals", ["vgg16"]))
    assert set(table["saliency_percent"]) == {10}
    at = table.dropna(subset="minus_activation")
    assert set(at["heatmap_percent"]) == {10} and len(at) == 9


def test_saliency_is_drawn_in_known_colours_and_order():
    assert kinds.in_order(["mine", "activation", "centre", "importance/images", "mine"]) == [
        "importance/images", "activation", "centre", "mine",
    ]  # fmt: skip
    assert len({kinds.colour(kind) for kind in kinds.COLOURS}) == len(kinds.COLOURS)
    table = draw_saliency.drawn(*mock_study.saliency("animals", ["vgg16"]))
    (figure,) = draw_saliency.draw(table)
    assert {kinds.colour("place"), kinds.colour("harm")} <= {line.get_color() for line in figure.axes[0].lines}
    named = [each.get_text() for each in figure.axes[1].get_yticklabels()]
    assert named[-1] == "importance (image)" and named[0] == "centre bias" and "activation" not in named


def test_every_pair_of_shares_stands_in_the_supplement_and_stars_are_certain():
    curves, summary = mock_study.saliency("animals", ["vgg16"])
    table = draw_saliency.at_every_pair(summary, curves)
    (figure,) = draw_saliency.draw_grid(table)
    said = [text.get_text() for text in figure.axes[0].texts if text.get_text()[-3:].strip("*").isdigit() is not None]
    own = table[table["kind"] == "importance/images"]
    certain = (own["minus_activation_low"] > 0) | (own["minus_activation_high"] < 0)
    assert sum("*" in text for text in said) == certain.sum()
    assert figure.axes[0].images[0].get_array().shape == (3, 3)


def test_an_undefined_saliency_comparison_is_drawn():
    curves, summary = mock_study.saliency("animals", ["vgg16"])
    table = draw_saliency.drawn(curves, summary)
    draw_saliency.draw(table.assign(precision=np.nan, recall=np.nan, minus_activation=np.nan))
    draw_saliency.draw(table.iloc[:0])
    draw_saliency.draw_grid(summary.assign(minus_activation=np.nan))
    draw_saliency.draw_grid(summary.iloc[:0])


def test_images_that_nobody_judged_have_the_supplement_of_the_scores_that_they_borrow():
    curves, summary = mock_study.saliency("animals", ["vgg16"])
    table = draw_saliency.at_every_pair(summary, curves)
    (figure,) = draw_saliency.draw_grid(table[table["kind"] != "importance/images"])
    expected = table[table["kind"] == "importance/set"]["minus_activation"].to_numpy()
    assert np.allclose(np.sort(figure.axes[0].images[0].get_array().ravel()), np.sort(expected))
