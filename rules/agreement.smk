"""Agreement: do backbones, or similarity measures of one, agree in their heatmaps beyond where they are active at all?

Wants: heatmaps, features and importance of several backbones of a set, or by several measures of one.
Gives: results/agreement/{stimuli}/{measure}.tsv (a row an image, pair of backbones and kind of heatmap) and
{measure}.summary.tsv, and results/agreement/summary.tsv. Where the study has several similarities of embeddings, the
same between these: {stimuli}/{backbone}.similarities.tsv and .similarities.summary.tsv, and similarities.tsv.
"""

# Sets by measure, where there are backbones to compare.
HELD_TOGETHER = (
    [{"stimuli": name, "measure": measure} for name in sorted(JUDGED) for measure in sorted(MEASURES_IN[name])]
    if len(BACKBONES) > 1
    else []
)
AGREEMENT_SUMMARY = ["results/agreement/summary.tsv"] if HELD_TOGETHER else []
# Measures that differ from another in their similarity alone.
BUT_SIMILARITY = {name: name.partition("-")[2] for name in sorted({measure_of(each) for each in ANALYSES.values()})}
ALIKE = [name for name, rest in BUT_SIMILARITY.items() if list(BUT_SIMILARITY.values()).count(rest) > 1]
ALIKE_IN = combinations(stimuli=set(JUDGED) - set(TRIPLETS), backbone=BACKBONES) if ALIKE else []
SIMILARITIES_SUMMARY = ["results/agreement/similarities.tsv"] if ALIKE_IN else []
AGREEMENT_SUMMARIES = AGREEMENT_SUMMARY + SIMILARITIES_SUMMARY


localrules:
    summarise_agreement,
    summarise_similarities,


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
    group:
        gathered("agreement", "compare_backbones")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("compare_backbones"),
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
        summary=in_report(
            "results/agreement/summary.tsv", "Agreement, exact numbers (TSV)", "agreement_table", "Agreement"
        ),
    log:
        "results/logs/summarise_agreement.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("summarise_agreement"),
    params:
        options=joined(HELD_TOGETHER),
        code=code("inference/join_tables.py"),
    shell:
        '"$AIS_RUN" inference.join_tables {params.options} --tables {input.tables:q}'
        " --output {output.summary:q} 2> {log:q}"


rule compare_similarities:
    """Compare what a backbone's similarity measures find: the maps, those that each keeps, and the heatmaps."""
    input:
        **SCORED_FROM,
        **gated(
            importance=expand(IMPORTANCE, measure=ALIKE, allow_missing=True),
            heatmaps=expand(HEATMAPS, measure=ALIKE, allow_missing=True),
        ),
    output:
        table="results/agreement/{stimuli}/{backbone}.similarities.tsv",
        summary="results/agreement/{stimuli}/{backbone}.similarities.summary.tsv",
    log:
        "results/logs/compare_similarities/{stimuli}/{backbone}.log",
    group:
        grouped_by_length("compare_similarities")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("compare_similarities")
    resources:
        **asks("compare_similarities"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=similarities_compared,
        permutations=permuted(20),
        code=code("agreement/compare_similarities.py"),
    shell:
        '"$AIS_RUN" agreement.compare_similarities {params.options}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --importance {input.importance:q}"
        " --heatmaps {input.heatmaps:q}"
        " {params.permutations}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.table:q}"
        " --summary {output.summary:q} 2> {log:q}"


rule summarise_similarities:
    """All sets and backbones in one table."""
    input:
        tables=each_of("results/agreement/{stimuli}/{backbone}.similarities.summary.tsv", ALIKE_IN),
    output:
        summary=in_report(
            "results/agreement/similarities.tsv",
            "Similarity measures, exact numbers (TSV)",
            "similarities_table",
            "Agreement",
        ),
    log:
        "results/logs/summarise_similarities.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("summarise_similarities"),
    params:
        options=joined(ALIKE_IN),
        code=code("inference/join_tables.py"),
    shell:
        '"$AIS_RUN" inference.join_tables {params.options} --tables {input.tables:q}'
        " --output {output.summary:q} 2> {log:q}"
