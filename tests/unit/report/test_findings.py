"""What is said of a study: only what inference allows."""

import math

import pytest

from ais.report import findings, findings_page, tables
from ais.report.findings import Tables

NAN = math.nan


def gain(split="images", low=0.08, high=0.163, **changed):
    """A comparison's row of the summary."""
    of_images = split == "images"
    return {
        "stimuli": "animals", "backbone": "vgg16", "analysis": "strict" if of_images else "paper", "split": split,
        "similarity": "cosine", "alignment": "spearman", "pruning": "one_shot", "images": 120, "pairs_judged": 7140,
        "maps": 1280, "folds": 40, "seeds": 8, "folds_undefined": 0, "full": 0.512, "retained": 0.634,
        "n_retained": 307.1, "gain": 0.122, "gain_low": low if of_images else NAN,
        "gain_high": high if of_images else NAN, "interval": "nadeau_bengio" if of_images else "", "p_gain": 0.005,
        "matched_gain": -0.042, "matched_low": -0.063, "matched_high": -0.022, "labels_gain": 0.0, "labels_low": -0.04,
        "labels_high": 0.05, "p_baseline": 0.005, "permutations": 199, "smallest_p": 0.005,
        "ceiling_another_panel": 0.89, "ceiling_noise_free_model": 0.943, "t_paper": NAN if of_images else 39.5,
        "p_paper": NAN if of_images else 5e-47,
    } | changed  # fmt: skip


STUDY = {"heatmap_scores": "images", "analyses": {"paper": {"split": "pairs"}, "strict": {"split": "images"}}}


@pytest.mark.parametrize(
    "row, verdict",
    [
        (gain(), "+"), (gain(low=-0.01), "0"), (gain(low=-0.2, high=-0.1), "−"), (gain(low=0.0), "0"),
        (gain(low=NAN, high=NAN), ""), (gain("pairs"), "pairs"),
    ],
)  # fmt: skip
def test_a_gain_is_judged_by_its_interval_over_images(row, verdict):
    assert findings.verdict(row) == verdict
    assert findings.in_words(row)


def test_folds_by_pairs_are_read_beside_the_matched_null_alone():
    assert findings.in_words(gain("pairs")).startswith("More than where nothing is to be found (−.042)")
    assert findings.in_words(gain("pairs", p_gain=0.2)).startswith("No more than where")
    nothing = gain("pairs", p_gain=NAN, matched_gain=NAN, permutations=0, smallest_p=NAN)
    assert "says nothing of the maps" in findings.in_words(nothing)


@pytest.mark.parametrize("rows", [[gain("pairs")], [gain(), gain("pairs")]])
def test_the_t_test_over_folds_by_pairs_is_nowhere(rows):
    """Neither its t (39.5) nor its p, in whatever form."""
    told = Tables(rows)
    page = findings_page.body(told, STUDY) + tables.body("gain", rows, "summary.tsv")
    page += "\n".join(findings.five_lines(told, "importance/images"))
    assert not any(text in page for text in ("39.5", "e-47", "&lt; .001", "t-test"))


def test_a_study_of_pair_folds_alone_claims_nothing():
    told = Tables([gain("pairs")])
    assert findings.warnings(told)[0] == findings.ALL_BY_PAIRS
    assert "No gain of this study tests the maps" in findings_page.body(told, STUDY)
    assert "better" not in findings_page.body(told, STUDY)


def test_the_largest_gain_is_among_those_that_hold():
    rows = [gain(), gain(backbone="noisy", gain=0.9, low=-0.4, high=2.2), gain("pairs", gain=0.95)]
    said = findings.main_finding(rows)
    assert "in 1 of 2 comparisons" in said
    assert ".122 [.080, .163] (animals, vgg16, strict)" in said


@pytest.mark.parametrize(
    "changed, doubt",
    [
        ({"full": -0.1}, "do not agree with people"), ({"full": NAN}, "undefined"),
        ({"p_baseline": 0.3}, "not told from chance"), ({"folds_undefined": 3}, "folds are undefined"),
        ({"permutations": 0, "smallest_p": NAN}, "no permutations"),
        ({"permutations": 3, "smallest_p": 0.25}, "below .250"),
    ],
)  # fmt: skip
def test_doubts(changed, doubt):
    (found,) = findings.doubts(gain(**changed))
    assert doubt in found
    assert findings.doubts(gain()) == {}


def test_a_doubt_that_many_share_is_told_once():
    rows = [gain(backbone=f"net{number}", p_baseline=0.3) for number in range(6)]
    (said,) = findings.warnings(Tables(rows))
    assert "net0 (strict, p = .300)" not in said and "all 6 comparisons" in said
    said = findings.warnings(Tables([*rows, gain()]))
    assert len(said) == 1 and "net0 (strict, p = .300)" in said[0] and "and 3 more" in said[0]


def test_of_many_intervals_some_exclude_zero_by_chance():
    rows = [gain(backbone=f"net{number}") for number in range(40)]
    assert "about 2 would exclude zero by chance" in findings.warnings(Tables(rows))[-1]


def heat(kind, deletion, insertion, **changed):
    row = {"stimuli": "animals", "backbone": "vgg16", "measure": "cosine-spearman", "kind": kind, "warnings": ""}
    row |= {"r_activation_median": 0.8, **dict.fromkeys(("r_activation", "r_permuted", "r_partners", "r_raters"), 0.5)}
    for way, low in (("deletion", deletion), ("insertion", insertion)):
        for name in ("", "_better", "_beyond"):
            row |= {f"{way}_20{name}": low + 0.1, f"{way}_20{name}_low": low, f"{way}_20{name}_high": low + 0.2}
    return row | changed


def test_heatmaps_are_judged_beyond_permuted_labels():
    better = heat("importance/images", -0.1, -0.1, deletion_20_better_low=0.1)
    assert findings.heatmap_words(better) == "No more faithful than plain activation."
    assert "by deletion alone" in findings.heatmap_words(heat("place", 0.1, -0.1))
    assert "by deletion and by insertion" in findings.heatmap_words(heat("place", 0.1, 0.1))
    unmeasured = heat("place", NAN, NAN)
    assert findings.heatmap_words(unmeasured).startswith("Not measured")


def looked(**changed):
    return {
        "stimuli": "animals", "backbone": "vgg16", "measure": "cosine-spearman", "source": "maps",
        "kind": "importance/images", "statistic": "precision", "saliency_percent": 10.0, "heatmap_percent": 10.0,
        "images": 120, "value": 0.2, "chance": 0.1, "on_grid": 0.2, "shuffled": 0.15, "p_shuffled": 0.0001,
        "minus_activation": -0.006, "minus_activation_low": -0.014, "minus_activation_high": 0.002,
        "minus_centre": 0.1, "minus_centre_low": 0.05, "minus_centre_high": 0.15,
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    "changed, end",
    [
        ({}, "but no more than plain activation has."),
        ({"minus_activation_low": 0.001}, "and more than plain activation has."),
        ({"minus_activation_high": -0.001}, "but less than plain activation has."),
        ({"p_shuffled": 0.2}, "No more than with other images' saliency."),
        ({"p_shuffled": NAN}, "too few images have both."),
    ],
)  # fmt: skip
def test_saliency_is_asked_the_hardest_question_last(changed, end):
    assert findings.saliency_words(looked(**changed)).endswith(end)


def test_the_middle_share_is_told():
    rows = [looked(saliency_percent=s, heatmap_percent=h) for s in (5.0, 10.0, 15.0) for h in (5.0, 10.0, 15.0)]
    assert findings.main_saliency(rows, "importance/images") == [looked()]


def test_all_tables_stand_on_one_page_each():
    rows = {
        "gain": [gain(), gain("pairs")], "heatmaps": [heat("place", 0.1, 0.1), heat("harm", -1.0, -1.0)],
        "saliency": [looked(), looked(heatmap_percent=5.0),
                     looked(statistic="CC", saliency_percent=NAN, heatmap_percent=NAN)],
        "notes": [{"stimuli": "animals", "source": "images", "note": "3 of <16 bits>"}],
        "agreement": [{"stimuli": "animals", "measure": "m", "backbone_a": "a", "backbone_b": "b", "kind": kind,
                       "images": 120, "mean": 0.4, "sd": 0.2, "r_entropy": NAN}
                      for kind in ("importance/set", "activation")],
        "similarities": [{"stimuli": "animals", "backbone": "a", "measure_a": "m", "measure_b": "n", "kind": "place",
                          "images": 120, "mean": 0.4, "mean_beyond": 0.3, "spearman": 0.6, "spearman_null_low": 0.4,
                          "spearman_null_high": 0.5, "jaccard": 0.3, "jaccard_chance": 0.1}],
        "transfer": [{"backbone": "a", "measure": "m", "learnt_on": "x", "tested_on": "y", "in_sample": False,
                      "maps_kept": 30, "full": 0.5, "kept": 0.4, "change": -0.1, "random_mean": -0.02,
                      "random_low": -0.05, "random_high": 0.01, "spearman": 0.05}],
        "categories": [{"stimuli": "animals", "backbone": "a", "analysis": "strict", "scope": "within", "pairs": 100,
                        "set_alignment": 0.3, "set_border_alone": NAN, "set_beyond_border": NAN, "full": 0.3,
                        "retained": 0.4, "gain": 0.1, "gain_low": 0.0, "gain_high": 0.2}],
    }  # fmt: skip
    assert rows.keys() == tables.TABLES.keys()
    for name, own in rows.items():
        body = tables.body(name, own, "results/x.tsv")
        assert body.count("<tr>") == 1 + len(tables.TABLES[name].shown(own)) and "results/x.tsv" in body
        assert "nan" not in body
    coarse = [gain(prefixes="all"), gain(prefixes="none"), gain(prefixes="32")]
    assert tables.body("gain", coarse, "").count("prefixes)") == tables.body("gain", coarse, "").count("(32 ") == 1
    assert "&lt;16 bits&gt;" in tables.body("notes", rows["notes"], "")
    assert tables.body("saliency", rows["saliency"], "").count("<tr>") == 3
    assert "0 are above and 1 below" in tables.body("transfer", rows["transfer"], "").replace("</p>", "")
    assert tables.body("notes", [], "").startswith("<p>Nothing")
