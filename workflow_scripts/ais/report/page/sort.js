// A click on a heading sorts its table, the second the other way; what has no value stays last.
for (const heading of document.querySelectorAll("th button")) {
  heading.addEventListener("click", () => {
    const cell = heading.parentElement;
    const table = cell.closest("table");
    const column = cell.cellIndex;
    const up = cell.getAttribute("aria-sort") !== "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
    const numbers = cell.classList.contains("number");
    const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === "" || b === "") return (a === "") - (b === "");
      const order = numbers ? a - b : a.localeCompare(b, undefined, { numeric: true });
      return up ? order : -order;
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
  });
}
