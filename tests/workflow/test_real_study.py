"""Real photographs, real judgments, real weights: the numbers an independent plain program gave."""

import pandas as pd
import pytest
from workflow.conftest import SHARED_DATA, Workflow

STUDY = __file__.replace("test_real_study.py", "real_study.yaml")

# Alignment with all maps → with the retained ones, and how many: means over 40 folds.
EXPECTED = {
    ("animals", "mobilenet_v2", "paper"): (0.517, 0.730, 328),
    ("animals", "squeezenet1_1", "paper"): (0.354, 0.605, 90),
    ("fruits", "mobilenet_v2", "paper"): (0.457, 0.610, 351),
    ("fruits", "squeezenet1_1", "paper"): (0.497, 0.586, 182),
    ("animals", "mobilenet_v2", "strict"): (0.512, 0.634, 309),
    ("animals", "squeezenet1_1", "strict"): (0.349, 0.505, 88),
    ("fruits", "mobilenet_v2", "strict"): (0.451, 0.541, 339),
    ("fruits", "squeezenet1_1", "strict"): (0.489, 0.530, 172),
}

pytestmark = pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the real data is not at hand")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    workflow = Workflow(tmp_path_factory.mktemp("real"))
    data = workflow.path("data")
    data.mkdir()
    (data / "peterson").symlink_to(SHARED_DATA / "peterson")
    (data / "published_weights").symlink_to(SHARED_DATA / "weights")
    workflow.succeeds("--configfile", STUDY)
    return workflow


@pytest.fixture(scope="module")
def summary(study):
    table = pd.read_csv(study.path("results/pruning/summary.tsv"), sep="\t")
    return table.set_index(["stimuli", "backbone", "analysis"])


@pytest.mark.parametrize("case", EXPECTED, ids="-".join)
def test_alignment_and_maps_kept(summary, case):
    full, retained, kept = EXPECTED[case]
    assert summary.loc[case, "full"] == pytest.approx(full, abs=0.003)
    assert summary.loc[case, "retained"] == pytest.approx(retained, abs=0.003)
    assert summary.loc[case, "n_retained"] == pytest.approx(kept, abs=6)


@pytest.mark.parametrize("case", EXPECTED, ids="-".join)
def test_retained_beats_full(summary, case):
    assert summary.loc[case, "folds"] == 40
    assert summary.loc[case, "folds_won"] >= (40 if case[2] == "paper" else 36)


def test_nothing_is_left_to_do(study):
    assert study.has_nothing_to_do("--configfile", STUDY)
