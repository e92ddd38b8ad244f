// The matrix shows the columns that are chosen: thousands of cells are hidden by one attribute, and the heads span what is left.
{
  const ways = () => {
    const box = document.querySelector("[data-switch='ways']");
    if (!box) return "";
    const values = [...box.querySelectorAll("button")].map((button) => button.value);
    return values.includes(state.get("ways")) ? state.get("ways") : values[0];
  };
  const HIDDEN = { default: "ho", hardened: "do", both: "o" };
  const fit = (table, chosen) => {
    const [titles, below] = table.tHead.rows;
    let place = 0, all = 1;
    for (const title of [...titles.cells].slice(1)) {
      const count = Number(title.dataset.span ??= title.colSpan);
      const mine = [...below.cells].slice(place, place + count);
      const left = mine.filter((head) => !(HIDDEN[chosen] ?? "").includes(head.classList[0])).length;
      title.hidden = !left;
      title.colSpan = left || 1;
      place += count;
      all += left;
    }
    for (const group of table.querySelectorAll("th[scope='rowgroup']")) group.colSpan = all;
    table.dataset.ways = chosen;
  };
  state.listen(() => {
    const chosen = ways();
    if (chosen) for (const table of document.querySelectorAll("table.matrix")) if (table.dataset.ways !== chosen) fit(table, chosen);
  });

  // A thousand links are one stop for the tab key; arrow keys walk from sign to sign.
  const links = (table) => [...table.querySelectorAll("td a")].filter((link) => link.offsetParent);
  const rest = (table, link) => {
    for (const other of table.querySelectorAll("td a[tabindex='0']")) other.tabIndex = -1;
    if (link) link.tabIndex = 0;
  };
  state.listen(() => {
    for (const table of document.querySelectorAll("table.matrix")) {
      for (const link of table.querySelectorAll("td a:not([tabindex])")) link.tabIndex = -1;
      rest(table, links(table)[0]);
    }
  });
  const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  document.addEventListener("keydown", (event) => {
    const from = event.target.closest(".matrix td a"), step = STEPS[event.key];
    if (!from || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    const table = from.closest("table"), rows = [...table.querySelectorAll("tbody tr")];
    let column = from.parentElement.cellIndex, row = rows.indexOf(from.closest("tr")), to;
    do {
      column += step[0];
      row += step[1];
      if (!rows[row] || (step[0] && !rows[row].cells[column])) return;
      to = rows[row].cells[column]?.querySelector("a");
    } while (!to?.offsetParent);
    event.preventDefault();
    rest(table, to);
    to.focus();
  });
  document.addEventListener("mouseover", (event) => {
    const link = event.target.closest(".matrix td a, a.sign");
    if (link) link.title = link.getAttribute("aria-label");
  });
}
