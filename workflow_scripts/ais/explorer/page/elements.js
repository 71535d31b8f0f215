// Elements: what is put on the page. Text is only ever text: no name from the data is read as HTML.

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}
function drawing(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}
function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else if (name === "value" || name === "checked" || name === "selected") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}
// A name from the data, in its own direction of writing.
const named = (text, attributes = {}) => element("bdi", attributes, String(text));

function choice(label, options, value, change, attributes = {}) {
  const made = element(
    "select",
    { ...attributes, change: (event) => change(event.target.value) },
    options.map(([key, title]) => element("option", { value: key, selected: key === value }, title)),
  );
  return element("label", { class: "choice" }, element("span", {}, label), made);
}

// A table of rows; columns: {title, of(row), number, sort(row)}. Sorted by a click on its head.
function table(caption, columns, rows, options = {}) {
  let order = options.order ?? { column: -1, down: true };
  const body = element("tbody");
  const heads = columns.map((column, index) => {
    const name = column.sort
      ? element("button", { type: "button", class: "sort", click: () => sortBy(index) }, column.title)
      : column.title;
    return element("th", { scope: "col", class: column.number ? "number" : undefined, title: column.about }, name);
  });
  const shown = () => {
    const column = columns[order.column];
    if (!column) return rows;
    const known = rows.filter((row) => isKnown(column.sort(row)));
    const unknown = rows.filter((row) => !isKnown(column.sort(row)));
    known.sort((a, b) => compare(column.sort(a), column.sort(b)) * (order.down ? -1 : 1));
    return [...known, ...unknown];
  };
  const fill = () => {
    const all = shown();
    const some = all.slice(0, options.most ?? all.length);
    body.replaceChildren(...some.map((row) => options.row?.(row, cells(columns, row)) ?? element("tr", {}, cells(columns, row))));
    heads.forEach((head, index) => {
      if (index === order.column) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };
  const sortBy = (index) => {
    order = { column: index, down: order.column === index ? !order.down : true };
    fill();
  };
  fill();
  return element(
    "div",
    { class: options.tall ? "scrolled tall" : "scrolled", tabindex: "0", role: "region", "aria-label": caption },
    element("table", {}, element("caption", { class: options.quiet ? "unseen" : undefined }, caption), element("thead", {}, element("tr", {}, heads)), body),
  );
}
const cells = (columns, row) =>
  columns.map((column, index) =>
    element(index === 0 ? "th" : "td", { scope: index === 0 ? "row" : undefined, class: column.number ? "number" : undefined }, column.of(row)),
  );
const isKnown = (value) => value !== null && value !== undefined && !Number.isNaN(value);
const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);

// What stands behind a title; it is made when it is first opened.
function behind(title, make, attributes = {}) {
  const fill = () => { if (made.children.length === 1) made.append(make()); };
  const made = element("details", { ...attributes, toggle: () => { if (made.open) fill(); attributes.toggle?.(made); } }, element("summary", { click: fill }, title));
  return made;
}

function say(text) {
  document.getElementById("said").textContent = text;
}
