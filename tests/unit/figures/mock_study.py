"""Seeded tables as a study of any size would leave them: no networks, no images, numbers of a likely size.

Each function gives the table that a figure is drawn from; :func:`figures` draws them all.
"""

import itertools

import numpy as np
import pandas as pd

from ais.heatmaps import shown
from figures import (
    draw_additivity,
    draw_agreement,
    draw_categories,
    draw_faithfulness,
    draw_gain,
    draw_leak,
    draw_maps,
    draw_planted_truth,
    draw_pruning,
    draw_saliency,
    draw_strategies,
    draw_transfer,
)

SETS = ["animals", "automobiles", "fruits", "furniture", "various", "vegetables"]
NETWORKS = [
    *("barlow_twins_resnet50", "densenet161", "efficientnet_b4", "inception_v3"),
    *("resnet152", "vgg16_ecoset", "vgg16_imagenet", "vgg16_random_init"),
]
MEASURE = "cosine-spearman"
ANALYSES = {"paper": ("pairs", "one_shot"), "strict": ("images", "one_shot")}
STRATEGIES = ("one_shot", "positive", "stability", "iterative", "greedy", "random", "reversed", "nonnegative_ridge")


def measured(sets, networks):
    return [{"stimuli": a, "backbone": b, "measure": MEASURE} for a, b in itertools.product(sets, networks)]


def random_of(*names):
    """Numbers of their own for each figure, the same in every run."""
    return np.random.default_rng([sum(map(ord, name)) for name in names] or [0])


def summary(sets, networks, analyses=ANALYSES):
    """As results/inference/summary.tsv."""
    random, rows = random_of("summary"), []
    for a, b in itertools.product(sets, networks):
        full = random.uniform(0.25, 0.55)
        for name, (split, strategy) in analyses.items():
            pairs = split == "pairs"
            gain = random.uniform(0.1, 0.25) if pairs else random.uniform(0.0, 0.16)
            matched = random.uniform(0.03, 0.08) if pairs else random.uniform(-0.05, -0.02)
            rows.append({
                "stimuli": a, "backbone": b, "analysis": name, "split": split, "similarity": "cosine",
                "alignment": "spearman", "pruning": strategy, "images": 120, "pairs_judged": 7140, "maps": 512,
                "folds": 40, "full": full, "retained": full + gain, "n_retained": random.uniform(80, 420), "gain": gain,
                "gain_low": np.nan if pairs else gain - 0.06, "gain_high": np.nan if pairs else gain + 0.06,
                "interval": "" if pairs else "nadeau_bengio", "matched_gain": matched, "matched_low": matched - 0.02,
                "matched_high": matched + 0.02, "permutations": 200,
                "ceiling_another_panel": 0.9 - 0.01 * pairs, "ceiling_noise_free_model": 0.949 - 0.006 * pairs,
            })  # fmt: skip
    return pd.DataFrame(rows).sort_values("split", kind="stable", ignore_index=True)


def curves(name, networks, maps=512, analyses=ANALYSES):
    """Pruning curves of a set, through the script's own means and intervals."""
    random, each = random_of("curves", name), []
    kept = np.arange(1, maps + 1)
    for network, (analysis, (split, _)) in itertools.product(networks, analyses.items()):
        best = random.uniform(0.3, 0.7) * maps
        mean = 0.7 - 0.06 * np.abs(np.log(kept / best)) ** 1.5
        folds = mean + random.normal(0, 0.03, (5, 1))
        ratio = 0.25 if split == "images" else None
        each.append(
            draw_pruning.curve_table(kept, folds + 0.05, folds, ratio).assign(
                stimuli=name, backbone=network, analysis=analysis, split=split, n_retained=best, retained=0.68,
                another_panel=0.9, noise_free_model=0.949, images=120, folds=40,
            )
        )  # fmt: skip
    return pd.concat(each, ignore_index=True)


def leak(sets, networks):
    random, rows = random_of("leak"), []
    for about in measured(sets, networks):
        for world, level in (("observed", 0.15), ("labels", 0.0), ("matched", -0.04)):
            for seen in (2, 1, 0):
                gain = level + 0.05 * seen + random.uniform(-0.02, 0.02)
                spread = 0.03 if world != "observed" else 0.0
                rows.append(about | {"world": world, "images_seen": seen, "gain": gain, "low": gain - spread})
                rows[-1] |= {"high": gain + spread, "worlds": 20 if spread else 1}
    return pd.DataFrame(rows)


def additivity(sets, networks):
    random, each = random_of("additivity"), []
    top = np.array([1, 2, 5, 10, 20, 50, 100, 200])
    for about in measured(sets, networks):
        total = np.cumsum(np.full(len(top), random.uniform(0.01, 0.03)))
        ratio = 1 + random.uniform(0.02, 0.1) * np.arange(len(top))
        each.append(pd.DataFrame({"top": top, "joint": total * ratio, "sum": total, "ratio": ratio}).assign(**about))
    return pd.concat(each, ignore_index=True)


def maps(name, networks, number=512):
    """As results/inference/{stimuli}/{backbone}/{measure}.tsv, ranked."""
    random, each = random_of("maps", name), []
    for about in measured([name], networks):
        score = random.normal(0.0002, 0.001, number)
        wide = random.uniform(0.0008, 0.002, number)
        q = np.clip(np.exp(-2500 * score), 0, 1)
        table = pd.DataFrame({"map": np.arange(number), "importance": score, "q": q, "low": score - wide})
        table = table.assign(high=score + wide, q_new_images=np.clip(q * 20, 0, 1))
        table["selection_frequency"] = np.clip(0.5 + score * 300, 0, 1)
        each.append(draw_maps.ranked(table).assign(**about))
    return pd.concat(each, ignore_index=True)


def categories(sets, networks, number=200):
    random, each = random_of("categories"), []
    for about in measured(sets, networks):
        found = random.normal(0, 0.002, (number, 2))
        table = pd.DataFrame({"map": range(number), "all": found[:, 0], "within": found[:, 0], "across": found[:, 1]})
        each.append(table.assign(border=found[:, 1], **about))
    return pd.concat(each, ignore_index=True)


def faithfulness(name, networks):
    random, rows = random_of("faithfulness", name), []
    for about, kind, way in itertools.product(measured([name], networks), shown.NAMES, draw_faithfulness.TITLES):
        drop, beyond = random.uniform(-0.08, 0.13), random.uniform(-0.02, 0.03)
        row = about | {"kind": kind, "images": 120, "way": way, "drop": drop, "drop_low": drop - 0.02}
        row |= {"drop_high": drop + 0.02, "null": random.uniform(-0.01, 0.03), "beyond": beyond}
        beyond = np.nan if kind == "activation" else beyond
        rows.append(row | {"beyond_low": beyond - 0.01, "beyond_high": beyond + 0.01})
    return pd.DataFrame(rows)


def saliency(name, networks, sources=("maps",)):
    """Curves and summary of saliency of a set."""
    random, lines, rows = random_of("saliency", name), [], []
    about = [each | {"source": source} for each in measured([name], networks) for source in sources]
    for each, kind in itertools.product(about, [*shown.NAMES, "centre"]):
        level = random.uniform(0.1, 0.3)
        for percent in (1, 2, 5, 10, 15, 25, 50, 100):
            row = each | {"kind": kind, "saliency_percent": 10, "heatmap_percent": percent, "images": 120}
            row |= {"precision": level * (1 - percent / 200), "recall": percent / 100}
            lines.append(row | {"precision_shuffled": 0.12, "recall_shuffled": percent / 100})
        for truth, guess in itertools.product((5, 10, 15), repeat=2):
            minus = np.nan if kind == "activation" else random.uniform(-0.05, 0.05)
            row = each | {"kind": kind, "statistic": "precision", "saliency_percent": truth, "heatmap_percent": guess}
            row |= {"images": 120, "value": level, "chance": truth / 100, "shuffled": 0.12, "minus_activation": minus}
            rows.append(row | {"minus_activation_low": minus - 0.02, "minus_activation_high": minus + 0.02})
    return pd.DataFrame(lines), pd.DataFrame(rows)


def agreement(name, networks):
    random, rows = random_of("agreement", name), []
    for (a, b), kind in itertools.product(itertools.combinations(networks, 2), draw_agreement.KINDS):
        row = {"stimuli": name, "measure": MEASURE, "backbone_a": a, "backbone_b": b, "kind": kind, "images": 120}
        rows.append(row | {"mean": random.uniform(-0.3, 0.95)})
    return pd.DataFrame(rows)


def transfer(sets, networks):
    random, rows = random_of("transfer"), []
    for network, one, other in itertools.product(networks, sets, sets):
        change = random.uniform(0.05, 0.2) if one == other else random.uniform(-0.25, 0.05)
        row = {"backbone": network, "measure": MEASURE, "learnt_on": one, "tested_on": other, "change": change}
        rows.append(row | {"in_sample": one == other, "random_low": -0.15, "random_high": -0.01})
    return pd.DataFrame(rows)


def planted_truth(networks):
    random, rows = random_of("planted"), []
    for about, kind, image in itertools.product(measured(["shapes"], networks), shown.NAMES, range(12)):
        rows.append(about | {"image": f"i{image}", "kind": kind, "area": 0.1, "mass": random.uniform(0.1, 0.6)})
    return pd.DataFrame(rows)


def strategies(name, networks):
    analyses = {strategy: ("images", strategy) for strategy in STRATEGIES}
    return draw_strategies.by_strategy(summary([name], networks, analyses))


def figures(sets, networks):
    """Every figure of a study: its name, and a function that draws its pages; those of a set, of each set."""
    drawn = {
        "pruning_gain": lambda: draw_gain.draw(draw_gain.drawn_from(summary(sets, networks))),
        "leak": lambda: draw_leak.draw(leak(sets, networks)),
        "additivity": lambda: draw_additivity.draw(additivity(sets, networks), measured(sets, networks)),
        "categories": lambda: draw_categories.draw(categories(sets, networks)),
    }
    if len(sets) > 1:
        drawn["transfer"] = lambda: draw_transfer.draw(transfer(sets, networks))
    for name in sets:
        of_set = {
            "pruning_curves": lambda name=name: draw_pruning.draw(curves(name, networks)),
            "important_maps": lambda name=name: draw_maps.draw(maps(name, networks)),
            "strategies": lambda name=name: draw_strategies.draw(strategies(name, networks)),
            "faithfulness": lambda name=name: draw_faithfulness.draw(faithfulness(name, networks)),
            "saliency": lambda name=name: draw_saliency.draw(draw_saliency.drawn(*saliency(name, networks))),
            "saliency_grid": lambda name=name: draw_saliency.draw_grid(saliency(name, networks)[1]),
        }
        if len(networks) > 1:
            of_set["agreement"] = lambda name=name: draw_agreement.draw(agreement(name, networks))
        drawn |= {f"{figure}/{name}": draw for figure, draw in of_set.items()}
    drawn["planted_truth"] = lambda: draw_planted_truth.draw(planted_truth(networks[:2]))
    return drawn
