"""Figures: each drawn from a tidy table that lies beside it.

Wants: pruning curves and tables, the saliency summary.
Gives: results/figures/{figure}.png, .pdf and .tsv.
"""

FIGURES = ["results/figures/pruning_curves.png", "results/figures/pruning_gain.png"]
if SALIENCY_COMPARISONS:
    FIGURES.append("results/figures/saliency.png")


def figure(name, category):
    """Outputs of a figure: the picture (in the report), the same for print, and what it shows."""
    return {
        "png": report(
            f"results/figures/{name}.png", caption=f"report/{name}.rst", category=category, labels={"figure": name}
        ),
        "pdf": f"results/figures/{name}.pdf",
        "table": f"results/figures/{name}.tsv",
    }


localrules:
    draw_pruning_curves,
    draw_pruning_gain,
    draw_saliency,


rule draw_pruning_curves:
    """Alignment on train and test pairs while maps are added, the most important first."""
    input:
        **gated(curves=for_each_comparison(PRUNING)),
    output:
        **figure("pruning_curves", "Pruning"),
    params:
        options=tables_of(COMPARISONS, PRUNING),
        code=code("draw_pruning_curves.py"),
    log:
        "results/logs/draw_pruning_curves.log",
    resources:
        mem_mb=2000,
        runtime=15,
    shell:
        "python {SCRIPTS:q}/draw_pruning_curves.py {params.options} --output {output.png:q} 2> {log:q}"


rule draw_pruning_gain:
    """Held-out alignment with all maps and with the retained ones, fold by fold."""
    input:
        tables=for_each_comparison(PRUNING_TABLE),
    output:
        **figure("pruning_gain", "Pruning"),
    params:
        options=tables_of(COMPARISONS, PRUNING_TABLE),
        code=code("draw_pruning_gain.py"),
    log:
        "results/logs/draw_pruning_gain.log",
    resources:
        mem_mb=2000,
        runtime=15,
    shell:
        "python {SCRIPTS:q}/draw_pruning_gain.py {params.options} --output {output.png:q} 2> {log:q}"


rule draw_saliency:
    """Precision and recall of the heatmaps against saliency, beside the three controls."""
    input:
        summary=SALIENCY_SUMMARY,
    output:
        **figure("saliency", "Saliency"),
    params:
        code=code("draw_saliency.py"),
    log:
        "results/logs/draw_saliency.log",
    resources:
        mem_mb=2000,
        runtime=15,
    shell:
        "python {SCRIPTS:q}/draw_saliency.py --summary {input.summary:q} --output {output.png:q} 2> {log:q}"
