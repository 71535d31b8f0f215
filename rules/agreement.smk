"""Agreement: do backbones agree in their heatmaps, beyond agreeing in where they are active?

Wants: heatmaps, features and importance of several backbones of a set.
Gives: results/agreement/{stimuli}/{measure}.tsv (a row an image, pair of backbones and kind of heatmap) and
{measure}.summary.tsv, and results/agreement/summary.tsv.
"""

# Sets by measure, where there are backbones to compare.
HELD_TOGETHER = (
    [{"stimuli": name, "measure": measure} for name in sorted(STIMULI) for measure in sorted(MEASURES_IN[name])]
    if len(BACKBONES) > 1
    else []
)
AGREEMENT_SUMMARY = ["results/agreement/summary.tsv"] if HELD_TOGETHER else []


localrules:
    summarise_agreement,


rule compare_backbones:
    """Compare the heatmaps of every pair of backbones, image by image, beside their activation."""
    input:
        **gated(
            heatmaps=each_backbone(HEATMAPS), features=each_backbone(FEATURES), importance=each_backbone(IMPORTANCE)
        ),
        manifest=MANIFEST,
    output:
        table="results/agreement/{stimuli}/{measure}.tsv",
        summary="results/agreement/{stimuli}/{measure}.summary.tsv",
    log:
        "results/logs/compare_backbones/{stimuli}/{measure}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(4000),
        runtime=more(120),
    params:
        options=backbones_compared,
        code=code("agreement/compare_backbones.py"),
    shell:
        '"$AIS_RUN" agreement.compare_backbones {params.options}'
        " --heatmaps {input.heatmaps:q}"
        " --features {input.features:q}"
        " --importance {input.importance:q}"
        " --manifest {input.manifest:q}"
        " --output {output.table:q}"
        " --summary {output.summary:q} 2> {log:q}"


rule summarise_agreement:
    """All sets and measures in one table."""
    input:
        tables=each_of("results/agreement/{stimuli}/{measure}.summary.tsv", HELD_TOGETHER),
    output:
        summary=report("results/agreement/summary.tsv", caption="report/agreement_table.rst", category="Agreement"),
    log:
        "results/logs/summarise_agreement.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(1000),
        runtime=more(15),
    params:
        options=joined(HELD_TOGETHER),
        code=code("inference/join_tables.py"),
    shell:
        '"$AIS_RUN" inference.join_tables {params.options} --tables {input.tables:q}'
        " --output {output.summary:q} 2> {log:q}"
