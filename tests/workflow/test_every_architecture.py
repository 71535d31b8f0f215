"""Each known architecture, untrained, through the whole chain: twelve of the demo's images in, figures out."""

import h5py
import numpy as np
import pandas as pd
import pytest
from architectures import ARCHITECTURES
from workflow import small_study
from workflow.conftest import Workflow

from demo import make_demo


@pytest.mark.long
def test_every_architecture_runs_the_whole_chain(tmp_path):
    make_demo.main(make_demo.parser().parse_args(["--output", str(tmp_path / "demo")]))
    images = sorted((tmp_path / "demo/images").iterdir())
    for path in images[12:]:
        path.unlink()
    small_study.write_ratings(tmp_path, [path.stem for path in images[:12]])
    names = {each.name.replace("/", "-"): each for each in ARCHITECTURES}
    study = {
        "stimuli": {"few": {"images": "demo/images", "judgments": "ratings.csv"}},
        "backbones": {
            name: {
                "architecture": each.name,
                "weights": "random",
                # The demo's images are of a fixed side: whatever the network takes, they are brought to it.
                "preprocessing": {"base": "weights", "resize": side, "crop": side},
                "readout": "network" if each.own == "network" and "vgg" not in name else "auto",
            }
            for name, each in names.items()
            for side in [side_of(each)]
        },
        "analyses": {"paper": {"split": "pairs"}},
        "folds": {"number": 2, "seeds": [1]},
        "permutations": 0,
    }
    small_study.write_study(tmp_path, study)
    workflow = Workflow(tmp_path)
    workflow.succeeds("--configfile", "mine.yaml")
    summary = pd.read_csv(tmp_path / "results/pruning/summary.tsv", sep="\t").set_index("backbone")
    assert set(summary.index) == set(names)
    assert summary[["full", "retained"]].notna().all(axis=None)
    for name, each in names.items():
        with h5py.File(tmp_path / f"results/features/few/{name}.h5") as file:
            assert (file.attrs["layer"], file["maps"].shape) == (each.layer, (12, *each.maps))
            assert np.isfinite(file["entropy"][:]).all()
        assert (tmp_path / f"results/heatmaps/few/{name}/cosine-spearman.jpg").is_file()


def side_of(each) -> int:
    """The side of the images that give maps of the size in the table."""
    return {"torchvision/inception_v3": 299, "timm/inception_v3": 299, "timm/resnet10t": 176}.get(
        each.name, 256 if "256" in each.name else 224
    )
