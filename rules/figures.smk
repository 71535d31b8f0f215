"""Figures: each drawn from a tidy table that lies beside it.

Wants: pruning curves and tables, the saliency summary, the demo's heatmaps.
Gives: results/figures/{figure}.png, .pdf and .tsv.
"""

FIGURES = ["results/figures/pruning_curves.png", "results/figures/pruning_gain.png"]
if SALIENCY_COMPARISONS:
    FIGURES.append("results/figures/saliency.png")
if DEMO_COMPARISONS:
    FIGURES.append("results/figures/planted_truth.png")


localrules:
    draw_pruning_curves,
    draw_pruning_gain,
    draw_saliency,
    draw_planted_truth,


rule draw_pruning_curves:
    """Alignment on train and test pairs while maps are added, the most important first."""
    input:
        **gated(curves=for_each_comparison(PRUNING)),
    output:
        **figure("pruning_curves", "Pruning"),
    log:
        "results/logs/draw_pruning_curves.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        options=tables_of(COMPARISONS, PRUNING),
        code=code("draw_pruning_curves.py"),
    shell:
        "python -m draw_pruning_curves {params.options} --output {output.png:q} 2> {log:q}"


rule draw_pruning_gain:
    """Held-out alignment with all maps and with the retained ones, fold by fold."""
    input:
        tables=for_each_comparison(PRUNING_TABLE),
    output:
        **figure("pruning_gain", "Pruning"),
    log:
        "results/logs/draw_pruning_gain.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        options=tables_of(COMPARISONS, PRUNING_TABLE),
        code=code("draw_pruning_gain.py"),
    shell:
        "python -m draw_pruning_gain {params.options} --output {output.png:q} 2> {log:q}"


rule draw_saliency:
    """Precision and recall of the heatmaps against saliency, beside the three controls."""
    input:
        summary=SALIENCY_SUMMARY,
    output:
        **figure("saliency", "Saliency"),
    log:
        "results/logs/draw_saliency.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        code=code("draw_saliency.py"),
    shell:
        "python -m draw_saliency --summary {input.summary:q} --output {output.png:q} 2> {log:q}"


rule draw_planted_truth:
    """Whether the demo's heatmaps fall on the shapes, as they must."""
    input:
        **gated(heatmaps=[HEATMAPS.format(**each) for each in DEMO_COMPARISONS]),
        manifest=[MANIFEST.format(**each) for each in DEMO_COMPARISONS[:1]],
        shapes=ancient("results/demo/shapes"),
        shapes_digests="results/demo/shapes.sha256",
    output:
        **figure("planted_truth", "Demo"),
    log:
        "results/logs/draw_planted_truth.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        options=tables_of(DEMO_COMPARISONS, HEATMAPS, "heatmaps"),
        code=code("draw_planted_truth.py"),
    shell:
        "python -m draw_planted_truth"
        " {params.options}"
        " --manifest {input.manifest:q}"
        " --shapes {input.shapes:q}"
        " --output {output.png:q} 2> {log:q}"
