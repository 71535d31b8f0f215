"""Saliency: do the heatmaps fall where people look, or where a gaze model says they would?

Wants: heatmaps, and for each source of saliency that a set names (maps, fixations, predictor) what it
is made from.
Gives: results/saliency/{stimuli}/{source}.h5; in results/saliency/{stimuli}/{backbone}/{measure}/ a row per image, kind
and pair of thresholds ({source}.tsv), scores that need no thresholds ({source}.scores.tsv), precision and recall at many
thresholds ({source}.curves.tsv) and tests over images ({source}.tests.tsv); and results/saliency/summary.tsv.
"""

SALIENCY_COMPARISONS = [
    measured | {"source": source}
    for measured in MEASURED + BORROWED
    for source in SALIENCY_SOURCES
    if source in STIMULI[measured["stimuli"]]["saliency"]
]
SALIENCY_SUMMARY = ["results/saliency/summary.tsv"] if SALIENCY_COMPARISONS else []


rule prepare_saliency:
    """Bring saliency to the images' sizes, or a working size: given maps, a density of fixations, or a prediction."""
    input:
        made_from=saliency_files_of,
        folder=saliency_folder_of,
        manifest=MANIFEST,
        images=seen_images_of,
    output:
        **made(SALIENCY),
    log:
        "results/logs/prepare_saliency/{stimuli}/{source}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("prepare_saliency"),
    params:
        source=saliency_source,
        options=options(the_study, "saliency_longest_side"),
        code=code("saliency/prepare_saliency.py"),
    shell:
        '"$AIS_RUN" saliency.prepare_saliency'
        " --images={input.images:q}"
        " --manifest {input.manifest:q}"
        " {params.source}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule compare_saliency:
    """Hold every kind of heatmap against saliency, and permute whose saliency is whose."""
    input:
        **gated(heatmaps=HEATMAPS, saliency=SALIENCY),
        manifest=MANIFEST,
    output:
        table=SALIENCY_TABLE,
        scores=SALIENCY_SCORES,
        curves=SALIENCY_CURVES,
        tests=SALIENCY_TESTS,
    log:
        "results/logs/compare_saliency/{stimuli}/{backbone}/{measure}/{source}.log",
    group:
        grouped_by_giver("images")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("compare_saliency"),
        device=STUDY["device"],  # as all of its group
    params:
        options=options(the_study, "saliency_percents"),
        code=code("saliency/compare_saliency.py"),
    shell:
        '"$AIS_RUN" saliency.compare_saliency'
        " --heatmaps {input.heatmaps:q}"
        " --saliency {input.saliency:q}"
        " --manifest {input.manifest:q}"
        " {params.options}"
        " --output {output.table:q}"
        " --output-scores {output.scores:q}"
        " --output-curves {output.curves:q}"
        " --output-tests {output.tests:q} 2> {log:q}"


localrules:
    summarise_saliency,


rule summarise_saliency:
    """One row a comparison, kind of heatmap and statistic, with the controls and tests over images."""
    input:
        tests=each_of(SALIENCY_TESTS, SALIENCY_COMPARISONS),
    output:
        summary=in_report("results/saliency/summary.tsv", "Saliency, exact numbers (TSV)", "saliency_table", "Saliency"),
    log:
        "results/logs/summarise_saliency.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("summarise_saliency"),
    params:
        options=joined(SALIENCY_COMPARISONS),
        code=code("inference/join_tables.py"),
    shell:
        '"$AIS_RUN" inference.join_tables {params.options} --tables {input.tests:q}'
        " --output {output.summary:q} 2> {log:q}"
