// Saliency: whether heatmaps fall where people look, beside chance and other images' saliency.

const STATISTICS = {
  precision: "precision: how much of the heatmap's hottest share is salient",
  recall: "recall: how much of the salient share the heatmap finds",
  relative_risk: "relative risk of salient places to be hot",
  average_precision: "average precision, over all shares of the heatmap",
  CC: "CC: correlation of both maps", SIM: "SIM: overlap of both maps",
  AUC: "AUC: fixations against all places", sAUC: "sAUC: fixations against those in other images", NSS: "NSS: standardised heatmap at fixations",
};
const statisticOf = (row) => [row.statistic, row.saliency_percent ?? ""].join(" ").trim();
const kindTitle = (kind) => content.names[kind] ?? (kind === "centre" ? "centre bias" : kind);

if (content.saliency.length) {
  views.saliency = {
    title: "Saliency",
    build(root) {
      const page = element("section", { class: "page" });
      root.append(page);
      let before = null;
      return () => {
        if (before !== state.statistic) fillSaliency(page, content.saliency.filter((row) => row.stimuli === state.set));
        before = state.statistic;
      };
    },
  };
}

function fillSaliency(page, rows) {
  const heading = element("h2", {}, "Do the heatmaps fall where people look?");
  if (!rows.length) {
    page.replaceChildren(heading, element("p", {}, "This set names no saliency."));
    return;
  }
  const statistics = [...new Set(rows.map(statisticOf))];
  const chosen = statistics.includes(state.statistic) ? state.statistic : statistics.find((each) => each.startsWith("precision 10")) ?? statistics[0];
  const some = rows.filter((row) => statisticOf(row) === chosen);
  const axis = axisOf(some.flatMap((row) => [row.value, row.chance, row.shuffled]));
  const [name, percent] = chosen.split(" ");
  const group = (row) => [row.backbone, row.measure, row.source].join(" · ");
  page.replaceChildren(heading,
    element("div", { class: "tools" }, choice("Statistic", statistics.map((each) => [each, each.replaceAll("_", " ") + (each.includes(" ") ? " %" : "")]), chosen, (statistic) => go({ statistic }), { id: "statistic" })),
    element("p", {}, `${STATISTICS[name] ?? name}${percent ? `; the top ${percent} % of each` : ""}. Means over images (relative risk: median). A heatmap that does not exceed other images' saliency knows nothing of its own image.`),
    element("ul", { class: "legend" },
      [["pairs", "heatmap"], ["null", "with other images' saliency"], ["full", "chance"]].map(([mark, text]) => element("li", {}, element("span", { class: `mark ${mark}`, "aria-hidden": "true" }), text))),
    element("div", { class: "panels" }, [...new Set(some.map(group))].map((title) => element("figure", { class: "dumbbells" },
      element("figcaption", {}, element("h3", {}, title)),
      element("div", { role: "img", "aria-label": `${name} of each kind of heatmap, ${title}; the numbers stand in the table below` },
        some.filter((row) => group(row) === title).map((row) => element("div", { class: "row" }, element("span", { class: "label" }, kindTitle(row.kind)),
          element("div", { class: "track" }, lines(axis),
            isKnown(row.chance) && placed("full", axis, row.chance), isKnown(row.shuffled) && placed("null", axis, row.shuffled), isKnown(row.value) && placed("pairs", axis, row.value)))),
        axisRow(axis))))),
    saliencyTable(some));
}

function saliencyTable(rows) {
  const n = (title, key, show, about) => ({ title, number: true, about, sort: (row) => row[key], of: (row) => (show ?? ((x) => told(x, 3)))(row[key], row) });
  const interval = (key) => (value, row) => (isKnown(value) ? `${told(value, 3)} (${told(row[`${key}_low`], 3)} to ${told(row[`${key}_high`], 3)})` : "–");
  return table("The same in numbers", [
    { title: "network", of: (row) => row.backbone, sort: (row) => row.backbone }, { title: "source", of: (row) => row.source, sort: (row) => row.source },
    { title: "kind", of: (row) => kindTitle(row.kind), sort: (row) => kindTitle(row.kind) },
    n("images", "images", String), n("value", "value"), n("chance", "chance"), n("other images", "shuffled", null, "On a common grid, with all other images' saliency"),
    n("p", "p_shuffled", toldP, "Permutations of which saliency is whose image's: does a heatmap know its own image?"),
    n("less activation", "minus_activation", interval("minus_activation"), "Mean difference to plain activation, with its 95 % interval over images"),
    n("less centre bias", "minus_centre", interval("minus_centre"), "Mean difference to a map of centre bias, with its 95 % interval over images"),
  ], rows);
}
