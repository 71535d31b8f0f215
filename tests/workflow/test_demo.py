"""The demo, run as a user runs it: its planted truth is found, and shards change nothing."""

import json
import re

import pandas as pd
import pytest
from workflow.conftest import Workflow

from ais.artifacts.store import file_digest
from ais.inference.bootstrap import bootstrap


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    workflow = Workflow(tmp_path_factory.mktemp("demo"))
    workflow.succeeds()
    return workflow


def table(demo, name):
    return pd.read_csv(demo.path(f"results/{name}.tsv"), sep="\t")


def test_retained_maps_beat_all_maps_on_unseen_images(demo):
    found = table(demo, "inference/summary").query("backbone == 'namer'").set_index("split")
    assert found.loc["images", "gain_low"] > 0.1
    assert (found["gain"] > 0.2).all()
    assert (found["gain"] > found["matched_high"]).all()
    assert (found["p_gain"] == found["smallest_p"]).all()
    assert (found["ceiling_noise_free_model"] > found["retained"]).all()


def test_where_images_are_as_like_the_others_on_average_nothing_leaks(demo):
    """The demo's shapes and colours are balanced: there is no mean similarity of an image to be learned."""
    gain = table(demo, "figures/leak").set_index(["backbone", "world", "images_seen"])["gain"]
    assert (gain.loc[["namer", "untrained"], ["labels", "matched"]].abs() < 0.04).all()
    assert (gain["namer", "observed"] > 0.25).all()


def test_the_gain_of_the_untrained_network_is_not_told_from_none(demo):
    found = table(demo, "inference/summary").query("backbone == 'untrained' and split == 'images'").iloc[0]
    assert found["gain_low"] < 0 < found["gain_high"]


def times_the_area(demo, backbone):
    """How many times a shape's area the mass of each kind of heatmap on it is: (pictures, kinds)."""
    found = table(demo, "figures/planted_truth").query(f"backbone == '{backbone}'")
    return (found["mass"] / found["area"]).groupby([found["image"], found["kind"]]).first().unstack()


def test_heatmaps_put_their_mass_on_the_shape(demo):
    found = times_the_area(demo, "namer")
    assert len(found) == 72
    for kind in ("importance/images", "importance/set", "signed", "place", "gradient", "covariance"):
        assert bootstrap((found[kind] - found["activation"]).to_numpy()).low > 0.5, kind
    assert found["harm"].mean() < 0.5


def test_held_out_partners_know_it_too(demo):
    """Deletion and insertion, beyond what they give with labels permuted, say what the planted truth says."""
    found = table(demo, "heatmaps/summary").query("backbone == 'namer'").set_index("kind")
    assert (found.loc[["importance/set", "signed", "gradient", "covariance"], "deletion_20_beyond_low"] > 0).all()
    assert (found.loc[["place", "covariance"], "insertion_20_beyond_low"] > 0).all()
    assert (found.loc["harm", ["deletion_20_beyond_high", "insertion_20_beyond_high"]] < 0).all()


def test_the_untrained_network_knows_nothing_of_it(demo):
    found = table(demo, "pruning/summary").groupby("backbone")[["full", "retained"]].mean()
    assert found.loc["untrained", "retained"] < 0.5 * found.loc["namer", "retained"]
    # Which places matter to people can be told with random maps, too (place, gradient); which maps matter, not.
    found = times_the_area(demo, "untrained").mean()
    assert (found[["importance/images", "importance/set", "activation"]] < 1.3).all()


def test_heatmaps_fall_where_the_raters_look(demo):
    found = table(demo, "saliency/summary").query("backbone == 'namer' and source == 'maps'")
    found = found.query("statistic == 'precision' and saliency_percent == heatmap_percent == 10").set_index("kind")
    claim = found.loc["importance/images"]
    assert claim["images"] == 72
    assert claim["value"] > max(claim["shuffled"], claim["chance"], found.loc["centre", "value"])
    assert claim["p_shuffled"] == 1e-4
    assert claim["minus_centre_low"] > 0
    # Where the truth is planted, importance adds to where the network is active: by the scores of the set for certain.
    assert found.loc["importance/set", "minus_activation_low"] > 0


def test_every_figure_and_page_is_there(demo):
    of_all = ("pruning_gain", "leak", "additivity", "planted_truth")
    of_set = ("pruning_curves", "important_maps", "faithfulness", "agreement")
    of_source = ("saliency", "saliency_grid")
    for name in (*of_all, *(f"{name}/shapes" for name in of_set), *(f"{name}/shapes.maps" for name in of_source)):
        for end in ("png", "pdf", "tsv"):
            assert demo.path(f"results/figures/{name}.{end}").stat().st_size > 500
    assert len(list(demo.path("results/heatmaps/shapes/namer/cosine-spearman/pages").glob("*.jpg"))) == -(-72 // 5) - 1


def test_the_explorers_first_view_is_small(demo):
    """The page, and the data of its first set."""
    explorer = demo.path("results/explorer")
    assert sum(path.stat().st_size for path in (explorer / "index.html", explorer / "data/shapes.js")) < 2_000_000


def test_the_report_shows_it(demo):
    demo.succeeds("all", "--report", "report.html")
    text = demo.path("report.html").read_text(encoding="utf-8")
    for name in ("planted_truth.png", "pruning_gain.png", "shapes.maps.png", "cosine-spearman.jpg", "summary.tsv"):
        assert name in text
    assert "<h1>What was found</h1>" in json.loads(re.search(r"workflow_desc = (\".*\")", text)[1])


def test_nothing_is_left_to_do_and_dates_do_not_matter(demo):
    assert demo.has_nothing_to_do()
    for path in demo.path("results").rglob("*.*"):
        path.touch()
    assert demo.has_nothing_to_do()


MERGED = [
    *(f"results/importance/shapes/namer/cosine-spearman{split}.h5" for split in ("", ".pairs", ".images")),
    *(f"results/pruning/shapes/namer/{name}" for name in ("paper.h5", "paper.tsv", "strict.h5", "strict.tsv")),
]


def test_shards_change_nothing(demo):
    """The demo's single jobs against three shards: the whole files are the same, byte for byte."""
    before = {name: file_digest(demo.path(name)) for name in MERGED}
    forced = ("--forcerun", "score_maps_shard", "score_folds_shard")
    done = demo.succeeds(*MERGED, "--config", "shards=3", *forced)
    assert {name: file_digest(demo.path(name)) for name in MERGED} == before
    assert done.stderr.count("(Rule: score_maps_shard)") == 3
