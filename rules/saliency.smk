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


def saliency_files_of(wildcards):
    """The files a source is made from; a folder that a rule makes counts as a whole."""
    made_from = stimuli_of(wildcards)["saliency"][wildcards.source]
    if wildcards.source == "predictor":
        return images_of(wildcards)
    if wildcards.source == "maps" and not study.is_made_here(made_from):
        return sorted(str(path) for path in Path(made_from).iterdir() if path.is_file())
    return made_from


def saliency_options(wildcards):
    return study.command_line({wildcards.source: stimuli_of(wildcards)["saliency"][wildcards.source]})


rule prepare_saliency:
    """Bring saliency to the images' own sizes: given maps, a density of fixations, or a prediction."""
    input:
        made_from=saliency_files_of,
        manifest=MANIFEST,
    output:
        **made(SALIENCY),
    params:
        images=options(stimuli_of, "images"),
        options=saliency_options,
        code=code("prepare_saliency.py"),
    log:
        "results/logs/prepare_saliency/{stimuli}/{source}.log",
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "python {SCRIPTS:q}/prepare_saliency.py"
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
    params:
        options=options(analysis_of, "heatmap_scores", "saliency_percents"),
        code=code("compare_saliency.py"),
    log:
        "results/logs/compare_saliency/{stimuli}/{backbone}/{analysis}/{source}.log",
    resources:
        mem_mb=4000,
        runtime=120,
    shell:
        "python {SCRIPTS:q}/compare_saliency.py"
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
    params:
        options=tables_of(SALIENCY_COMPARISONS, SALIENCY_TABLE),
        code=code("summarise_saliency.py"),
    log:
        "results/logs/summarise_saliency.log",
    resources:
        mem_mb=1000,
        runtime=15,
    shell:
        "python {SCRIPTS:q}/summarise_saliency.py {params.options} --output {output.summary:q} 2> {log:q}"
