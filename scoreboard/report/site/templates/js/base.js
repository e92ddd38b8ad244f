// The state of the page lives in its address, as in index.html#board?task=dice&sort=calls, so that a view can be shared.
const state = (() => {
  const listeners = [];
  const split = () => {
    const [section, words = ""] = location.hash.slice(1).split(/\?(.*)/s);
    return [section, new URLSearchParams(words)];
  };
  const tell = () => listeners.forEach((listener) => listener());
  const scroll = () => {
    const [section] = split();
    if (location.hash.includes("?")) document.getElementById(section)?.scrollIntoView();
  };
  addEventListener("hashchange", () => { tell(); scroll(); });
  addEventListener("DOMContentLoaded", scroll);
  return {
    get: (key) => split()[1].get(key) ?? "",
    set(key, value, section, { quiet = false } = {}) {
      const [before, words] = split();
      value ? words.set(key, value) : words.delete(key);
      const told = [section || before, words.toString()].filter(Boolean).join("?");
      const address = `${location.pathname}${location.search}#${words.size ? told : section || before}`;
      quiet ? history.replaceState(null, "", address) : history.pushState(null, "", address);
      tell();
    },
    listen(listener) { listeners.push(listener); listener(); },
    refresh: tell,
  };
})();
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]'), words = location.hash.split("?")[1];
  if (!link || link.matches(".skip") || !words) return;
  event.preventDefault();
  history.pushState(null, "", `${link.getAttribute("href")}?${words}`);
  const target = document.getElementById(link.hash.slice(1));
  target?.scrollIntoView();
  target?.focus({ preventScroll: true });
});
const sectionOf = (element) => element.closest("section")?.id ?? "";

// Switches: what is chosen in one is shown, everything else of its kind is not.
const switches = () => [...document.querySelectorAll("[data-switch]")];
const choices = (box) => box.matches("select") ? [...box.options].map((option) => option.value) : [...box.querySelectorAll("button")].map((button) => button.value);
state.listen(() => {
  const chosen = new Map();
  for (const box of switches()) {
    const key = box.dataset.switch, values = choices(box);
    const value = values.includes(state.get(key)) ? state.get(key) : box.dataset.first || values[0];
    chosen.set(key, value);
    if (box.matches("select")) box.value = value;
    else for (const button of box.querySelectorAll("button")) button.setAttribute("aria-pressed", button.value === value);
  }
  const fits = (part, [key, value]) => (part.getAttribute(`data-when-${key}`) ?? value).split(" ").includes(value);
  const parts = [...chosen.keys()].map((key) => `[data-when-${key}]`).join();
  if (parts) for (const part of document.querySelectorAll(parts)) part.hidden = ![...chosen].every((each) => fits(part, each));
});
const choose = (box, value) => state.set(box.dataset.switch, value === (box.dataset.first || choices(box)[0]) ? "" : value, sectionOf(box));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-switch] button");
  if (button) choose(button.closest("[data-switch]"), button.value);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-switch]")) choose(event.target, event.target.value);
});

// Tables: a click on a column's head sorts by it, a second one the other way, a third as it was.
const heads = (table) => [...table.tHead.querySelectorAll("th[data-column]")];
const key = (row, place) => {
  const told = row.cells[place]?.dataset.v ?? "";
  return told === "" ? null : isNaN(told) ? told : Number(told);
};
const compare = (one, other) => typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other));
function sort(table) {
  const wanted = state.get(table.dataset.key), down = wanted.startsWith("-"), name = wanted.replace("-", "");
  const head = heads(table).find((each) => each.dataset.column === name);
  for (const each of heads(table)) each === head ? each.setAttribute("aria-sort", down ? "descending" : "ascending") : each.removeAttribute("aria-sort");
  for (const body of table.tBodies) {
    const rows = [...body.rows];
    rows.forEach((row, number) => { row.dataset.place ??= number; });
    const found = new Map(rows.map((row) => [row, head ? key(row, head.cellIndex) : null]));
    rows.sort((a, b) => {
      const [one, other] = [found.get(a), found.get(b)];
      if (one === null || other === null) return (one === null) - (other === null) || a.dataset.place - b.dataset.place;
      return (down ? compare(other, one) : compare(one, other)) || a.dataset.place - b.dataset.place;
    });
    body.append(...rows);
  }
}
function makeSortable(table) {
  for (const head of heads(table)) {
    if (head.querySelector("button.sort")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
  }
}
state.listen(() => {
  for (const table of document.querySelectorAll("table.sortable")) { makeSortable(table); sort(table); }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.sort");
  if (!button) return;
  const table = button.closest("table"), name = button.closest("th").dataset.column, now = state.get(table.dataset.key);
  const next = now === name ? `-${name}` : now === `-${name}` ? "" : name;
  state.set(table.dataset.key, next, sectionOf(table));
});

// Light or dark: as the system says, until somebody chooses.
const theme = document.querySelector(".theme");
const paint = (chosen) => {
  chosen ? document.documentElement.setAttribute("data-theme", chosen) : document.documentElement.removeAttribute("data-theme");
  if (theme) theme.textContent = `Theme: ${chosen || "as the system"}`;
};
const kept = { get() { try { return localStorage.getItem("theme") ?? ""; } catch { return ""; } }, set(value) { try { localStorage.setItem("theme", value); } catch { /* not kept */ } } };
paint(kept.get());
if (theme) {
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const next = { "": "dark", dark: "light", light: "" }[kept.get() || document.documentElement.dataset.theme || ""];
    kept.set(next);
    paint(next);
  });
}

// Charts are pictures whose marks tell their figures: whoever points at one may read it.
state.listen(() => {
  for (const mark of document.querySelectorAll(".chart svg [aria-label]")) {
    if (mark.querySelector(":scope > title")) continue;
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = mark.getAttribute("aria-label");
    mark.append(title);
  }
});
