"""Draw the leak of folds by pairs: the gain on test pairs by how many of their images were in training."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run

SEEN = (2, 1, 0)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of measure_leak.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """A row a world and number of images seen: the gain, for nulls its mean and middle 95 %."""
    gains = table.groupby(["world", "images_seen"], sort=False)["gain"]
    found = gains.mean().to_frame("gain")
    found["low"], found["high"] = gains.quantile(0.025), gains.quantile(0.975)
    return found.assign(worlds=gains.count()).reset_index()


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a comparison: observed (red), labels permuted (grey) and the matched null (blue)."""
    from ais.figures import layout, pages, style

    style.theme()
    worlds = {
        "labels": ("people's labels permuted", {"color": style.QUIET, "marker": "s", "ms": 2.5}),
        "matched": ("matched null", {"color": style.ALL_MAPS, "marker": "D", "ms": 2.5}),
        "observed": ("observed", {"color": style.RETAINED, "marker": "o", "ms": 3}),
    }
    key = [worlds[world] for world in ("observed", "matched", "labels")]
    key += [("middle 95 % of its worlds", {"color": style.QUIET, "alpha": 0.3, "lw": 5})]
    table = table.assign(network=layout.networks(table))
    span = layout.limits(table[["gain", "low", "high"]].to_numpy())
    x, drawn = np.arange(len(SEEN)), []
    for page in pages.facets(table["stimuli"].unique(), table["network"].unique()):
        made, panels = layout.facets(
            page, height=21, key=key, x="of a test pair's two images, seen in training", y="gain in alignment"
        )
        for (stimuli, network), panel in panels.items():
            own = table[(table["stimuli"] == stimuli) & (table["network"] == network)]
            panel.axhline(0, color="black", lw=0.5)
            for world, (_, look) in worlds.items():
                gains = own[own["world"] == world].set_index("images_seen").reindex(SEEN)
                if world != "observed":
                    panel.fill_between(x, gains["low"], gains["high"], color=look["color"], alpha=0.25, lw=0)
                panel.plot(x, gains["gain"], **look)
            panel.set_xticks(x, ["both", "one", "none"])
            panel.set_xlim(-0.4, len(SEEN) - 0.6)
            panel.set_ylim(span)
            layout.numbers(panel, y=4)
        drawn.append(made.figure)
    return drawn


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    tables = [
        summary(pd.read_csv(path, sep="\t")).assign(**about) for about, path in compared(arguments, arguments.tables)
    ]
    table = pd.concat(tables, ignore_index=True)
    table = table[["stimuli", "backbone", "measure", "world", "images_seen", "gain", "low", "high", "worlds"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
