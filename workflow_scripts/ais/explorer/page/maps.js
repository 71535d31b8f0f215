// The maps: ranked by importance, and the images in which each is most active.

const MOST = 100;

views.maps = {
  title: "Maps",
  build(root, set) {
    const page = element("section", { class: "page" });
    root.append(page);
    let before = "";
    return () => {
      const comparison = chosenComparison(set, state.network);
      const now = [comparison.backbone, comparison.measure, state.maps].join();
      if (now !== before) fillMaps(page, set, comparison);
      before = now;
      showMap(page, set, comparison);
    };
  },
};

function mapsOf(comparison) {
  const importance = numbers(comparison.maps, "importance", "f4");
  const known = Object.fromEntries(["q", "low", "high", "q_new_images", "selection_frequency", "shapley"].map((name) => [name, numbers(comparison.maps, name, "f4")]));
  const rows = Array.from(importance, (value, map) => ({ map, importance: value, ...Object.fromEntries(Object.entries(known).map(([name, all]) => [name, all?.[map]])) }));
  rows.sort((a, b) => (isKnown(b.importance) - isKnown(a.importance)) || b.importance - a.importance || a.map - b.map);
  rows.forEach((row, rank) => { row.rank = rank + 1; });
  return rows;
}

const ORDERS = {
  importance: ["importance, largest first", (row) => -row.importance],
  harm: ["harm, most first", (row) => row.importance],
  shapley: ["Shapley value", (row) => -row.shapley],
  selection_frequency: ["how often they help in resamples", (row) => -row.selection_frequency],
};

function fillMaps(page, set, comparison) {
  const rows = mapsOf(comparison);
  const { comparisons } = comparisonsOf(set);
  const inferred = rows.some((row) => isKnown(row.q));
  const helping = rows.filter((row) => row.importance > 0).length;
  const certain = rows.filter((row) => row.q < 0.05).length;
  const order = state.maps in ORDERS ? state.maps : "importance";
  const known = Object.entries(ORDERS).filter(([name]) => inferred || ["importance", "harm"].includes(name));
  const sorted = [...rows].sort((a, b) => ORDERS[order][1](a) - ORDERS[order][1](b) || a.rank - b.rank);
  const n = (title, name, digits, about) => ({ title, number: true, about, of: (row) => (name.startsWith("q") ? toldP(row[name]) : told(row[name], digits)) });
  const columns = [
    { title: "map", of: (row) => element("a", { href: link({ map: String(row.map), network: comparison.backbone }), "data-map": row.map }, `map ${row.map}`) },
    { title: "rank", number: true, of: (row) => row.rank },
    n("importance (AIS)", "importance", 5, "How far the alignment drops when the map is masked"),
    ...(inferred ? [
      { title: "95 %", number: true, about: "Over resamples of the images", of: (row) => (isKnown(row.low) ? `${told(row.low, 4)} to ${told(row.high, 4)}` : "–") },
      n("q", "q", 3, "Against permuted labels, for these images (Benjamini–Hochberg)"),
      n("q, new images", "q_new_images", 3, "That it would help with other images too"),
      n("helps in resamples", "selection_frequency", 2), n("Shapley value", "shapley", 5, "Its share of the alignment"),
    ] : []),
    ...Object.entries(comparison.retained).map(([analysis, of]) => ({ title: `folds of ${analysis}`, number: true, about: "Folds that retain it", of: (row) => `${numbers(of, "times", "u2")[row.map]} of ${of.folds}` })),
  ];
  page.replaceChildren(
    element("h2", {}, "Which maps carry the alignment?"),
    element("div", { class: "tools" },
      choice("Network", comparisons.map((each) => [each.backbone, each.backbone]), comparison.backbone, (network) => go({ network, map: "" }), { id: "network" }),
      choice("Order", known.map(([name, [title]]) => [name, title]), order, (maps) => go({ maps }), { id: "order" })),
    element("p", {}, `${helping} of ${rows.length} maps help (AIS above zero)`, inferred ? `; ${certain} of them are told from chance for these images (q < .05)${isKnown(rows[0].q_new_images) ? `, and ${rows.filter((row) => row.q_new_images < 0.05).length} would be expected to help with new images too (q < .05)` : ""}.` : "; this study has no permutations, so nothing tells which of them are chance."),
    rankPlot(rows, inferred),
    element("div", { class: "shown", "aria-live": "polite" }),
    table(`Maps of ${comparison.backbone} by ${ORDERS[order][0]}${sorted.length > MOST ? `: the first ${MOST}` : ""}`, columns, sorted, { most: MOST, tall: true }),
    sorted.length > MOST && element("button", { type: "button", click: (event) => { event.target.previousElementSibling.replaceWith(table(`All maps of ${comparison.backbone}`, columns, sorted, { tall: true })); event.target.remove(); showMap(page, set, comparison); } }, `Show all ${sorted.length}`),
    element("div", { class: "curves" }, curvesOf(comparison)));
}

// Importance by rank; the bars of maps with q < .05 in colour.
function rankPlot(rows, inferred) {
  const values = rows.map((row) => (isKnown(row.importance) ? row.importance : 0));
  const [low, high] = [Math.min(0, ...values), Math.max(1e-12, ...values)];
  const y = (value) => 100 - (100 * (value - low)) / (high - low);
  const width = 1000 / rows.length;
  const shape = (wanted) => rows.map((row, i) => (wanted(row) ? `M${(i * width).toFixed(2)} ${y(0).toFixed(2)}V${y(values[i]).toFixed(2)}h${Math.max(width, 0.4).toFixed(2)}V${y(0).toFixed(2)}Z` : "")).join("");
  const certain = (row) => inferred && row.q < 0.05;
  return element("figure", { class: "ranks" },
    drawing("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", role: "img", "aria-label": `Importance of ${rows.length} maps by rank, from ${told(high, 4)} to ${told(low, 4)}; the numbers stand in the table below` },
      drawing("path", { class: "bars", d: shape((row) => !certain(row)) }), drawing("path", { class: "bars certain", d: shape(certain) }),
      drawing("line", { class: "zero", x1: 0, x2: 1000, y1: y(0), y2: y(0), "vector-effect": "non-scaling-stroke" })),
    element("figcaption", { class: "quiet" }, `AIS by rank, from ${told(high, 4)} to ${told(low, 4)}`, inferred ? "; in colour: q < .05" : ""));
}

// A curve an analysis, all on the same scale of alignment.
function curvesOf(comparison) {
  const all = Object.entries(comparison.retained);
  const axis = axisOf(all.flatMap(([, { curve }]) => [...curve.train, ...curve.test]));
  return all.map(([analysis, retained]) => curvePlot(comparison, analysis, retained, axis));
}

// Alignments beside an axis.
function levelsOf(axis) {
  return element("div", { class: "levels", "aria-hidden": "true" }, axis.ticks.map((tick) => {
    const made = element("span", { class: "level" }, signed(tick.toFixed(axis.digits)));
    made.style.bottom = axis.at(tick);
    return made;
  }));
}

// Numbers of maps below an axis, on a log scale.
function ticksOf(all) {
  return element("div", { class: "ticks", "aria-hidden": "true" }, [1, 10, 100, 1000].filter((number) => number < all / 2).concat(all).map((number) => {
    const made = element("span", { class: "tick" }, String(number));
    made.style.left = `${all > 1 ? (100 * Math.log(number)) / Math.log(all) : 0}%`;
    return made;
  }));
}

// Alignment while maps are kept, the first of each fold's ranking first; on a log scale.
function curvePlot(comparison, analysis, retained, axis) {
  const { kept, train, test } = retained.curve;
  const split = content.study.analyses[analysis]?.split;
  const all = comparison.maps.number;
  const x = (number) => (all > 1 ? (1000 * Math.log(number)) / Math.log(all) : 0);
  const y = (value) => 200 * (1 - axis.share(value));
  const path = (values) => values.map((value, i) => (isKnown(value) ? `${i && isKnown(values[i - 1]) ? "L" : "M"}${x(kept[i]).toFixed(1)} ${y(value).toFixed(1)}` : "")).join("");
  const line = (attributes) => drawing("line", { "vector-effect": "non-scaling-stroke", ...attributes });
  const rows = kept.map((_, i) => i);
  return element("figure", { class: "curve" },
    element("figcaption", {}, element("h3", {}, `Alignment while maps are kept: ${analysis}`, element("span", { class: "quiet" }, ` by ${split}${split === "pairs" ? ", which flatters held-out pairs" : ""}`)),
      element("span", { class: "quiet" }, `Mean alignment over folds; maps kept, most important first, on a log scale. Solid: held-out pairs; dashed: the pairs that chose. Vertical: ${told(retained.n_retained, 0)} maps are retained, on average.`)),
    element("div", { class: "plot" }, levelsOf(axis), drawing("svg", { viewBox: "0 0 1000 200", preserveAspectRatio: "none", role: "img", "aria-label": `Alignment of ${comparison.backbone} while maps are kept, ${analysis}; the numbers stand in the table below` },
      axis.ticks.map((tick) => line({ class: "level", x1: 0, x2: 1000, y1: y(tick), y2: y(tick) })),
      line({ class: "zero", x1: 0, x2: 1000, y1: y(0), y2: y(0) }),
      line({ class: "kept", x1: x(retained.n_retained), x2: x(retained.n_retained), y1: 0, y2: 200 }),
      drawing("path", { class: "train", d: path(train), "vector-effect": "non-scaling-stroke" }), drawing("path", { class: "test", d: path(test), "vector-effect": "non-scaling-stroke" })),
      ticksOf(all)),
    behind("Numbers of this curve", () => table(`Mean alignment by maps kept, ${analysis}`, [
      { title: "maps kept", of: (i) => kept[i] }, { title: "held-out pairs", number: true, of: (i) => told(test[i], 3) }, { title: "pairs that chose", number: true, of: (i) => told(train[i], 3) }], rows, { tall: true })));
}

function showMap(page, set, comparison) {
  const shown = page.querySelector(".shown");
  const rows = mapsOf(comparison);
  const row = rows.find((each) => String(each.map) === state.map) ?? rows[0];
  for (const anchor of page.querySelectorAll("a[data-map]")) {
    if (Number(anchor.dataset.map) === row.map) anchor.setAttribute("aria-current", "true");
    else anchor.removeAttribute("aria-current");
  }
  const images = numbers(comparison.maps, "strongest", "u2");
  const width = images.length / rows.length;
  const laid = numbers(comparison.maps.laid_out, "maps", "u2").indexOf(row.map);
  const figures = [];
  const full = laid < 0 ? 0 : Math.max(0, ...numbers(comparison.maps.laid_out, "high", "f4").subarray(laid * width, (laid + 1) * width).filter((x) => !Number.isNaN(x)));
  for (let place = 0; place < width; place++) {
    const image = images[row.map * width + place];
    if (image !== NONE) figures.push(firing(set, comparison, image, laid < 0 ? null : laid * width + place, full));
  }
  shown.replaceChildren(element("h3", {}, `Map ${row.map}`), element("p", { class: "quiet" }, figures.length ? `The images in which it is most active, by its mean over the image${laid < 0 ? "" : `; in colour: where, full at ${brief(full)}`}.` : "It is silent in every image."), element("div", { class: "figures" }, figures),
    laid >= 0 && Object.keys(comparison.retained).length > 0 && element("div", { class: "curves" }, Object.entries(comparison.retained).map(([analysis, of]) => foldsPlot(comparison, analysis, of, laid, row.map))));
}

// How each fold ranks a map, a row a fold, on a log scale; filled where the fold retains it.
function foldsPlot(comparison, analysis, retained, laid, map) {
  const ranks = [...numbers(retained, "ranks", "u2").subarray(laid * retained.folds, (laid + 1) * retained.folds)];
  const x = (rank) => `${(100 * Math.log(rank)) / Math.log(Math.max(2, comparison.maps.number))}%`;
  const kept = (fold) => ranks[fold] <= retained.of_folds[fold];
  const dots = ranks.map((rank, fold) => {
    const made = element("span", { class: kept(fold) ? "dot kept" : "dot" });
    [made.style.left, made.style.top] = [x(rank), `${(100 * (fold + 0.5)) / retained.folds}%`];
    return made;
  });
  return element("figure", { class: "curve" },
    element("figcaption", {}, element("h4", {}, `By fold: ${analysis}`),
      element("span", { class: "quiet" }, `Retained in ${numbers(retained, "times", "u2")[map]} of ${retained.folds} folds (filled). Its rank among ${comparison.maps.number} maps, on a log scale, a row a fold.`)),
    element("div", { class: "by-fold", role: "img", "aria-label": `Rank of map ${map} in each fold of ${analysis}; the numbers stand in the table below` }, dots),
    ticksOf(comparison.maps.number),
    behind("Numbers by fold", () => table(`Map ${map} in each fold of ${analysis}`, [
      { title: "fold", of: (fold) => fold + 1 }, { title: "rank", number: true, of: (fold) => ranks[fold] }, { title: "maps that it retains", number: true, of: (fold) => retained.of_folds[fold] }, { title: "retained", of: (fold) => (kept(fold) ? "yes" : "no") }], ranks.map((_, fold) => fold), { tall: true })));
}

function firing(set, comparison, image, place, full) {
  const canvas = element("canvas", { class: "heatmap", role: "img", width: 1, height: 1, "aria-label": `Where the map is active in ${set.images[image]}` });
  pictureOf(set, image).then((picture) => {
    const values = place === null ? new Float32Array(picture.width * picture.height).fill(NaN) : valuesOver(set, comparison, image, cellsOf(comparison.maps.laid_out, comparison.shape, place, comparison.grid[image]), picture);
    paint(canvas, picture, values, { bothWays: false, full, opacity: content.strength, colours: coloursOfMaps() });
  });
  return element("figure", {}, element("a", { class: "open", href: link({ view: "images", image: set.images[image], beside: "" }) }, canvas),
    element("figcaption", {}, named(set.images[image], { class: "name" }), place !== null && element("span", { class: "quiet" }, `mean ${told(numbers(comparison.maps.laid_out, "means", "f4")[place], 3)}`)));
}
// Activity is never negative and has no published look: jet's place is taken by the first table.
const coloursOfMaps = () => (content.colours === content.published.colours ? "viridis" : content.colours);
