"""The procedure by triplets: what is planted is found, as by plain loops; both nulls; ceilings of repeated triplets."""

from collections import Counter

import numpy as np
import pytest
from unit import plain_triplets as plain

from ais.engine import importance, masking, pruning, triplets
from ais.engine.judged import part
from ais.engine.strategies import Train
from ais.inference import nulls, procedure, triplet_ceiling, triplet_worlds
from ais.stimuli.triplets import OddOnes, splits

IMAGES, MAPS, PLANTED = 24, 12, 4


@pytest.fixture(scope="module")
def planted():
    """People compare by the first maps alone, with some noise; the network has as many again, and louder ones."""
    random = np.random.default_rng(0)
    features = random.gamma(0.6, size=(IMAGES, MAPS)) * np.where(np.arange(MAPS) < PLANTED, 1.0, 1.3)
    features[:, MAPS - 1] = 0  # a dead map
    own = features[:, :PLANTED] / np.linalg.norm(features[:, :PLANTED], axis=1, keepdims=True)
    people = own @ own.T
    answers = []
    for _ in range(700):
        a, b, c = random.permutation(IMAGES)[:3]
        three = np.array([people[a, b], people[a, c], people[b, c]]) + random.normal(0, 0.02, 3)
        answers.append([(a, b, c), (a, c, b), (b, c, a)][three.argmax()])
    answers = np.array(answers)
    judged, left, right = triplets.Triplets.of(answers)
    return features, answers, judged, masking.Pooled(features, "cosine", left, right)


def test_planted_maps_lead_as_a_plain_loop_says(planted):
    features, answers, judged, masked = planted
    found = importance.score_maps(masked, judged.subsets([np.arange(judged.size)]), range(MAPS))
    baseline, score = plain.importance(features, answers, "cosine")
    assert found.baseline[0] == pytest.approx(baseline, abs=1e-12)
    np.testing.assert_allclose(found.score[0], score, atol=1e-12)
    assert set(pruning.ranking(score)[:PLANTED]) == set(range(PLANTED))
    assert score[:PLANTED].min() > 0 and score[MAPS - 1] == 0


@pytest.mark.parametrize("split", ["pairs", "images"])
def test_the_procedure_is_the_plain_steps_and_gains_what_is_planted(planted, split):
    features, answers, judged, masked = planted
    per_seed = [splits(OddOnes(answers))[split](IMAGES, 2, seed) for seed in (1, 2)]
    train, test = (np.concatenate(side) for side in zip(*per_seed, strict=True))
    grid = procedure.prefix_grid(MAPS, 5)
    found = triplet_worlds.run(masked, judged, train, test, grid)
    for fold in range(len(train)):
        _, score = plain.importance(features, answers[train[fold]], "cosine")
        order = np.argsort(-score, kind="stable")
        on_train, on_test = ([plain.share(features * np.isin(range(MAPS), order[:m]), answers[own[fold]], "cosine")
                              for m in grid] for own in (train, test))  # fmt: skip
        best = int(np.nanargmax(on_train))
        assert found.n_retained[0, fold] == grid[best]
        assert found.retained[0, fold] == pytest.approx(on_test[best], abs=1e-12)
        assert found.full[0, fold] == pytest.approx(on_test[-1], abs=1e-12)
    assert found.gain[0] > 0.05


def test_label_null_is_permuting_the_networks_images(planted):
    features, answers, judged, masked = planted
    order = nulls.permutation(IMAGES, 1, 0)
    permuted = triplet_worlds.permuted_labels(masked, order)
    found = importance.score_maps(permuted, judged.subsets([np.arange(judged.size)]), range(MAPS))
    baseline, score = plain.importance(features[order], answers, "cosine")
    assert found.baseline[0] == pytest.approx(baseline, abs=1e-12)
    np.testing.assert_allclose(found.score[0], score, atol=1e-12)
    folds = splits(OddOnes(answers))["images"](IMAGES, 2, 1)
    gains = [triplet_worlds.run(triplet_worlds.permuted_labels(masked, nulls.permutation(IMAGES, 1, n)), judged, *folds,
                                procedure.prefix_grid(MAPS, 5)).gain[0] for n in range(12)]  # fmt: skip
    assert abs(np.mean(gains)) < 0.04


def test_matched_null_keeps_questions_and_baseline_and_leaves_nothing_to_find(planted):
    features, answers, judged, masked = planted
    network = masked.full()
    observed = judged.subsets([np.arange(judged.size)]).alignments(network[None])[0, 0]
    worlds = [triplet_worlds.matched(judged, network, nulls.permutation(IMAGES, 1, n), 1, n) for n in range(12)]
    baselines = []
    for world in worlds:
        assert np.array_equal(np.sort(world.images, axis=1), np.sort(answers, axis=1))
        assert np.array_equal(np.sort(world.pairs, axis=1), np.sort(judged.pairs, axis=1))
        baselines.append(plain.share(features, world.images, "cosine"))
    assert np.mean(baselines) == pytest.approx(observed, abs=0.02)
    folds = splits(OddOnes(answers))["images"](IMAGES, 2, 1)
    grid = procedure.prefix_grid(MAPS, 5)
    gains = [triplet_worlds.run(masked, world, *folds, grid).gain[0] for world in worlds]
    assert triplet_worlds.run(masked, judged, *folds, grid).gain[0] > max(gains)
    same = triplet_worlds.matched(judged, network, nulls.permutation(IMAGES, 1, 3), 1, 3)
    assert np.array_equal(same.images, worlds[3].images)


def test_where_the_network_says_nothing(planted):
    *_, judged, masked = planted
    for network in (np.zeros(masked.left.size), np.full(masked.left.size, np.nan)):
        world = triplet_worlds.matched(judged, network, np.arange(IMAGES), 1, 0)
        assert np.array_equal(np.sort(world.images, axis=1), np.sort(judged.images, axis=1))
    dead = masking.Pooled(np.zeros((IMAGES, MAPS)), "cosine", masked.left, masked.right)
    train = np.ones((1, judged.size), bool)
    train[:, ::3] = False
    found = triplet_worlds.run(dead, judged, train, ~train, procedure.prefix_grid(MAPS))
    assert np.isnan(found.full).all() and np.isnan(found.retained).all() and (found.n_retained == 0).all()


def test_part_holds_the_pairs_of_some_triplets_alone(planted):
    *_, judged, masked = planted
    chosen = np.arange(0, judged.size, 50)
    on, some = part(masked, judged, chosen)
    assert on.left.size <= 3 * chosen.size
    whole = judged.subsets([chosen]).alignments(masked.without(1)[None])
    assert some.subsets([np.arange(chosen.size)]).alignments(on.without(1)[None]) == whole
    assert Train(on, some, np.zeros(MAPS), "triplets").images.tolist() == np.unique(judged.images[chosen]).tolist()


def test_ceilings_are_those_of_a_plain_loop():
    random = np.random.default_rng(5)
    questions = np.array([random.permutation(8)[:3] for _ in range(12)])
    answers = random.permuted(questions[random.integers(0, 9, 60)], axis=1)
    answers = np.concatenate([answers, questions[9:]])  # asked once, unless drawn alike
    subsets = [np.arange(len(answers)), np.arange(len(answers)) % 2 == 0, np.array([60])]
    found = triplet_ceiling.ceilings(answers, subsets)
    asked = [tuple(sorted(row)) for row in answers]
    for at, subset in enumerate(subsets):
        agree, others_say, model = [], [], []
        for n in np.flatnonzero(subset) if subset.dtype == bool else subset:
            others = [answers[m][2] for m in range(len(answers)) if m != n and asked[m] == asked[n]]
            if not others:
                continue
            agree.append(np.mean([odd == answers[n][2] for odd in others]))
            most = Counter(others).most_common()
            first = [odd for odd, times in most if times == most[0][1]]
            others_say.append((answers[n][2] in first) / len(first))
            every = Counter([*others, answers[n][2]]).most_common()
            model.append(every[0][1] / (len(others) + 1))
        for own, expected in ((found.halves, agree), (found.panel, others_say), (found.model, model)):
            assert own[at] == pytest.approx(np.mean(expected)) if expected else np.isnan(own[at])
