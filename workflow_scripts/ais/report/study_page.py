"""The study's page: what is compared, from which files, by which settings, with what."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import h5py

from ais.artifacts import store
from ais.report import findings
from ais.report.html import Column, bullets, heading, paragraph, table
from ais.report.numbers import counted, some_of, told

CITATION = (
    "Truong, N., Pesenti, D., & Hasson, U. (2025). Explaining Human Comparisons using Alignment-Importance Heatmaps. "
    "Computational Brain & Behavior, 8(3). arXiv:2409.16292."
)


def facts_of(features: str | Path) -> dict:
    """What an artifact of features tells of its network, and what it was made with; its arrays are not read."""
    with h5py.File(features, "r") as file:
        shape = file["maps"].shape
        told_of = {name: str(file.attrs[name]) for name in ("architecture", "layer", "readout", "weights_digest")}
    made_with = Path(features).with_suffix(".json")
    versions = json.loads(made_with.read_text(encoding="utf-8"))["made_with"] if made_with.is_file() else {}
    return told_of | {
        "maps": shape[1],
        "cells": f"{shape[2]} × {shape[3]}",
        "features_digest": store.recorded_digest(features),
        "versions": {"python": versions["python"], **versions["versions"]} if versions else {},
    }


def body(study: Mapping, gains: Sequence[Mapping], networks: Sequence[Mapping], judgments: Mapping[str, str]) -> str:
    """The page's content, as HTML.

    ``networks``: :func:`facts_of` each artifact of features, with its ``stimuli`` and ``backbone``; ``judgments``: the
    digest of each set's, where people judged it.
    """
    sets = {row["stimuli"]: row for row in gains}
    of_set = [
        {"stimuli": name, "digest": judgments.get(name, ""), **settings["heatmaps"], **sets.get(name, {})}
        for name, settings in sorted(study["stimuli"].items())
    ]
    parts = [
        heading("Sets"),
        table("Images and judgments", _SETS, of_set),
        heading("Networks"),
        table("The deepest convolutional layer unless the study says otherwise", _NETWORKS, networks),
        heading("Analyses"),
        table("Each a way to compare and a way to split", _ANALYSES, _analyses(study)),
        bullets(findings.SPLITS.values()),
        heading("Folds"),
        paragraph(_folds(study)),
        heading("Made with"),
        paragraph("; ".join(sorted(_versions(networks))) or "Not recorded."),
        heading("Settings"),
        paragraph("All that bears on the results, defaults included.", "quiet"),
        f"<pre>{escape(json.dumps(study, indent=2, ensure_ascii=False))}</pre>\n",
        heading("How to cite"),
        paragraph(f"{CITATION} And this software, by its CITATION.cff."),
    ]
    return "".join(parts)


def _analyses(study: Mapping) -> list[dict]:
    return [{"name": name, **analysis} for name, analysis in sorted(study["analyses"].items())]


def _folds(study: Mapping) -> str:
    number, seeds = study["folds"]["number"], study["folds"]["seeds"]
    listed = ", ".join(map(str, seeds))
    return f"{number} folds for each of {some_of(len(seeds), 'seed')} ({listed}): {number * len(seeds)} folds."


def _versions(networks: Sequence[Mapping]) -> set[str]:
    """Each set of versions that features were made with, as text."""
    return {", ".join(f"{name} {version}" for name, version in each["versions"].items()) for each in networks} - {""}


def _words(title: str, name: str) -> Column:
    return Column(title, lambda row: str(row[name]) if findings.known(row.get(name)) else "")


def _count(title: str, name: str) -> Column:
    return Column(title, lambda row: counted(row.get(name)), lambda row: row.get(name))


def _digest(title: str, name: str) -> Column:
    return Column(title, lambda row: f"{row[name][:16]}…" if row[name] else "–")


_SETS = [
    _words("set", "stimuli"),
    _count("images", "images"),
    _count("pairs judged", "pairs_judged"),
    Column(
        "noise ceiling",
        lambda row: told(row.get("ceiling_another_panel")),
        lambda row: row.get("ceiling_another_panel"),
        "what another panel of raters of the same size would reach, on test pairs",
    ),
    _digest("judgments (SHA-256)", "digest"),
    _words("scores of another set", "scores_from"),
]  # fmt: skip
_NETWORKS = [
    _words("network", "backbone"),
    _words("set", "stimuli"),
    _words("architecture", "architecture"),
    _words("layer", "layer"),
    _count("maps", "maps"),
    _words("cells", "cells"),
    Column("readout", lambda row: row["readout"].replace("_", " ")),
    _digest("weights (SHA-256)", "weights_digest"),
    _digest("features (SHA-256)", "features_digest"),
]
_ANALYSES = [
    _words("analysis", "name"),
    _words("folds by", "split"),
    _words("similarity", "similarity"),
    _words("alignment", "alignment"),
    _words("mask", "mask"),
    _words("pruning", "pruning"),
    _words("prefixes", "prefixes"),
    _words("reweighting", "reweight"),
]
