// The images: a filterable gallery, and of one image every network's heatmaps side by side.

const COLUMNS = {
  r_activation: "r with plain activation",
  r_permuted: "r with permuted labels",
  r_partners: "reliability, halves of partners",
  r_raters: "reliability, halves of raters",
};
for (const percent of [10, 20, 30]) {
  COLUMNS[`deletion_${percent}`] = `deletion, ${percent} %`;
  COLUMNS[`insertion_${percent}`] = `insertion, ${percent} %`;
}
const titleOf = (column) => COLUMNS[column] ?? column.replaceAll("_", " ");
const kindsShown = () => state.kinds.split(",");

function comparisonsOf(set) {
  const measures = [...new Set(set.comparisons.map((each) => each.measure))];
  const measure = measures.includes(state.measure) ? state.measure : measures[0];
  return { measures, measure, comparisons: set.comparisons.filter((each) => each.measure === measure) };
}
function chosenComparison(set, backbone) {
  const { comparisons } = comparisonsOf(set);
  return comparisons.find((each) => each.backbone === backbone) ?? comparisons[0];
}
// The analysis whose retained maps are shown: the first are those by images.
function chosenAnalysis(comparison) {
  const analyses = Object.keys(comparison.retained);
  return analyses.includes(state.analysis) ? state.analysis : analyses[0];
}
// A per-image number of a kind, for every image; null where there is none.
function column(comparison, kind, name) {
  if (name === "alignment") return numbers(comparison, "alignments", "f4");
  const at = comparison.numbers.columns.indexOf(name);
  const all = comparison.numbers.kinds[kind] && numbers(comparison.numbers.kinds, kind, "f4");
  if (at < 0 || !all) return null;
  const width = comparison.numbers.columns.length;
  return Float32Array.from({ length: all.length / width }, (_, image) => all[image * width + at]);
}
const chosenImage = (set) => Math.max(0, set.images.indexOf(state.image));

// The images in the order and of the choice of the gallery, each with the number that it is sorted by.
function listed(set) {
  const wanted = state.filter.trim().toLocaleLowerCase();
  const found = set.images.map((name, image) => ({ image, name, value: null }));
  const some = wanted ? found.filter((each) => each.name.toLocaleLowerCase().includes(wanted)) : found;
  const values = state.sort === "name" ? null : column(chosenComparison(set, state.of), state.kind, state.sort);
  if (values) {
    for (const each of some) each.value = values[each.image];
    const way = state.down === "1" ? -1 : 1;
    some.sort((a, b) =>
      isKnown(a.value) && isKnown(b.value) ? way * (a.value - b.value) || a.image - b.image : isKnown(b.value) - isKnown(a.value) || a.image - b.image,
    );
  } else if (state.down === "0") some.reverse();
  return some;
}

function thumbnail(set, image, attributes = {}) {
  return set.photographs
    ? element("img", { src: set.photographs[image], alt: "", loading: "lazy", decoding: "async", ...attributes })
    : element("span", { class: "blank", "aria-hidden": "true" });
}

views.images = {
  title: "Images",
  build(root, set) {
    const gallery = galleryOf(set);
    const detail = element("section", { class: "detail", "aria-label": "The chosen image" });
    const tools = toolsOf(set);
    root.append(element("div", { class: "images" }, gallery.panel, element("div", { class: "work" }, tools.bar, detail)));
    let before = {};
    return () => {
      gallery.update();
      tools.update();
      const now = { image: chosenImage(set), kinds: state.kinds, measure: state.measure, analysis: state.analysis };
      if (Object.keys(now).some((key) => now[key] !== before[key])) fillDetail(detail, set, now.image);
      before = now;
      for (const each of detail.querySelectorAll(".leading")) each.open = state.leading === "1";
      fillBeside(detail, set, now.image);
      repaint(detail);
    };
  },
  step(set, by) {
    const order = listed(set);
    if (!order.length) return;
    const at = order.findIndex((each) => each.image === chosenImage(set));
    const next = order[(at + by + order.length) % order.length];
    go({ image: next.name, beside: "" });
    say(next.name);
  },
};

function galleryOf(set) {
  const items = set.images.map((name, image) => {
    const number = element("span", { class: "number quiet" });
    const button = element(
      "button",
      { type: "button", class: "thumbnail", click: () => go({ image: name, beside: "" }) },
      thumbnail(set, image), named(name, { class: "name" }), number,
    );
    return { item: element("li", {}, button), button, number };
  });
  const search = element("input", {
    type: "search", id: "filter", placeholder: "Filter  ( / )", "aria-label": "Filter images by name", autocomplete: "off", spellcheck: "false",
    input: (event) => go({ filter: event.target.value }, false),
  });
  const list = element("ul", { class: "thumbnails", "aria-label": "Images" });
  const count = element("p", { class: "quiet count", role: "status" });
  const sorting = element("div", { class: "sorting" });
  let [shown, sorted] = ["", ""];
  return {
    panel: element("aside", { class: "gallery", "aria-label": "All images of the set" }, search, sorting, count, list),
    update() {
      if (document.activeElement !== search) search.value = state.filter;
      const how = [state.sort, state.of, state.kind, state.down, state.measure].join();
      if (how !== sorted) fillSorting(sorting, set);
      sorted = how;
      const order = listed(set);
      const key = order.map((each) => `${each.image}:${each.value}`).join();
      if (key !== shown) {
        for (const each of order) items[each.image].number.textContent = each.value === null ? "" : told(each.value, 3);
        list.replaceChildren(...order.map((each) => items[each.image].item));
        count.textContent = order.length === set.images.length ? `${order.length} images` : `${order.length} of ${set.images.length} images`;
      }
      shown = key;
      const chosen = chosenImage(set);
      items.forEach(({ button }, image) => {
        const now = image === chosen;
        if (now && button.getAttribute("aria-current") !== "true") {
          button.setAttribute("aria-current", "true");
          // Only the list moves, never the page.
          const [at, seen] = [button.getBoundingClientRect(), list.getBoundingClientRect()];
          if (at.top < seen.top || at.bottom > seen.bottom) list.scrollTop += at.top - seen.top - seen.height / 3;
          if (at.left < seen.left || at.right > seen.right) list.scrollLeft += at.left - seen.left - seen.width / 3;
        } else if (!now) button.removeAttribute("aria-current");
      });
    },
  };
}

function fillSorting(sorting, set) {
  const { comparisons } = comparisonsOf(set);
  const chosen = chosenComparison(set, state.of);
  const kinds = Object.keys(chosen.numbers.kinds);
  const options = [["name", "name"], ["alignment", "alignment with people"], ...chosen.numbers.columns.map((name) => [name, titleOf(name)])];
  const focused = sorting.contains(document.activeElement) ? document.activeElement.id : "";
  sorting.replaceChildren(
    choice("Sort by", options, state.sort, (sort) => go({ sort }), { id: "sort" }),
    state.sort === "name" ? "" : choice("of", comparisons.map((each) => [each.backbone, each.backbone]), chosen.backbone, (of) => go({ of }), { id: "sort-of" }),
    ["name", "alignment"].includes(state.sort) ? "" : choice("kind", kinds.map((kind) => [kind, content.kinds[kind].title]), state.kind, (kind) => go({ kind }), { id: "sort-kind" }),
    element("button", { type: "button", id: "sort-way", class: "small", click: () => go({ down: state.down === "1" ? "0" : "1" }) },
      state.sort === "name" ? (state.down === "1" ? "A to Z" : "Z to A") : state.down === "1" ? "largest first" : "smallest first"),
  );
  if (focused) document.getElementById(focused)?.focus();
}

function toolsOf(set) {
  const kinds = Object.entries(content.kinds).map(([kind, about], index) => {
    const box = element("input", { type: "checkbox", change: () => toggleKind(kind) });
    return { kind, box, label: element("label", { class: "chip", title: `${about.question} (key ${index + 1})` }, box, about.title) };
  });
  const opacity = element("input", { type: "range", min: 0, max: 1, step: 0.05, id: "opacity", input: (event) => go({ opacity: event.target.value }, false) });
  const scale = choice("Full colour", [["set", "of the set"], ["own", "of each image"]], state.scale, (value) => go({ scale: value }), { id: "scale" });
  const contours = Object.keys(set.saliency).flatMap((source, _, all) => [5, 10, 15, 20, 30].map((percent) => [`${source} ${percent}`, `top ${percent} %${all.length > 1 ? ` of ${source}` : ""}`]));
  const contour = contours.length > 0 && choice("Saliency", [["", "not shown"], ...contours], state.contour, (value) => go({ contour: value }), { id: "contour", title: `Its contour; drawn from means over at most ${Math.max(...Object.values(set.saliency).flatMap((of) => of.shape))} cells a side` });
  const { measures } = comparisonsOf(set);
  const measure = measures.length > 1 && choice("Measure", measures.map((each) => [each, each]), state.measure, (value) => go({ measure: value }), { id: "measure" });
  const analyses = [...new Set(set.comparisons.flatMap((each) => Object.keys(each.retained)))];
  const analysis = analyses.length > 1 && choice("Retained by", analyses.map((each) => [each, each]), state.analysis, (value) => go({ analysis: value }), { id: "analysis", title: "Maps kept in more than half of this analysis's folds" });
  const bar = element("div", { class: "tools" },
    element("fieldset", {}, element("legend", { class: "unseen" }, "Kinds of heatmap"), kinds.map((each) => each.label)),
    element("label", { class: "choice" }, element("span", {}, "Opacity"), opacity), scale, contour, analysis, measure);
  return {
    bar,
    update() {
      for (const { kind, box } of kinds) box.checked = kindsShown().includes(kind);
      if (opacity.value !== state.opacity) opacity.value = state.opacity;
      scale.querySelector("select").value = state.scale;
      if (contour) contour.querySelector("select").value = contours.some(([value]) => value === state.contour) ? state.contour : "";
      if (analysis) analysis.querySelector("select").value = chosenAnalysis(comparisonsOf(set).comparisons[0]) ?? analyses[0];
      if (measure) measure.querySelector("select").value = comparisonsOf(set).measure;
    },
  };
}

async function toggleKind(kind) {
  const now = kindsShown();
  const wanted = Object.keys(content.kinds).filter((each) => (each === kind ? !now.includes(each) : now.includes(each)));
  // In the study's own order as long as these are its own kinds.
  const order = [...content.shown, ...Object.keys(content.kinds).filter((each) => !content.shown.includes(each))];
  if (wanted.length) await go({ kinds: order.filter((each) => wanted.includes(each)).join(",") });
  else await render(); // one stays: its box is ticked again
}

function fillDetail(detail, set, image) {
  const { comparisons } = comparisonsOf(set);
  const name = set.images[image];
  const step = (by, label, sign) => element("button", { type: "button", class: "step", "aria-label": label, title: `${label} (${by < 0 ? "←" : "→"})`, click: () => views.images.step(set, by) }, sign);
  const people = nearestOf(set, set.nearest, image, null);
  const [width, height] = set.sizes[image];
  detail.replaceChildren(
    element("div", { class: "head" }, step(-1, "Previous image", "‹"), step(1, "Next image", "›"),
      element("h2", { tabindex: "-1", id: "name" }, named(name)), element("span", { class: "quiet" }, `${width} × ${height}`)),
    element("div", { class: "top" },
      element("figure", { class: "photograph" }, set.photographs ? element("img", { src: set.photographs[image], alt: `Photograph ${name}` }) : element("p", { class: "note" }, "Photographs are left out of this page.")),
      element("div", { class: "people" }, element("h3", {}, "Nearest by people"), people.row,
        element("p", { class: "quiet" }, "Below, for each network: the heatmaps of this image, and the images nearest to it by the network. A ring marks those that are among the nearest by people."))),
    ...comparisons.map((each) => networkOf(set, each, image, people.images)),
  );
}
