"""The page that a report opens on: findings in words, three numbers a comparison, and what to distrust."""

from collections.abc import Mapping

from ais.report import findings
from ais.report.findings import Tables
from ais.report.html import Column, bullets, heading, paragraph, table
from ais.report.numbers import told, told_interval, told_p

NAMES = [Column("set", lambda row: str(row["stimuli"])), Column("network", lambda row: str(row["backbone"]))]


def body(tables: Tables, study: Mapping) -> str:
    """The page's content, as HTML; ``study`` are its settings, complete."""
    kind = f"importance/{study['heatmap_scores']}"
    doubtful = findings.warnings(tables)
    parts = [paragraph(findings.main_finding(tables.gains))]
    if tables.heatmaps:
        parts.append(paragraph(findings.heatmap_finding(tables, kind)))
    if doubtful:
        parts += [heading("What to distrust"), f'<div class="warned">\n{bullets(doubtful)}</div>\n']
    parts += [heading("What pruning gains"), _gains(tables)]
    if tables.heatmaps:
        parts += [heading("What a heatmap is worth"), _heatmaps(tables, kind)]
    if tables.saliency:
        parts += [heading("Where people look"), _saliency(tables, kind)]
    splits = {analysis["split"] for analysis in study["analyses"].values()}
    parts += [
        heading("How folds are made"),
        bullets(findings.SPLITS[split] for split in sorted(splits)),
    ]
    return "".join(parts)


def _gains(tables: Tables) -> str:
    columns = [
        *NAMES,
        Column("analysis", lambda row: f"{row['analysis']}, by {row['split']}"),
        Column("all maps", lambda row: findings.numbers_of(row)[0], lambda row: row["full"], "alignment on test pairs"),
        Column("retained (maps)", lambda row: findings.numbers_of(row)[1], lambda row: row["retained"]),
        Column("gain [95 %]", lambda row: findings.numbers_of(row)[2], lambda row: row["gain"]),
        Column("in words", findings.in_words, wide=True),
    ]
    about = (
        "Alignment with people on test pairs, mean over folds: with all maps, with those retained (how many of them), "
        "and the gain with its 95 % interval over images. In words: what that interval says of the retained maps; of "
        "folds by pairs, whether the gain is more than the matched null's."
    )
    return table(about, columns, tables.gains, sortable=False)


def _heatmaps(tables: Tables, kind: str) -> str:
    def beyond(way):
        return lambda row: (
            f"{told(_first(row, way, ''))} {told_interval(_first(row, way, '_low'), _first(row, way, '_high'))}"
        )

    columns = [
        *NAMES,
        Column(
            "r with activation", lambda row: told(row["r_activation_median"]), lambda row: row["r_activation_median"]
        ),
        Column("deletion, better by", beyond("deletion"), lambda row: _first(row, "deletion", "")),
        Column("insertion, better by", beyond("insertion"), lambda row: _first(row, "insertion", "")),
        Column("in words", findings.heatmap_words, wide=True),
    ]
    about = (
        "The paper's heatmap on held-out partners: how much better than plain activation, which knows nothing of "
        "people, when the hottest fifth of the cells is masked (deletion) or alone kept (insertion), beyond what it is "
        "with people's labels permuted; 95 % over images. r: median over images; near 1, a heatmap shows little else."
    )
    return table(about, columns, findings.of_kind(tables.heatmaps, kind), sortable=False)


def _first(row: Mapping, way: str, end: str) -> float:
    """The difference beyond permuted labels, or where that is not measured the plain one."""
    value = row.get(f"{way}_{findings.TOP}_beyond{end}")
    return value if findings.known(value) else row[f"{way}_{findings.TOP}_better{end}"]


def _saliency(tables: Tables, kind: str) -> str:
    rows = findings.main_saliency(tables.saliency, kind)
    columns = [
        *NAMES,
        Column("saliency", lambda row: str(row["source"])),
        Column("precision", lambda row: told(row["on_grid"]), lambda row: row["on_grid"]),
        Column("others' saliency, p", lambda row: f"{told(row['shuffled'])}, {told_p(row['p_shuffled'])}",
               lambda row: row["shuffled"]),
        Column(
            "less activation's",
            lambda row: f"{told(row['minus_activation'])} "
            f"{told_interval(row['minus_activation_low'], row['minus_activation_high'])}",
            lambda row: row["minus_activation"],
        ),
        Column("in words", findings.saliency_words, wide=True),
    ]  # fmt: skip
    percent = f"{rows[0]['saliency_percent']:g} %" if rows else "the same share"
    about = (
        f"The paper's heatmap: how much of its hottest {percent} lies in the most salient {percent}, on a common grid; "
        "the same with the saliency of other images, and how much more than plain activation has in the same images."
    )
    return table(about, columns, rows, sortable=False)
