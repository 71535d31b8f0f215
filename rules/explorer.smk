"""Explorer: one page on which the results are looked at, from disk, without a server.

Wants: judgments, features, importance, heatmaps, pruning curves and saliency of each set, and the summaries.
Gives: results/explorer/index.html, and what it shows of each set, results/explorer/data/{stimuli}.js.
"""

EXPLORER_SETS = each_of(EXPLORER_SET, combinations(stimuli=JUDGED))


rule pack_set:
    """Pack a set's heatmaps, their numbers, nearest images, maps and small photographs into a script."""
    input:
        **gated(
            judgments=JUDGMENTS,
            features=of_measured(FEATURES),
            weights=of_measured(WEIGHTS),
            importance=of_measured(IMPORTANCE),
            heatmaps=of_measured(HEATMAPS),
            pruning=of_pruned(PRUNING),
            saliency=saliency_in_set,
        ),
        manifest=MANIFEST,
        images=photographs_of,
        heatmap_tables=of_measured(HEATMAP_TABLE),
        map_tables=of_measured(MAP_TABLE, INFERRED),
        pruning_tables=of_pruned(PRUNING_TABLE),
    output:
        packed=EXPLORER_SET,
    log:
        "results/logs/pack_set/{stimuli}.log",
    group:
        gathered("explorer", "pack_set")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("pack_set"),
        gpu=GPU,
        device=STUDY["device"],
    params:
        images=photograph_folder,
        names=packed_names,
        options=options(the_study, "heatmap_scores"),
        code=code("explorer/pack_set.py"),
    shell:
        '"$AIS_RUN" explorer.pack_set --stimuli {wildcards.stimuli:q}'
        " --manifest {input.manifest:q}"
        " {params.images}"
        " --judgments {input.judgments:q}"
        " {params.names}"
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --importance {input.importance:q}"
        " --heatmaps {input.heatmaps:q}"
        " --heatmap-tables {input.heatmap_tables:q}"
        " --map-tables {input.map_tables:q}"
        " --pruning {input.pruning:q}"
        " --pruning-tables {input.pruning_tables:q}"
        " --saliency {input.saliency:q}"
        " {params.options}"
        " --device {resources.device}"
        " --output {output.packed:q} 2> {log:q}"


localrules:
    write_page,


rule write_page:
    """Write the page on which the study is explored."""
    input:
        summary=INFERENCE_SUMMARY,
        heatmap_summary=HEATMAP_SUMMARY,
        saliency_summary=SALIENCY_SUMMARY,
    output:
        page=EXPLORER,
    log:
        "results/logs/write_page.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("write_page"),
    params:
        options=options(the_explored, "study"),
        code=code("explorer/write_page.py", texts="ais/explorer/page"),
    shell:
        '"$AIS_RUN" explorer.write_page {params.options}'
        " --summary {input.summary:q}"
        " --heatmap-summary {input.heatmap_summary:q}"
        " --saliency-summary {input.saliency_summary:q}"
        " --output {output.page:q} 2> {log:q}"
