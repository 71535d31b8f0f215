"""Shards are put together only if they belong together and nothing is missing."""

import numpy as np
import pytest

from ais.artifacts import store
from ais.artifacts.shards import shard_of
from ais.errors import InputError
from importance import score_maps

OPTIONS = "--alignment spearman --mask all --similarity cosine"
DIGESTS = {"features": "d" * 64, "judgments": "e" * 64}


def shard(path, maps, *, of=5, baseline=0.5, options=OPTIONS, **other_digests):
    facts = {f"{name}_digest": digest for name, digest in (DIGESTS | other_digests).items()} | {"maps": of}
    with store.create(path, "importance-shard", ["a", "b"], options, facts) as file:
        store.write_array(file, "map", np.asarray(maps))
        for part, subsets in (("set", 1), ("images", 2)):
            store.write_array(file, f"{part}/baseline", np.full(subsets, baseline))
            store.write_array(file, f"{part}/score", np.tile(np.asarray(maps) / 10, (subsets, 1)))
    return str(path)


def merge(tmp_path, *paths):
    output = tmp_path / "merged.h5"
    sources = []
    for name, digest in DIGESTS.items():
        (tmp_path / f"{name}.sha256").write_text(f"{digest}  {name}.h5\n")
        sources += [f"--{name}", str(tmp_path / f"{name}.h5")]
    arguments = ["--from-shards", *paths, *sources, "--output", str(output)]
    score_maps.main(score_maps.parser().parse_args(arguments))
    return output


def test_shards_are_put_together_in_order(tmp_path):
    merged = merge(tmp_path, shard(tmp_path / "1.h5", [0, 1, 2]), shard(tmp_path / "2.h5", [3, 4]))
    with store.opened(merged, "importance", ["a", "b"]) as file:
        assert file["set/score"][:].tolist() == [0, 0.1, 0.2, 0.3, 0.4]
        assert file["images/score"].shape == (2, 5)
        assert file["set/baseline"][()] == 0.5
        assert file.attrs["features_digest"] == DIGESTS["features"]


def test_the_number_of_shards_leaves_no_trace(tmp_path):
    one = merge(tmp_path / "one", shard(tmp_path / "one/1.h5", range(5)))
    two = merge(tmp_path / "two", shard(tmp_path / "two/1.h5", [0]), shard(tmp_path / "two/2.h5", [1, 2, 3, 4]))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"maps": [4]}, "the shards hold 4 maps; expected each of the 5 once"),
        ({"maps": [2, 3, 4]}, "the shards hold 6 maps; expected each of the 5 once"),
        ({"maps": [4, 3]}, "expected each of the 5 once"),
        ({"maps": [3, 4], "features": "other"}, "2.h5: features_digest is other, but d+…? in .*1.h5"),
        ({"maps": [3, 4], "options": "--mask self"}, "2.h5: options is --mask self, but --alignment .* in"),
        (
            {"maps": [3, 4], "baseline": 0.4},
            "2.h5: its alignment with all maps differs from that of .*1.h5",
        ),
    ],
)
def test_shards_that_do_not_belong_together_are_refused(tmp_path, second, message):
    first = shard(tmp_path / "1.h5", [0, 1, 2])
    with pytest.raises(InputError, match=message):
        merge(tmp_path, first, shard(tmp_path / "2.h5", **second))
    assert not (tmp_path / "merged.h5").exists()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"judgments": "0" * 64}, "1.h5: made from other judgments than .*judgments.h5. Delete .*1.h5 and run"),
        ({"options": "--mask self"}, "1.h5: made with --mask self; expected --alignment spearman --mask all"),
    ],
)
def test_shards_of_another_study_under_this_name_are_refused(tmp_path, other, message):
    with pytest.raises(InputError, match=message):
        merge(tmp_path, shard(tmp_path / "1.h5", range(5), **other))


def test_shards_cover_everything_once():
    for shards in (1, 2, 3, 7, 12):
        assert np.concatenate([shard_of(10, s, shards) for s in range(1, shards + 1)]).tolist() == list(range(10))
    with pytest.raises(InputError, match="found 4 of 3"):
        shard_of(10, 4, 3)
