"""A study's summaries as tables that people read: chosen columns with three digits, and a sentence on what they say.

Each name stands for a summary; the exact numbers, and all columns, are in its TSV.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ais.report import findings
from ais.report.html import Column, paragraph, table
from ais.report.numbers import counted, some_of, told, told_interval, told_p


@dataclass(frozen=True)
class About:
    """A table: its title, columns, which of the summary's rows it shows, and the sentence above it."""

    title: str
    columns: Sequence[Column]
    says: Callable[[Sequence[Mapping]], str]
    shown: Callable[[Sequence[Mapping]], Sequence[Mapping]] = list
    only: str = ""


def body(name: str, rows: Sequence[Mapping], source: str) -> str:
    """The HTML of a summary's table; ``source`` is the path of its TSV."""
    about = TABLES[name]
    shown = about.shown(rows)
    where = f"{about.only} A click on a heading sorts. Exact numbers and all columns: {source}."
    return paragraph(about.says(shown)) + table(where.strip(), about.columns, shown)


def words(heading: str, name: str, wide: bool = False) -> Column:
    return Column(heading, lambda row: "" if not findings.known(row.get(name)) else str(row[name]), wide=wide)


def number(heading: str, name: str, form: Callable[[float], str] = told, about: str = "") -> Column:
    return Column(heading, lambda row: form(row.get(name)), lambda row: row.get(name), about)


def interval(heading: str, name: str, about: str = "") -> Column:
    """A value with its interval, from the columns ``name``, ``name_low`` and ``name_high``; sorted by the value."""

    def text(row):
        ends = told_interval(row.get(f"{name}_low"), row.get(f"{name}_high"))
        return told(row.get(name)) + (f" {ends}" if ends != "–" else "")

    return Column(heading, text, lambda row: row.get(name), about)


def null(heading: str, name: str, about: str) -> Column:
    """A null's mean with its middle 95 %, from ``name_gain``, ``name_low`` and ``name_high``."""

    def text(row):
        ends = told_interval(row.get(f"{name}_low"), row.get(f"{name}_high"))
        return told(row.get(f"{name}_gain")) + (f" {ends}" if ends != "–" else "")

    return Column(heading, text, lambda row: row.get(f"{name}_gain"), about)


def chosen_by(row: Mapping) -> str:
    """The strategy, and among how many numbers of maps where not among all."""
    prefixes = str(row.get("prefixes"))
    return row["pruning"] + (f" ({prefixes} prefixes)" if prefixes.isdigit() else "")


COMPARISON = [words("set", "stimuli"), words("network", "backbone")]


def heatmaps_say(rows: Sequence[Mapping]) -> str:
    kinds = [row for row in rows if row["kind"] not in findings.CONTROLS]
    both = [row for row in kinds if findings.beyond(row, "deletion") and findings.beyond(row, "insertion")]
    return (
        f"Of {some_of(len(kinds), 'kind')} of heatmaps (controls apart), {len(both)} are more faithful than plain "
        "activation both by deletion and by insertion. No kind is the truth: each answers a question of its own."
    )


def saliency_say(rows: Sequence[Mapping]) -> str:
    kinds = [row for row in findings.precision_rows(rows) if row["kind"] not in (*findings.CONTROLS, "centre")]
    more = [row for row in kinds if findings.known(row["minus_activation_low"]) and row["minus_activation_low"] > 0]
    return (
        f"Of {some_of(len(kinds), 'precision')} (kind × network × set × share), {len(more)} are above plain "
        "activation's. That a heatmap lies where people look does not show that importance put it there."
    )


def agreement_say(rows: Sequence[Mapping]) -> str:
    seen = [row for row in rows if str(row["kind"]).startswith("importance/") and findings.known(row["mean"])]
    activation = [row for row in rows if row["kind"] == "activation" and findings.known(row["mean"])]
    if not seen or not activation:
        return "Too few heatmaps are defined to compare networks."
    mean = [sum(row["mean"] for row in these) / len(these) for these in (seen, activation)]
    return (
        f"Networks agree in the paper's heatmaps with r {told(mean[0])} on average, and in plain activation, which "
        f"knows nothing of people, with r {told(mean[1])}."
    )


def similarities_say(rows: Sequence[Mapping]) -> str:
    networks = {(row["stimuli"], row["backbone"], row["measure_a"], row["measure_b"]): row for row in rows}.values()
    tested = [row for row in networks if findings.known(row["spearman_null_high"])]
    above = sum(row["spearman"] > row["spearman_null_high"] for row in tested)
    return (
        f"In {above} of {some_of(len(tested), 'comparison')}, two measures agree on which maps are important more than "
        "they do where people's labels are permuted (middle 95 %): elsewhere what they share says nothing of people."
    )


def transfer_say(rows: Sequence[Mapping]) -> str:
    across = [row for row in rows if not row["in_sample"] and findings.known(row["change"])]
    worse = sum(row["change"] < 0 for row in across)
    below = sum(findings.known(row["random_low"]) and row["change"] < row["random_low"] for row in across)
    above = sum(findings.known(row["random_high"]) and row["change"] > row["random_high"] for row in across)
    return (
        f"Tried on another set, the maps that a set keeps lose alignment in {worse} of {len(across)} cases; {above} "
        f"are above and {below} below what as many random maps do (middle 95 %). On their own set nothing is tested."
    )


def categories_say(rows: Sequence[Mapping]) -> str:
    return (
        "Alignment and gain within and across categories, and what the border between categories alone reaches: "
        "agreement that is nothing but the border says nothing of the images inside."
    )


def gains_say(rows: Sequence[Mapping]) -> str:
    beside = " Folds by pairs share images between train and test: read their gain beside the matched null only."
    return findings.main_finding(rows) + (beside if any(row["split"] == "pairs" for row in rows) else "")


def notes_say(rows: Sequence[Mapping]) -> str:
    if not rows:
        return "Nothing: each file could be read in one way only."
    return f"{some_of(len(rows), 'note')}: what was taken for what in reading the data, and what is doubtful."


TABLES = {
    "gain": About(
        "What pruning gains, and what the gain is worth",
        [
            *COMPARISON,
            words("analysis", "analysis"),
            words("folds by", "split"),
            Column("chosen by", chosen_by),
            number("all maps", "full", about="alignment on test pairs"),
            number("retained", "retained", about="alignment on test pairs"),
            Column("maps kept", lambda row: f"{counted(row['n_retained'])} of {counted(row['maps'])}",
                   lambda row: row["n_retained"]),
            interval("gain [95 %]", "gain", "interval over images, of folds by images only"),
            number("p", "p_gain", told_p, "against the matched null: is anything left for a selection to exploit?"),
            null("matched null", "matched", "gain where the alignment stays and nothing is to be found"),
            null("labels permuted", "labels", "gain where people's image labels are permuted"),
            number("ceiling, panel", "ceiling_another_panel", about="what another panel of raters would reach"),
            number("ceiling, model", "ceiling_noise_free_model", about="what a model without noise would reach"),
            number("images", "images", counted),
            number("pairs", "pairs_judged", counted),
            Column("folds", lambda row: f"{row['folds']:.0f} ({some_of(int(row['seeds']), 'seed')})",
                   lambda row: row["folds"]),
        ],
        gains_say,
    ),
    "heatmaps": About(
        "What each kind of heatmap is worth",
        [
            *COMPARISON,
            words("measure", "measure"),
            words("kind", "kind"),
            words("warnings", "warnings", wide=True),  # where a screen shows them, before all the numbers
            interval("deletion", "deletion_20", "drop of alignment when the hottest fifth is masked: larger is better"),
            interval("better by", "deletion_20_better", "than plain activation, image by image"),
            interval("beyond", "deletion_20_beyond", "better than activation, less what it is with labels permuted"),
            interval("insertion", "insertion_20", "drop when only the hottest fifth is kept: smaller is better"),
            interval("better by", "insertion_20_better", "than plain activation, image by image"),
            interval("beyond", "insertion_20_beyond", "better than activation, less what it is with labels permuted"),
            number("r activation", "r_activation", about="with the plain mean of all maps, mean over images"),
            number("r permuted", "r_permuted", about="with the same kind where people's labels are permuted"),
            number("r partners", "r_partners", about="between heatmaps by two halves of the partners"),
            number("r raters", "r_raters", about="between heatmaps by two halves of the raters"),
        ],
        heatmaps_say,
    ),
    "saliency": About(
        "What heatmaps have in common with saliency",
        [
            *COMPARISON,
            words("saliency", "source"),
            words("kind", "kind"),
            words("statistic", "statistic"),
            number("at %", "saliency_percent", lambda value: told(value, 0)),
            number("value", "value", about="mean over images (relative risk: median)"),
            number("chance", "chance", about="of a heatmap drawn at random"),
            number("on grid", "on_grid", about="the same on a common grid, to compare with others' saliency"),
            number("others'", "shuffled", about="with all other images' saliency"),
            number("p", "p_shuffled", told_p, "permuting which saliency is whose image's"),
            interval("less activation", "minus_activation", "in the same images"),
            interval("less centre", "minus_centre", "than centre bias has, in the same images"),
        ],
        saliency_say,
        lambda rows: [row for row in rows if _at_one_share(row)],
        "Rows where saliency and heatmap are cut at the same share.",
    ),
    "agreement": About(
        "Do networks agree in their heatmaps?",
        [
            words("set", "stimuli"),
            words("measure", "measure"),
            words("network", "backbone_a"),
            words("and", "backbone_b"),
            words("kind", "kind"),
            number("images", "images", counted),
            number("mean r", "mean"),
            number("SD", "sd"),
            number("r with entropy", "r_entropy", about="of agreement with the larger of the networks' entropies"),
        ],
        agreement_say,
    ),
    "similarities": About(
        "Do similarity measures agree?",
        [
            *COMPARISON,
            words("measure", "measure_a"),
            words("and", "measure_b"),
            words("kind", "kind"),
            number("images", "images", counted),
            number("mean r", "mean"),
            number("beyond activation", "mean_beyond", about="r of what a line in the activation map leaves of both"),
            number("ρ of importance", "spearman", about="Spearman over maps"),
            Column("labels permuted",
                   lambda row: told_interval(row["spearman_null_low"], row["spearman_null_high"]),
                   lambda row: row["spearman_null_high"], "middle 95 % of the same where people's labels are permuted"),
            number("maps in common", "jaccard", about="of those that either measure keeps"),
            number("by chance", "jaccard_chance"),
        ],
        similarities_say,
    ),
    "transfer": About(
        "Do the maps of one set serve another?",
        [
            words("network", "backbone"),
            words("learnt on", "learnt_on"),
            words("tested on", "tested_on"),
            Column("", lambda row: "in-sample" if row["in_sample"] else ""),
            number("maps kept", "maps_kept", counted),
            number("all maps", "full"),
            number("kept", "kept"),
            number("change", "change"),
            Column("as many at random",
                   lambda row: f"{told(row['random_mean'])} {told_interval(row['random_low'], row['random_high'])}",
                   lambda row: row["random_mean"], "mean and middle 95 % of the change"),
            number("r of importance", "spearman", about="Spearman, of the two sets' importance over maps"),
        ],
        transfer_say,
    ),
    "categories": About(
        "Within and across categories",
        [
            *COMPARISON,
            words("analysis", "analysis"),
            words("pairs", "scope"),
            number("number", "pairs", counted),
            number("alignment", "set_alignment"),
            number("border alone", "set_border_alone"),
            number("beyond border", "set_beyond_border"),
            number("all maps", "full"),
            number("retained", "retained"),
            interval("gain [95 %]", "gain"),
        ],
        categories_say,
    ),
    "notes": About(
        "What was taken for what",
        [words("set", "stimuli"), words("read", "source"), words("note", "note", wide=True)],
        notes_say,
    ),
}  # fmt: skip


def _at_one_share(row: Mapping) -> bool:
    return not findings.known(row["heatmap_percent"]) or row["heatmap_percent"] == row["saliency_percent"]
