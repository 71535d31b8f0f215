// The study: its settings, what it is about, and how to cite it.

views.study = {
  title: "Study",
  build(root, set) {
    const rows = content.summary.filter((row) => row.stimuli === state.set);
    const facts = (pairs) => element("dl", {}, pairs.flatMap(([term, ...of]) => [element("dt", {}, term), ...of.map((each) => element("dd", {}, each))]));
    const digest = (text) => element("code", { class: "digest" }, text);
    root.append(element("section", { class: "page" },
      element("h2", {}, "The study"),
      facts([
        ["Set", state.set], ["Images", String(set.images.length)], ["Pairs judged", `${set.pairs_judged} of ${(set.images.length * (set.images.length - 1)) / 2}`],
        ["Folds", rows.length ? `${rows[0].folds} (${rows[0].seeds} ${rows[0].seeds === 1 ? "seed" : "seeds"})` : "–"],
        ["Photographs", set.photographs ? "at most 256 pixels wide or high, in this page's data" : "left out of this page"],
        ["Judgments' digest", digest(set.judgments_digest)]]),
      element("h3", {}, "Networks"),
      table(`Networks compared on ${state.set}`, [
        { title: "network", of: (each) => each.backbone }, { title: "measure", of: (each) => each.measure }, { title: "architecture", of: (each) => each.architecture }, { title: "layer", of: (each) => each.layer },
        { title: "maps", number: true, of: (each) => each.maps.number }, { title: "cells", of: (each) => each.shape.join(" × ") }, { title: "readout", of: (each) => each.readout.replace("_", " ") },
        { title: "weights", of: (each) => digest(each.digests.weights) }, { title: "features", of: (each) => digest(each.digests.features) }], set.comparisons),
      element("h3", {}, "What each kind of heatmap asks"),
      facts(Object.values(content.kinds).map((about) => [about.title, `${about.question}; unit: ${about.unit}`])),
      element("h3", {}, "Settings"),
      element("p", { class: "quiet" }, "All that bears on the results, defaults included."),
      element("pre", { tabindex: "0", "aria-label": "Settings" }, JSON.stringify(content.study, null, 2)),
      element("h3", {}, "How to cite"),
      element("p", {}, "Truong, N., Pesenti, D., & Hasson, U. (2025). Explaining Human Comparisons using Alignment-Importance Heatmaps. ", element("em", {}, "Computational Brain & Behavior"), ", 8(3). arXiv:2409.16292."),
      element("p", { class: "quiet" }, "And this software, by its CITATION.cff."),
      element("h3", {}, "Keys"),
      facts([["← →", "previous, next image"], ["/", "filter images"], ["1 to 9", "show or hide a kind of heatmap"]])));
    return () => {};
  },
};
