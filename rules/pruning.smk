"""Pruning: do the important maps alone predict held-out judgments better than the whole network?

Wants: features, judgments, folds and importance.
Gives: results/pruning/{stimuli}/{backbone}/{analysis}.h5 (curves) and .tsv (a row a fold), put
together from shards of the folds; results/pruning/summary.tsv with the tests.
"""

PRUNING_SHARD = "results/pruning/{stimuli}/{backbone}/{analysis}/shards/{shard}-of-{shards}.h5"
PRUNING_TABLE = "results/pruning/{stimuli}/{backbone}/{analysis}.tsv"
PRUNED_FROM = SCORED_FROM | gated(importance=IMPORTANCE)


rule prune_maps:
    """Draw up the pruning curves of a shard of the folds."""
    input:
        **PRUNED_FROM,
    output:
        **made(PRUNING_SHARD),
    log:
        "results/logs/prune_maps/{stimuli}/{backbone}/{analysis}/{shard}-of-{shards}.log",
    benchmark:
        "results/benchmarks/prune_maps/{stimuli}/{backbone}/{analysis}/{shard}-of-{shards}.tsv"
    conda:
        "../envs/environment.yaml"
    threads: 2
    resources:
        mem_mb=MEMORY_MB,
        similarities_mb=SIMILARITIES_MB,
        runtime=480,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(analysis_of, "similarity", "alignment"),
        code=code("prune_maps.py"),
    shell:
        "python -m prune_maps"
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " --importance {input.importance:q}"
        " {params.options}"
        " --shard {wildcards.shard} --shards {wildcards.shards}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


localrules:
    merge_curves,
    summarise_pruning,


rule merge_curves:
    """Put the shards of the curves together, and read off what each fold retains and gains."""
    input:
        **gated(shards=all_shards(PRUNING_SHARD)),
        **PRUNED_FROM,
    output:
        **made(PRUNING),
        table=PRUNING_TABLE,
    log:
        "results/logs/merge_curves/{stimuli}/{backbone}/{analysis}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        options=options(analysis_of, "similarity", "alignment"),
        code=code("prune_maps.py", "merge_curves.py"),
    shell:
        "python -m merge_curves {input.shards:q}"
        " --importance {input.importance:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --output {output.artifact:q}"
        " --table {output.table:q} 2> {log:q}"


rule summarise_pruning:
    """One row a comparison: full and retained alignment, and whether the gain is more than chance."""
    input:
        tables=for_each_comparison(PRUNING_TABLE),
    output:
        summary=report("results/pruning/summary.tsv", caption="report/summary.rst", category="Pruning"),
    log:
        "results/logs/summarise_pruning.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        options=tables_of(COMPARISONS, PRUNING_TABLE),
        code=code("summarise_pruning.py"),
    shell:
        "python -m summarise_pruning {params.options} --output {output.summary:q} 2> {log:q}"
