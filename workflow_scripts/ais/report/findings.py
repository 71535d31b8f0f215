"""What was found, in words: of each comparison the gain on unseen images, what its heatmaps are worth, and what to
distrust. Says nothing that inference does not allow: no test over folds by pairs is evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ais.report.numbers import counted, some_of, told, told_interval, told_p

Row = Mapping[str, object]
CONTROLS = ("activation", "harm", "permuted")
LOW_BASELINE = 0.05  # p of the alignment with all maps above which importance has lost its meaning
TOP = 20  # percent of the cells that are masked or kept
ALL_BY_PAIRS = (
    "All folds of this study are by pairs. They share images between training and test, and let selection learn each "
    "image's mean similarity: no gain here tests the maps. Add an analysis with split: images."
)
SPLITS = {
    "images": "By images: test pairs hold only images that the selection never saw. This gain, with its interval over "
    "images, can be read as it stands.",
    "pairs": "By pairs, as published: test pairs share their images with training pairs, so that selection can learn "
    "each image's mean similarity and gains in every world. Read it only beside the matched null.",
}


@dataclass(frozen=True)
class Tables:
    """The rows of a study's summaries; of those that a study has not, none."""

    gains: Sequence[Row]
    heatmaps: Sequence[Row] = ()
    saliency: Sequence[Row] = ()
    notes: Sequence[Row] = ()


def name_of(row: Row) -> str:
    return f"{row['stimuli']}, {row['backbone']}"


def known(value) -> bool:
    return value is not None and value == value


def of_images(gains: Sequence[Row]) -> list[Row]:
    return [row for row in gains if row["split"] == "images"]


def verdict(row: Row) -> str:
    """What a gain says: +, − or 0 by its interval over images; "pairs" where folds share images; "" where undefined."""
    if row["split"] != "images":
        return "pairs"
    if not known(row["gain_low"]) or not known(row["gain_high"]):
        return ""
    return "+" if row["gain_low"] > 0 else "−" if row["gain_high"] < 0 else "0"


VERDICTS = {
    "+": "Agree better than all maps.",
    "−": "Agree less well than all maps.",
    "0": "Not told from all maps.",
    "": "No interval: too few folds are defined.",
}


def in_words(row: Row) -> str:
    """A sentence on a comparison's gain; of folds by pairs, only what the matched null allows."""
    found = verdict(row)
    if found != "pairs":
        return VERDICTS[found]
    if not known(row["matched_gain"]):
        return "No null beside it: says nothing of the maps."
    null = f"than where nothing is to be found ({told(row['matched_gain'])})."
    return f"{'More' if row['p_gain'] <= 0.05 else 'No more'} {null}"


def doubts(row: Row) -> dict[str, str]:
    """What to distrust in a comparison's gain: each doubt, with the number that it is about."""
    found = {}
    if not known(row["full"]):
        found["the alignment with all maps is undefined"] = ""
    elif row["full"] <= 0:
        found["all maps together do not agree with people, so importance has no meaning"] = told(row["full"])
    elif known(row["p_baseline"]) and row["p_baseline"] > LOW_BASELINE:
        about = f"p {equals(row['p_baseline'])}"
        found["the alignment with all maps is not told from chance, so importance says little"] = about
    if row["folds_undefined"]:
        found["folds are undefined and left out"] = f"{row['folds_undefined']:.0f} of {row['folds']:.0f}"
    if not row["permutations"]:
        found["no permutations, so nothing stands beside the gain"] = ""
    elif row["smallest_p"] > 0.05:
        number = some_of(int(row["permutations"]), "permutation")
        found[f"{number}, with which p cannot fall below {told(row['smallest_p'])}"] = ""
    return found


def equals(p: float) -> str:
    text = told_p(p)
    return text if text.startswith("<") else f"= {text}"


def beyond(row: Row, way: str) -> bool | None:
    """Whether a kind is better than activation beyond what it is with labels permuted; None where not measured."""
    low = row.get(f"{way}_{TOP}_beyond_low")
    if not known(low):
        low = row.get(f"{way}_{TOP}_better_low")
    return None if not known(low) else low > 0


def heatmap_words(row: Row) -> str:
    """A sentence on what a kind of heatmap is worth on held-out partners."""
    ways = [way for way in ("deletion", "insertion") if beyond(row, way)]
    if len(ways) == 2:
        return "More faithful than plain activation, by deletion and by insertion."
    if ways:
        return f"More faithful than plain activation by {ways[0]} alone."
    if beyond(row, "deletion") is None and beyond(row, "insertion") is None:
        return "Not measured: too few images have it."
    return "No more faithful than plain activation."


def of_kind(heatmaps: Sequence[Row], kind: str) -> list[Row]:
    return [row for row in heatmaps if row["kind"] == kind]


def precision_rows(saliency: Sequence[Row]) -> list[Row]:
    """Precision where saliency and heatmap are cut at the same share."""
    return [
        row for row in saliency if row["statistic"] == "precision" and row["saliency_percent"] == row["heatmap_percent"]
    ]


def main_saliency(saliency: Sequence[Row], kind: str) -> list[Row]:
    """Precision of a kind at the middle one of the study's shares."""
    rows = [row for row in precision_rows(saliency) if row["kind"] == kind]
    percents = sorted({row["saliency_percent"] for row in rows})
    middle = percents[len(percents) // 2] if percents else None
    return [row for row in rows if row["saliency_percent"] == middle]


def saliency_words(row: Row) -> str:
    """A sentence on what a heatmap has in common with saliency, hardest question last."""
    if not known(row["p_shuffled"]):
        return "Not measured: too few images have both."
    if row["p_shuffled"] > 0.05:
        return "No more than with other images' saliency."
    if not known(row["minus_activation_low"]):
        return "More than with other images' saliency."
    if row["minus_activation_low"] > 0:
        return "More than with other images' saliency, and more than plain activation has."
    if row["minus_activation_high"] < 0:
        return "More than with other images' saliency, but less than plain activation has."
    return "More than with other images' saliency, but no more than plain activation has."


def warnings(tables: Tables) -> list[str]:
    """All that a reader must know, the gravest first."""
    found = []
    if not of_images(tables.gains):
        found.append(ALL_BY_PAIRS)
    told_of: dict[str, list[str]] = {}
    for row in tables.gains:
        for doubt, number in doubts(row).items():
            about = f"{row['analysis']}, {number}" if number else row["analysis"]
            told_of.setdefault(doubt, []).append(f"{name_of(row)} ({about})")
    found += [f"{doubt[0].upper()}{doubt[1:]}: {_those(names, len(tables.gains))}." for doubt, names in told_of.items()]
    intervals = [row for row in of_images(tables.gains) if verdict(row)]
    if len(intervals) > 10:
        found.append(
            f"Each of the {len(intervals)} intervals holds for its own comparison: of so many, about "
            f"{round(len(intervals) / 20)} would exclude zero by chance."
        )
    of_heatmaps: dict[str, list[str]] = {}
    for row in tables.heatmaps:
        if row["kind"] not in CONTROLS and row["warnings"]:
            of_heatmaps.setdefault(name_of(row), []).append(str(row["kind"]))
    if of_heatmaps:
        number = sum(map(len, of_heatmaps.values()))
        found.append(
            f"{some_of(number, 'kind')} of heatmaps in {some_of(len(of_heatmaps), 'comparison')} of set and network "
            f"{'has' if number == 1 else 'have'} warnings: they stand in the table of heatmaps, and by it."
        )
    if tables.notes:
        found.append(
            f"{some_of(len(tables.notes), 'note')} on how the data were read: what was taken for what, and what is "
            "doubtful, stands under Study."
        )
    return found


def _those(names: list[str], of: int) -> str:
    if len(names) == of and of > 3:
        return f"all {of} comparisons"
    return "; ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def main_finding(gains: Sequence[Row]) -> str:
    """The study's gains in one sentence."""
    rows = of_images(gains)
    if not rows:
        return "No gain of this study tests the maps: all folds are by pairs, which share images."
    positive = [row for row in rows if verdict(row) == "+"]
    negative = [row for row in rows if verdict(row) == "−"]
    text = (
        f"On pairs of images that selection never saw, the retained maps agree with people better than all maps in "
        f"{len(positive)} of {some_of(len(rows), 'comparison')}"
    )
    text += f", less well in {len(negative)}" if negative else ""
    if positive:
        best = max(positive, key=lambda row: row["gain"])
        text += (
            f"; the largest gain is {told(best['gain'])} {told_interval(best['gain_low'], best['gain_high'])} "
            f"({name_of(best)}, {best['analysis']})"
        )
    return f"{text}."


def heatmap_finding(tables: Tables, kind: str) -> str:
    """What the paper's heatmap is worth, in one sentence; empty where the study has none."""
    rows = of_kind(tables.heatmaps, kind)
    if not rows:
        return ""
    better = sum(bool(beyond(row, "deletion") or beyond(row, "insertion")) for row in rows)
    text = f"The paper's heatmap is more faithful to people than plain activation in {better} of {len(rows)} cases"
    both = {row["kind"] for row in tables.heatmaps if beyond(row, "deletion") and beyond(row, "insertion")}
    text += (
        f". By deletion and insertion alike, in one case or more: {', '.join(sorted(both - set(CONTROLS)))}"
        if both
        else ""
    )
    return f"{text}."


def five_lines(tables: Tables, kind: str) -> list[str]:
    """For the end of a run: what was found, and what to distrust; where to look is for who prints it to say."""
    found = [f"Found: {main_finding(tables.gains)}", f"Heatmaps: {heatmap_finding(tables, kind)}"]
    doubtful = warnings(tables)
    more = f" ({len(doubtful) - 1} more in the report)" if len(doubtful) > 1 else ""
    found.append(f"Distrust: {doubtful[0]}{more}" if doubtful else "Distrust: nothing that could be seen from here.")
    return [line for line in found if not line.endswith(": ")]


def numbers_of(row: Row) -> tuple[str, str, str]:
    """A comparison's three numbers: alignment with all maps, with those retained, and the gain with its interval."""
    kept = f"{told(row['retained'])} ({counted(row['n_retained'])} of {counted(row['maps'])})"
    interval = told_interval(row["gain_low"], row["gain_high"])
    return told(row["full"]), kept, told(row["gain"]) + (f" {interval}" if interval != "–" else "")
