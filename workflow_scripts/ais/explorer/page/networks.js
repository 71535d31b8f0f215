// Of one image what a network makes of it: its heatmaps, the maps that make them, the images nearest to it.

function nearestOf(set, packed, image, among) {
  const all = numbers(packed, "images", "u2");
  const width = all.length / set.images.length;
  const values = numbers(packed, "values", "f4");
  const images = [];
  const items = [];
  for (let place = image * width; place < (image + 1) * width; place++) {
    const other = all[place];
    if (other === NONE) continue;
    images.push(other);
    const shared = among?.includes(other);
    items.push(element("li", {}, element("button",
      { type: "button", class: shared ? "near shared" : "near", title: `${set.images[other]}: ${told(values[place], 3)}`, click: async () => { await go({ image: set.images[other], beside: "" }); document.getElementById("name").focus(); } },
      thumbnail(set, other, { loading: null }), named(set.images[other], { class: set.photographs ? "unseen" : "name" }),
      element("span", { class: "number quiet" }, told(values[place])), shared && element("span", { class: "unseen" }, ", also near by people")),
      set.comparisons.some((each) => each.pairs) && besideButton(set.images[other])));
  }
  return { images, row: items.length ? element("ol", { class: "nearest" }, items) : element("p", { class: "quiet" }, "None: no pair of this image is defined.") };
}

// What the summary of heatmaps says of a kind: to be known before one looks.
function warningOf(comparison, kind) {
  const stored = kind === "importance" ? `importance/${content.study.heatmap_scores}` : kind;
  const row = content.heatmaps.find((each) => each.stimuli === state.set && each.backbone === comparison.backbone && each.measure === comparison.measure && each.kind === stored);
  return row?.warnings || "";
}

function networkOf(set, comparison, image, people) {
  const figures = kindsShown().map((kind) => figureOf(set, comparison, kind, image));
  const analysis = chosenAnalysis(comparison);
  const retained = comparison.retained[analysis];
  const lines = [["all maps", "", nearestOf(set, comparison.nearest, image, people).row]];
  if (retained?.images) {
    lines.push([`${retained.maps} retained maps`, `kept in more than half of the folds of ${analysis}`, nearestOf(set, retained, image, people).row]);
  }
  return element("section", { class: "network" },
    element("h3", {}, comparison.backbone),
    element("p", { class: "quiet" }, `Alignment of this image ${told(numbers(comparison, "alignments", "f4")[image])}, of the set ${told(comparison.alignment)} · ${comparison.maps.number} maps, layer ${comparison.layer}`),
    element("div", { class: "figures" }, figures),
    leadingOf(set, comparison, image),
    element("div", { class: "beside", "data-backbone": comparison.backbone }),
    element("div", { class: "nearby" }, lines.map(([title, about, row]) => element("div", { class: "line" }, element("h4", { title: about }, `Nearest by ${title}`), row))),
    behind("Pruning curve", () => element("div", { class: "curves" }, curvesOf(comparison))),
    behind("Numbers of these heatmaps", () => element("div", {}, numbersTable(comparison, image),
      element("p", { class: "quiet after" }, "Deletion: how far the alignment of this image with held-out partners drops when the hottest share of its cells is masked; larger is better. Insertion: when only they are kept; smaller is better. Reliability: r between the heatmaps by two halves of the partners, or of the raters."))));
}

function numbersTable(comparison, image) {
  const rows = kindsShown().filter((kind) => comparison.numbers.kinds[kind]);
  const columns = comparison.numbers.columns.filter((name) => rows.some((kind) => isKnown(column(comparison, kind, name)[image])));
  return table(`${comparison.backbone}: what each heatmap of this image is worth`, [
    { title: "kind", of: (kind) => content.kinds[kind].title },
    ...columns.map((name) => ({ title: titleOf(name), number: true, of: (kind) => told(column(comparison, kind, name)[image], 3) })),
  ], rows);
}

function figureOf(set, comparison, kind, image) {
  const about = content.kinds[kind];
  const own = cellsOf(comparison.kinds[kind], comparison.shape, image, comparison.grid[image]);
  const defined = own.some((value) => !Number.isNaN(value));
  const canvas = element("canvas", { class: "heatmap", role: "img", width: 1, height: 1, "aria-label": described(comparison, content.kinds[kind].title, own, comparison.grid[image]) });
  const bar = element("canvas", { class: "bar", "aria-hidden": "true", width: 120, height: 1 });
  const ends = [element("span"), element("span")];
  const r = column(comparison, kind, "r_activation")?.[image];
  const warning = warningOf(comparison, kind);
  canvas.draw = async () => {
    const picture = await pictureOf(set, image);
    const full = state.scale === "set" ? comparison.full[kind] : fullOf(own, about.both_ways, content.full);
    const how = { bothWays: about.both_ways, full, opacity: Number(state.opacity), colours: content.colours, contour: contourOf(set, image, picture) };
    canvas.values = valuesOver(set, comparison, image, own, picture);
    paint(canvas, picture, canvas.values, how);
    paintBar(bar, how);
    const published = how.colours === content.published.colours && !how.bothWays;
    const [low, high] = published ? ["lowest", "highest"] : [about.both_ways ? brief(-full) : "0", (state.scale === "set" ? "≥ " : "") + brief(full)];
    ends[0].textContent = low;
    ends[1].textContent = high;
  };
  return element("figure", {},
    element("button", { type: "button", class: "open", title: "Enlarge, with its values", click: () => enlarge(set, comparison, kind, image, own, canvas) }, canvas),
    element("figcaption", {},
      element("span", { class: "kind", title: about.question }, about.title),
      defined ? element("span", { class: "ends" }, ends[0], bar, ends[1]) : element("span", { class: "quiet" }, "undefined here"),
      defined && isKnown(r) && element("span", { class: "quiet" }, `r ${told(r)} with activation`),
      warning && element("span", { class: "warning" }, warning)));
}

// The maps that make most of the paper's heatmap of an image; they are drawn once one looks.
function leadingOf(set, comparison, image) {
  const of = comparison.leading;
  const maps = numbers(of, "maps", "u2");
  const number = maps.length / set.images.length;
  const places = Array.from({ length: number }, (_, at) => image * number + at).filter((place) => maps[place] !== NONE);
  if (!places.length) return null;
  const make = () => element("div", { class: "figures maps" }, places.map((place) => leadingFigure(set, comparison, image, place)));
  const toggle = (made) => {
    repaint(made);
    go({ leading: made.open ? "1" : "" }, false);
  };
  return behind(`The ${places.length} maps that make most of the heatmap`, make, { class: "leading", toggle });
}

function leadingFigure(set, comparison, image, place) {
  const of = comparison.leading;
  const map = numbers(of, "maps", "u2")[place];
  const q = numbers(comparison.maps, "q", "f4")?.[map];
  const share = numbers(of, "shares", "f4")[place];
  const canvas = element("canvas", { class: "heatmap", role: "img", width: 1, height: 1, "aria-label": `Where map ${map} is active` });
  canvas.draw = async () => {
    const picture = await pictureOf(set, image);
    canvas.values = valuesOver(set, comparison, image, cellsOf(of, comparison.shape, place, comparison.grid[image]), picture);
    paint(canvas, picture, canvas.values, { bothWays: false, full: numbers(of, "high", "f4")[place], opacity: Number(state.opacity), colours: coloursOfMaps(), contour: contourOf(set, image, picture) });
  };
  return element("figure", {}, canvas, element("figcaption", {},
    element("a", { href: link({ view: "maps", network: comparison.backbone, map: String(map) }) }, `map ${map}`),
    element("span", { class: "quiet" }, `${share < 0.005 ? "< 1" : Math.round(100 * share)} % of it`),
    element("span", { class: "quiet" }, `AIS ${told(numbers(of, "scores", "f4")[place], 4)}`),
    isKnown(q) && element("span", { class: "quiet" }, `q ${toldP(q)}`)));
}

// Where an image is most salient, if its contour is wished for.
function contourOf(set, image, { width, height }) {
  const [source, percent] = state.contour.split(" ");
  const of = set.saliency[source];
  if (!of || !of.grid[image][0] || !(percent > 0)) return null;
  const cells = cellsOf(of, of.shape, image, of.grid[image]);
  return { values: atImageSize(cells, of.grid[image], [0, 0, width, height], width, height), share: percent / 100 };
}

function described(comparison, title, own, grid) {
  let best = -1;
  own.forEach((value, cell) => { if (!Number.isNaN(value) && (best < 0 || value > own[best])) best = cell; });
  const where = best < 0 ? "undefined" : `largest, ${told(own[best])}, in row ${Math.floor(best / grid[1]) + 1} of ${grid[0]}, column ${(best % grid[1]) + 1} of ${grid[1]}`;
  return `Heatmap ${title}, ${comparison.backbone}: ${where}`;
}

function enlarge(set, comparison, kind, image, own, canvas) {
  const [h, w] = comparison.grid[image];
  const about = content.kinds[kind];
  const large = element("canvas", { class: "heatmap", role: "img", width: canvas.width, height: canvas.height, "aria-label": canvas.getAttribute("aria-label") });
  large.getContext("2d").drawImage(canvas, 0, 0);
  const rows = Array.from({ length: h }, (_, row) => row);
  const largest = own.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
  const digits = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(largest || 1))));
  const written = (value) => (Number.isNaN(value) ? "–" : signed(value.toFixed(digits)));
  const columns = [{ title: "row", of: (row) => row + 1 }, ...Array.from({ length: w }, (_, at) => ({ title: at + 1, number: true, of: (row) => written(own[row * w + at]) }))];
  const dialog = element("dialog", { "aria-labelledby": "enlarged", close: () => dialog.remove(), click: (event) => event.target === dialog && dialog.close() },
    element("div", { class: "head" }, element("h2", { id: "enlarged" }, `${about.title}, ${comparison.backbone}: `, named(set.images[image])),
      element("button", { type: "button", class: "step", "aria-label": "Close", click: () => dialog.close() }, "×")),
    element("p", { class: "quiet" }, `${about.question}; unit: ${about.unit}.`), large,
    behind(`Values of its ${h} × ${w} cells`, () => table(`${about.title}, ${about.unit}`, columns, rows)));
  document.body.append(dialog);
  dialog.showModal();
}

function repaint(root) {
  for (const canvas of root.querySelectorAll("canvas.heatmap")) canvas.draw?.();
}
