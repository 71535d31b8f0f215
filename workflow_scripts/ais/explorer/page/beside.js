// Two images beside each other: of each cell its share in what makes them alike to a network.

function besideButton(name) {
  return element("button", { type: "button", class: "seen", "data-name": name, "aria-label": `What makes it alike to ${name}?`, title: "What makes them alike, cell by cell", click: () => go({ beside: state.beside === name ? "" : name }) }, "beside");
}

// Where the cells of an image in its similarity to another stand among those that are shipped; −1 where they do not.
const placesOfPairs = new WeakMap();
function placeOf(packed, image, other) {
  if (!placesOfPairs.has(packed)) {
    const [images, others] = [numbers(packed, "images", "u2"), numbers(packed, "others", "u2")];
    placesOfPairs.set(packed, new Map(Array.from(images, (each, place) => [`${each},${others[place]}`, place])));
  }
  return placesOfPairs.get(packed).get(`${image},${other}`) ?? -1;
}

function fillBeside(detail, set, image) {
  const other = set.images.indexOf(state.beside);
  for (const button of detail.querySelectorAll(".seen")) button.setAttribute("aria-pressed", String(button.dataset.name === state.beside));
  for (const holder of detail.querySelectorAll(".beside")) {
    const comparison = comparisonsOf(set).comparisons.find((each) => each.backbone === holder.dataset.backbone);
    holder.replaceChildren(...(other < 0 || other === image ? [] : pairOf(set, comparison, image, other)));
  }
}

function pairOf(set, comparison, image, other) {
  const heading = element("h4", {}, "Beside ", named(set.images[other]));
  if (!comparison.pairs) return [heading, element("p", { class: "quiet" }, "This similarity is no sum over cells: no cell has a share in it.")];
  const ways = [[image, other], [other, image]].map(([one, to]) => ({ one, place: placeOf(comparison.pairs, one, to) }));
  if (ways[0].place < 0) return [heading, element("p", { class: "quiet" }, "Neither is among the images nearest to the other, by people or by this network: for those alone this page holds the cells.")];
  for (const way of ways) way.cells = cellsOf(comparison.pairs, comparison.shape, way.place, comparison.grid[way.one]);
  const bothWays = comparison.measure.startsWith("correlation");
  const full = fullOf(Float64Array.from(ways.flatMap((way) => [...way.cells])), bothWays, content.full);
  const similarity = ways[0].cells.reduce((sum, value) => sum + value, 0);
  return [heading,
    element("p", { class: "quiet" }, `Similarity ${told(similarity)} by all maps: the sum of the cells of either. Full colour at ${brief(full)} or more.`),
    element("div", { class: "figures" }, ways.map((way) => pairFigure(set, comparison, way, { bothWays, full, colours: coloursOfMaps() })))];
}

function pairFigure(set, comparison, { one, cells }, how) {
  const name = set.images[one];
  const canvas = element("canvas", { class: "heatmap pair", role: "img", width: 1, height: 1, "aria-label": described(comparison, `shares of ${name} in the similarity`, cells, comparison.grid[one]) });
  canvas.draw = async () => {
    const picture = await pictureOf(set, one);
    canvas.values = valuesOver(set, comparison, one, cells, picture);
    paint(canvas, picture, canvas.values, { ...how, opacity: Number(state.opacity) });
  };
  return element("figure", {}, canvas, element("figcaption", {}, named(name, { class: "name" })));
}
