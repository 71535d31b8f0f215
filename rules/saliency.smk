"""Saliency: do the heatmaps fall where people look, or where a gaze model says they would?

Wants: heatmaps, and for each source of saliency that a set names (maps, fixations, predictor) what it
is made from.
Gives: results/saliency/{stimuli}/{source}.h5, a row per image and pair of thresholds in
results/saliency/{stimuli}/{backbone}/{analysis}/{source}.tsv, and results/saliency/summary.tsv.
"""

SALIENCY_TABLE = "results/saliency/{stimuli}/{backbone}/{analysis}/{source}.tsv"
SALIENCY_COMPARISONS = [
    {**comparison, "source": source}
    for comparison in COMPARISONS
    for source in sorted(STIMULI[comparison["stimuli"]]["saliency"])
]
SALIENCY_SUMMARY = ["results/saliency/summary.tsv"] if SALIENCY_COMPARISONS else []


rule prepare_saliency:
    """Bring saliency to the images' own sizes: given maps, a density of fixations, or a prediction."""
    input:
        made_from=saliency_files_of,
        manifest=MANIFEST,
    output:
        **made(SALIENCY),
    log:
        "results/logs/prepare_saliency/{stimuli}/{source}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        images=options(stimuli_of, "images"),
        options=saliency_options,
        code=code("prepare_saliency.py"),
    shell:
        "python -m prepare_saliency"
        " {params.images}"
        " --manifest {input.manifest:q}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule compare_saliency:
    """Precision, recall and relative risk of the heatmaps against saliency, with three controls."""
    input:
        **gated(heatmaps=HEATMAPS, saliency=SALIENCY),
        manifest=MANIFEST,
    output:
        table=SALIENCY_TABLE,
    log:
        "results/logs/compare_saliency/{stimuli}/{backbone}/{analysis}/{source}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        options=options(analysis_of, "heatmap_scores", "saliency_percents"),
        code=code("compare_saliency.py"),
    shell:
        "python -m compare_saliency"
        " --heatmaps {input.heatmaps:q}"
        " --saliency {input.saliency:q}"
        " --manifest {input.manifest:q}"
        " {params.options}"
        " --output {output.table:q} 2> {log:q}"


localrules:
    summarise_saliency,


rule summarise_saliency:
    """One row a comparison and pair of thresholds, with the controls and tests over images."""
    input:
        tables=[SALIENCY_TABLE.format(**each) for each in SALIENCY_COMPARISONS],
    output:
        summary=report("results/saliency/summary.tsv", caption="report/saliency_table.rst", category="Saliency"),
    log:
        "results/logs/summarise_saliency.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        options=tables_of(SALIENCY_COMPARISONS, SALIENCY_TABLE),
        code=code("summarise_saliency.py"),
    shell:
        "python -m summarise_saliency {params.options} --output {output.summary:q} 2> {log:q}"
