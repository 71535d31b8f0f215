// The summary: what pruning gains, as dumbbells and as a table, and what of it is valid.

const NOTES = {
  images: "Folds by images test on pairs of images that the selection never saw: that gain, with its interval over images, can be read as it stands.",
  pairs: "Folds by pairs share images between training and test, which flatters the gain: read it only beside the matched null.",
};

views.summary = {
  title: "Summary",
  build(root) {
    const rows = content.summary;
    const strict = rows.some((row) => row.split === "images");
    root.append(element("section", { class: "page" },
      element("h2", {}, "Do the important maps agree with people better than all maps?"),
      element("p", {}, "Alignment with people on held-out pairs: with all maps, and with those that the training pairs say to retain.", rows.some((row) => isKnown(row.ceiling_another_panel)) ? " A dashed line is what another panel of raters would reach, a dotted one a model without noise." : ""),
      strict
        ? element("p", { class: "note" }, NOTES.images, " ", NOTES.pairs, rows.some((row) => row.permutations) ? "" : " This study has no permutations, and so no null.")
        : element("p", { class: "note warned" }, "All folds of this study are by pairs. They share images between training and test, and let selection learn each image's mean similarity: no gain here tests the maps. Add an analysis with split: images."),
      content.without_judgments.length > 0 && element("p", { class: "note" }, `Not in this page, as nobody judged their images: ${content.without_judgments.join(", ")}. Their heatmaps, by the scores of another set, lie in results/heatmaps.`),
      legend(rows),
      element("div", { class: "panels" }, content.sets.map((name) => dumbbells(name, rows.filter((row) => row.stimuli === name)))),
      element("h3", {}, "The same in numbers"),
      summaryTable(rows)));
    return () => {};
  },
};

function legend(rows) {
  const entry = (mark, text) => element("li", {}, element("span", { class: `mark ${mark}`, "aria-hidden": "true" }), text);
  return element("ul", { class: "legend" },
    entry("full", "all maps"), entry("images", "retained, unseen images, with the 95 % interval of the gain"),
    entry("pairs", "retained, folds by pairs"), rows.some((row) => isKnown(row.matched_gain)) && entry("null", "gained where there is nothing to find (matched null)"));
}

// Marks on a line from `low` to `high`, placed in percent, so that they fit any width.
function axisOf(values) {
  const known = values.filter(isKnown);
  const low = Math.min(0, ...known);
  const high = Math.max(0.1, ...known);
  // Steps of 1, 2 or 5, at most eight of them; whole numbers of them, so that zero is zero.
  const unit = 10 ** Math.floor(Math.log10((high - low) / 8));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((step) => (high - low) / step <= 8 + 1e-9);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(digits)));
  const [start, end] = [ticks[0], ticks[ticks.length - 1]];
  const share = (value) => (value - start) / (end - start);
  return { ticks, digits, share, at: (value) => `${100 * share(value)}%`, between: (a, b) => `${(100 * Math.abs(b - a)) / (end - start)}%` };
}
function placed(kind, axis, value, until) {
  const made = element("span", { class: `mark ${kind}` });
  made.style.left = axis.at(until === undefined ? value : Math.min(value, until));
  if (until !== undefined) made.style.width = axis.between(value, until);
  return made;
}
function axisRow(axis) {
  return element("div", { class: "row axis", "aria-hidden": "true" }, element("span"), element("div", { class: "track" },
    axis.ticks.map((tick) => { const made = element("span", { class: "tick" }, signed(tick.toFixed(axis.digits))); made.style.left = axis.at(tick); return made; })));
}
function lines(axis) {
  return axis.ticks.map((tick) => placed("grid", axis, tick));
}

function dumbbells(name, rows) {
  if (!rows.length) return null;
  const axis = axisOf(rows.flatMap((row) => [row.full, row.retained, row.ceiling_noise_free_model, row.ceiling_another_panel, ...["gain_low", "gain_high", "matched_low", "matched_high"].map((name) => (isKnown(row[name]) ? row.full + row[name] : null))]));
  const made = rows.map((row) => element("div", { class: "row" },
    element("span", { class: "label" }, element("strong", {}, row.backbone), " ", element("span", { class: "quiet" }, `${row.analysis}, by ${row.split}`)),
    element("div", { class: "track" }, lines(axis),
      isKnown(row.ceiling_another_panel) && placed("ceiling", axis, row.ceiling_another_panel),
      isKnown(row.ceiling_noise_free_model) && placed("ceiling free", axis, row.ceiling_noise_free_model),
      isKnown(row.matched_low) && isKnown(row.full) && placed("band", axis, row.full + row.matched_low, row.full + row.matched_high),
      isKnown(row.gain_low) && placed("interval", axis, row.full + row.gain_low, row.full + row.gain_high),
      isKnown(row.full) && isKnown(row.retained) && placed("bar", axis, row.full, row.retained),
      isKnown(row.matched_gain) && isKnown(row.full) && placed("null", axis, row.full + row.matched_gain),
      isKnown(row.full) && placed("full", axis, row.full),
      isKnown(row.retained) && placed(row.split, axis, row.retained))));
  const [images, pairs] = [rows[0].images, rows[0].pairs_judged];
  return element("figure", { class: "dumbbells" },
    element("figcaption", {}, element("h3", {}, name), element("span", { class: "quiet" }, `${images} images, ${pairs} pairs judged; ${rows[0].alignment}`)),
    element("div", { role: "img", "aria-label": `Alignment with all and with retained maps, ${name}; the numbers stand in the table below` }, made, axisRow(axis)));
}

function noteOf(row) {
  const notes = [];
  if (row.split === "images") {
    if (!isKnown(row.gain_low)) notes.push("no interval");
    else notes.push(row.gain_low > 0 ? "interval above zero" : row.gain_high < 0 ? "interval below zero" : "interval includes zero");
  } else notes.push("flattered: beside the null only");
  if (row.folds_undefined) notes.push(`${row.folds_undefined} of ${row.folds} folds undefined`);
  if (!row.permutations) notes.push("no permutations");
  return notes.join("; ");
}

function summaryTable(rows) {
  const n = (title, of, show, about) => ({ title, number: true, sort: of, of: (row) => (show ?? ((x) => told(x, 3)))(of(row), row), about });
  return table("Gain of each set, network and analysis", [
    { title: "set", of: (row) => row.stimuli, sort: (row) => row.stimuli },
    { title: "network", of: (row) => row.backbone, sort: (row) => row.backbone },
    { title: "analysis", of: (row) => row.analysis, sort: (row) => row.analysis },
    { title: "folds by", of: (row) => row.split, sort: (row) => row.split },
    n("all maps", (row) => row.full), n("retained", (row) => row.retained),
    n("gain", (row) => row.gain),
    n("95 %", (row) => row.gain_low, (low, row) => (isKnown(low) ? `${told(low, 3)} to ${told(row.gain_high, 3)}` : "–"), "Interval over images, of folds by images only: Nadeau and Bengio's, or by leaving images out, as the analysis says"),
    n("matched null", (row) => row.matched_gain, (gain, row) => (isKnown(gain) ? `${told(gain, 3)} (${told(row.matched_low, 3)} to ${told(row.matched_high, 3)})` : "–"), "What the same procedure gains where nothing is left to find"),
    n("p", (row) => row.p_gain, (p, row) => (row.permutations ? toldP(p) : "–"), "Against the matched null: is anything left for a selection to exploit? The smallest that these permutations give is 1 / (permutations + 1)."),
    n("maps kept", (row) => row.n_retained, (kept, row) => `${told(kept, 0)} of ${row.maps}`),
    { title: "what it is worth", of: noteOf },
  ], rows);
}
