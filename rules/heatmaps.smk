"""Heatmaps: where, in each image, the maps that carry the agreement are active.

Wants: features, judgments and importance; of images that nobody judged, the importance of another set.
Gives: results/heatmaps/{stimuli}/{backbone}/{measure}.h5 (every kind, and controls), {measure}.tsv (what each is worth),
results/heatmaps/summary.tsv, pages of images beside their heatmaps, and, if the study asks, a folder with each overlay
at its image's own size, or the study's longest side.
"""

HEATMAP_SHEETS = each_of(HEATMAP_SHEET, MEASURED + BORROWED)
if STUDY["heatmaps"]["overlays"]:
    HEATMAP_SHEETS += each_of(OVERLAYS, MEASURED + BORROWED)

# A similarity is a sum over cells where the readout is a mean of them, and no distance.
SUMMED = [
    each
    for each in MEASURED
    if readout_of(BACKBONES[each["backbone"]]) == "pooled"
    and MEASURES[each["measure"]]["similarity"] != "euclidean"
    and each["stimuli"] not in TRIPLETS  # which say nothing of a pair by itself
]
HEATMAP_SHEETS += each_of(PAIR_SHEET, SUMMED)


rule compute_heatmaps:
    """Weight each image's feature maps by their importance, look at its cells one by one, and draw up the controls."""
    input:
        **SCORED_FROM,
        **gated(importance=IMPORTANCE),
    output:
        **made(HEATMAPS),
    log:
        "results/logs/compute_heatmaps/{stimuli}/{backbone}/{measure}.log",
    wildcard_constraints:
        stimuli=one_of(JUDGED),
    group:
        grouped("images")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("compute_heatmaps")
    resources:
        **asks("compute_heatmaps"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(settings_of_measure, "similarity", "alignment", "mask"),
        code=code("heatmaps/compute_heatmaps.py"),
    shell:
        '"$AIS_RUN" heatmaps.compute_heatmaps'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --importance {input.importance:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


IN_PIXELS = STUDY["faithfulness"]["pixels"] != "none"


rule measure_faithfulness:
    """Hold every kind of heatmap against held-out partners, against activation and permuted labels, and against itself."""
    input:
        **SCORED_FROM,
        **gated(heatmaps=HEATMAPS),
        **({"manifest": MANIFEST, "images": seen_images_of} if IN_PIXELS else {}),
    output:
        table=HEATMAP_TABLE,
    log:
        "results/logs/measure_faithfulness/{stimuli}/{backbone}/{measure}.log",
    wildcard_constraints:
        stimuli=one_of(JUDGED),
    group:
        grouped("images")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("measure_faithfulness")
    resources:
        **asks("measure_faithfulness"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        pictures=pictures_of,
        options=options(
            how_judged, "similarity", "alignment", "mask", "null_worlds", *(["pixels"] if IN_PIXELS else [])
        ),
        code=code("heatmaps/measure_faithfulness.py"),
    shell:
        '"$AIS_RUN" heatmaps.measure_faithfulness'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --heatmaps {input.heatmaps:q}"
        " {params.options} {params.pictures}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.table:q} 2> {log:q}"


rule borrow_scores:
    """Weight the feature maps of images that nobody judged by their importance for another set."""
    input:
        **gated(
            features=FEATURES,
            weights=WEIGHTS,
            importance=of_giver(IMPORTANCE),
            scored_features=of_giver(FEATURES),
            judgments=of_giver(JUDGMENTS),
        ),
    output:
        **made(HEATMAPS),
        table=HEATMAP_TABLE,
    log:
        "results/logs/borrow_scores/{stimuli}/{backbone}/{measure}.log",
    wildcard_constraints:
        stimuli=one_of(SCORES_FROM),
    group:
        gathered("borrowed", *BORROWED_TOGETHER)
    conda:
        "../envs/environment.yaml"
    threads: threads_for("borrow_scores")
    resources:
        **asks("borrow_scores"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        giver=options(giver_of, "scores_from"),
        options=options(settings_of_measure, "similarity", "alignment", "mask"),
        code=code("heatmaps/borrow_scores.py"),
    shell:
        '"$AIS_RUN" heatmaps.borrow_scores'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --importance {input.importance:q}"
        " --scored-features {input.scored_features:q}"
        " --judgments {input.judgments:q}"
        " {params.giver} {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q}"
        " --table {output.table:q} 2> {log:q}"


localrules:
    tell_transfer,
    summarise_heatmaps,


rule tell_transfer:
    """Tell, of images that nobody judged, whether the scores that they are weighted by carry to any others."""
    input:
        transfer=transfer_of,
    output:
        note=TRANSFER_NOTE,
    log:
        "results/logs/tell_transfer/{stimuli}/{backbone}/{measure}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("tell_transfer"),
    params:
        giver=options(giver_of, "scores_from"),
        code=code("heatmaps/tell_transfer.py"),
    shell:
        '"$AIS_RUN" heatmaps.tell_transfer {params.giver} --transfer {input.transfer:q} --output {output.note:q} 2> {log:q}'


rule summarise_heatmaps:
    """One row a comparison and kind of heatmap: what it is worth beside plain activation, with warnings."""
    input:
        tables=each_of(HEATMAP_TABLE, MEASURED + BORROWED),
        notes=each_of(TRANSFER_NOTE, BORROWED),
    output:
        summary=in_report(HEATMAP_SUMMARY, "Worth of kinds, exact numbers (TSV)", "heatmaps_table", "Heatmaps"),
    log:
        "results/logs/summarise_heatmaps.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("summarise_heatmaps"),
    params:
        options=comparisons(MEASURED + BORROWED),
        names=comparisons(BORROWED, "notes-of") if BORROWED else "",
        code=code("heatmaps/summarise_heatmaps.py"),
    shell:
        '"$AIS_RUN" heatmaps.summarise_heatmaps {params.options} --tables {input.tables:q}'
        " {params.names} --notes {input.notes:q}"
        " --output {output.summary:q} 2> {log:q}"


rule draw_sheets:
    """Lay the heatmaps over their images, beside the controls, in pages."""
    input:
        **gated(heatmaps=HEATMAPS),
        table=HEATMAP_TABLE,
        note=note_of,
        manifest=MANIFEST,
        images=seen_images_of,
    output:
        sheet=in_report(HEATMAP_SHEET, f"Pictures: {{stimuli}}, {OF_A_NETWORK}", "heatmaps", "Heatmaps"),
        pages=directory(HEATMAP_PAGES),
    log:
        "results/logs/draw_sheets/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped_by_giver("images")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_sheets"),
        device=STUDY["device"],  # as all of its group
    params:
        options=options(what_is_shown, "heatmap_scores", "kinds", "colours", "scale"),
        code=code("heatmaps/draw_sheets.py"),
    shell:
        '"$AIS_RUN" heatmaps.draw_sheets'
        " --heatmaps {input.heatmaps:q}"
        " --table {input.table:q}"
        " --note {input.note:q}"
        " --manifest {input.manifest:q}"
        " --images={input.images:q}"
        " {params.options}"
        " --sheet {output.sheet:q}"
        " --pages {output.pages:q} 2> {log:q}"


rule draw_pairs:
    """Draw the pairs on which people and network differ most, and what makes them alike to it."""
    input:
        **gated(features=FEATURES, judgments=JUDGMENTS, importance=IMPORTANCE),
        manifest=MANIFEST,
        images=seen_images_of,
    output:
        sheet=in_report(PAIR_SHEET, f"Pairs: {{stimuli}}, {OF_A_NETWORK}", "pairs", "Heatmaps"),
        table=PAIR_TABLE,
    log:
        "results/logs/draw_pairs/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped("images")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_pairs"),
        device=STUDY["device"],  # as all of its group
    params:
        options=options(settings_of_measure, "similarity", "alignment"),
        colours=options(what_is_shown, "colours"),
        pairs=options(named_pairs, "pairs"),
        code=code("heatmaps/draw_pairs.py"),
    shell:
        '"$AIS_RUN" heatmaps.draw_pairs'
        " --features {input.features:q}"
        " --judgments {input.judgments:q}"
        " --importance {input.importance:q}"
        " --manifest {input.manifest:q}"
        " --images={input.images:q}"
        " {params.options} {params.colours} {params.pairs}"
        " --sheet {output.sheet:q}"
        " --table {output.table:q} 2> {log:q}"


rule draw_overlays:
    """Lay the paper's heatmap over each image, at the image's own size."""
    input:
        **gated(heatmaps=HEATMAPS),
        manifest=MANIFEST,
        images=seen_images_of,
    output:
        overlays=directory(OVERLAYS),
    log:
        "results/logs/draw_overlays/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped_by_giver("images")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("draw_overlays"),
        device=STUDY["device"],  # as all of its group
    params:
        options=options(what_is_shown, "heatmap_scores", "colours", "scale", "longest_side"),
        code=code("heatmaps/draw_overlays.py"),
    shell:
        '"$AIS_RUN" heatmaps.draw_overlays'
        " --heatmaps {input.heatmaps:q}"
        " --manifest {input.manifest:q}"
        " --images={input.images:q}"
        " {params.options}"
        " --overlays {output.overlays:q} 2> {log:q}"
