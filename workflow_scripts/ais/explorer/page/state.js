// State: what is looked at, kept in the address, so that a link shows another the same.

const DEFAULTS = {
  view: "images", set: content.sets[0], image: "", measure: "", analysis: "", network: "", map: "", filter: "",
  kinds: content.shown.join(","), opacity: String(content.strength), scale: content.scale,
  sort: "name", of: "", kind: "importance", down: "1", maps: "importance", statistic: "",
  beside: "", leading: "", contour: "",
};

function stateOf(address) {
  const given = new URLSearchParams(address.replace(/^#/, ""));
  const found = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) if (given.has(name)) found[name] = given.get(name);
  if (!content.sets.includes(found.set)) found.set = DEFAULTS.set;
  if (!(found.view in views)) found.view = DEFAULTS.view;
  const kinds = found.kinds.split(",").filter((kind) => kind in content.kinds);
  found.kinds = kinds.length ? kinds.join(",") : DEFAULTS.kinds;
  const opacity = Number(found.opacity);
  found.opacity = opacity >= 0 && opacity <= 1 ? String(opacity) : DEFAULTS.opacity;
  if (!["set", "own"].includes(found.scale)) found.scale = DEFAULTS.scale;
  if (!(found.kind in content.kinds)) found.kind = DEFAULTS.kind;
  return found;
}
function addressOf(wanted) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value !== DEFAULTS[name]) given.set(name, value);
  return "#" + given.toString();
}

let state = null;
let written = null;
// Change what is looked at. A step can be undone by the browser's own back button, unless it is one of many in a row
// (a slider, letters): of these the last is written, since browsers refuse addresses that change too often.
async function go(change, step = true) {
  const wanted = addressOf({ ...state, ...change });
  if (wanted === addressOf(state)) return;
  state = stateOf(wanted);
  clearTimeout(written);
  if (step) history.pushState(null, "", wanted);
  else written = setTimeout(() => history.replaceState(null, "", wanted), 200);
  await render();
}
const link = (change) => addressOf({ ...state, ...change });
