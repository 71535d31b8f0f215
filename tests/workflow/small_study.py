"""A study of twelve noisy pictures and a network with random weights: small enough to break in many ways."""

import csv
from pathlib import Path

import numpy as np
import timm
import torch
import yaml
from PIL import Image
from safetensors.torch import save_file

IDS = [f"image{number:02d}" for number in range(12)]


def write(folder: Path) -> dict:
    """Write images, ratings, saliency maps and a checkpoint; return the study that names them."""
    random = np.random.default_rng(0)
    for kind in ("images", "gaze"):
        (folder / kind).mkdir(parents=True)
        for name in IDS:
            size = (64, 96, 3) if kind == "images" else (32, 48)
            Image.fromarray(random.integers(0, 256, size, dtype=np.uint8)).save(folder / kind / f"{name}.png")
    write_ratings(folder, IDS)
    kinds = "".join(f"{name},{'abc'[number % 3]}\n" for number, name in enumerate(IDS))
    (folder / "categories.csv").write_text(f"image,category\n{kinds}", encoding="utf-8")  # a study may name them
    torch.manual_seed(0)
    save_file(timm.create_model("test_resnet", num_classes=5).state_dict(), folder / "network.safetensors")
    return {
        "stimuli": {"small": {"images": "images", "judgments": "ratings.csv", "saliency": {"maps": "gaze"}}},
        "backbones": {
            "tiny": {
                "architecture": "timm/test_resnet",
                "weights": "network.safetensors",
                "classes": 5,
                "preprocessing": {"base": "paper", "resize": 64},
            }
        },
        "analyses": {"paper": {"split": "pairs"}, "strict": {"split": "images"}},
        "folds": {"number": 3, "seeds": [1, 2]},
        "permutations": 3,
    }


def write_ratings(folder: Path, ids: list[str]) -> None:
    """A square matrix of ratings from 1 to 5, the same for the same ids."""
    random = np.random.default_rng(1)
    matrix = random.integers(1, 5, (len(ids), len(ids)))
    matrix = np.tril(matrix, -1) + np.tril(matrix, -1).T + 5 * np.eye(len(ids), dtype=int)
    with open(folder / "ratings.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["", *ids])
        table.writerows([name, *row] for name, row in zip(ids, matrix, strict=True))


def rerate(folder: Path) -> None:
    """Change one pair's rating, on both sides of the diagonal."""
    path = folder / "ratings.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    rows[1][3] = rows[3][1] = str(1 + int(rows[1][3]) % 4)
    path.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")


def write_study(folder: Path, study: dict) -> Path:
    """Write a study as ``mine.yaml``."""
    (folder / "mine.yaml").write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    return folder / "mine.yaml"
