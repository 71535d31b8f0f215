// The page itself: which view and set are shown, and what keys do.

const sets = window.explorerData;
const waiting = {};
// From disk a page may fetch nothing: a set's data come as a script that assigns.
function loaded(name) {
  waiting[name] ??= new Promise((done, failed) => {
    if (sets[name]) return done(sets[name]);
    const script = element("script", { src: `data/${encodeURIComponent(name)}.js` });
    script.addEventListener("load", () => (sets[name] ? done(sets[name]) : failed(new Error(`data/${name}.js holds another set`))));
    script.addEventListener("error", () => failed(new Error(`data/${name}.js is missing: keep the folder data beside this page`)));
    document.head.append(script);
    return undefined;
  });
  return waiting[name];
}

const main = document.getElementById("main");
let built = "";
let update = () => {};
async function render() {
  fillHeader();
  const wanted = [state.view, state.set].join();
  let set;
  try {
    set = await loaded(state.set);
  } catch (error) {
    built = "";
    main.replaceChildren(element("p", { class: "note warned", role: "alert" }, `${error.message}.`));
    return;
  }
  if (wanted !== [state.view, state.set].join()) return; // another was chosen meanwhile
  if (wanted !== built) {
    main.replaceChildren();
    update = views[state.view].build(main, set);
    built = wanted;
    document.title = `${views[state.view].title}, ${state.set} · Alignment-importance heatmaps`;
  }
  update();
  document.documentElement.dataset.ready = wanted;
  performance.mark("ready");
}

function fillHeader() {
  const nav = document.getElementById("views");
  if (!nav.children.length) {
    for (const [name, view] of Object.entries(views)) nav.append(element("a", { "data-view": name }, view.title));
    document.getElementById("choices").append(choice("Set", content.sets.map((name) => [name, name]), state.set, (set) => go({ set, image: "", map: "", network: "", filter: "" }), { id: "set" }));
  }
  for (const anchor of nav.children) {
    anchor.setAttribute("href", link({ view: anchor.dataset.view }));
    if (anchor.dataset.view === state.view) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  document.getElementById("set").value = state.set;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog, .scrolled, pre");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.id === "filter") event.target.blur();
  if (typing || state.view !== "images" || !sets[state.set]) return;
  if (event.key === "/") document.getElementById("filter")?.focus();
  else if (event.key === "ArrowRight") views.images.step(sets[state.set], 1);
  else if (event.key === "ArrowLeft") views.images.step(sets[state.set], -1);
  else if (/^[1-9]$/.test(event.key) && Object.keys(content.kinds)[event.key - 1]) toggleKind(Object.keys(content.kinds)[event.key - 1]);
  else return;
  event.preventDefault();
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
function arrive() {
  state = stateOf(location.hash);
  render();
}
window.addEventListener("hashchange", arrive);
arrive();
