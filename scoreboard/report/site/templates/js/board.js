{
  // The board's own state: further ways to use each framework, and what somebody insists on.
  const flags = () => document.querySelectorAll("input[data-flag]");
  const form = document.querySelector("form[data-needs]"); // stays the same one when a run is followed
  const wanted = () => ({ needs: state.get("need").split(",").filter(Boolean), mb: Math.max(0, Number(state.get("mb")) || 0), pattern: state.get("pattern"), settings: state.get("settings") !== "" });
  const lacking = (row, { needs, mb, pattern, settings }) => {
    const { has, by, unknown, patterns, furtherPatterns, mb: size } = row.dataset, found = [];
    for (const name of needs) {
      const box = form.querySelector(`[value="${CSS.escape(name)}"]`);
      if (!box || has.split(" ").includes(name) || (settings && by.split(" ").includes(name))) continue;
      found.push(unknown.split(" ").includes(name) ? `not measured whether it ${box.parentElement.textContent.trim()}` : box.dataset.lacks);
    }
    if (mb && !(size && Number(size) < mb)) found.push(size ? `${Math.round(size)} MB` : "size not measured");
    if (pattern && patterns !== pattern && !(settings && furtherPatterns.split("|").includes(pattern))) found.push(patterns ? `its team is a ${patterns}` : "no team that passed");
    return found;
  };
  const told = (left, rows) => {
    const meeting = rows.length - left.length;
    const names = left.map(([row, why]) => `${row.dataset.name} (${why.join(", ")})`).join("; ");
    return left.length ? `${meeting} of ${rows.length} meet that. Left out: ${names}. No framework at all stays, to compare with.` : `All ${rows.length} meet that.`;
  };
  state.listen(() => {
    // Not every model was tried with every task: then the first board of the model is shown.
    const boards = [...document.querySelectorAll("#board [data-when-task]")], model = document.querySelector("#board [data-switch='model']")?.value;
    const mine = boards.filter((board) => !model || board.dataset.whenModel === model);
    if (mine.length && mine.every((board) => board.hidden)) mine[0].hidden = false;
    for (const flag of flags()) flag.checked = state.get(flag.dataset.flag) !== "";
    if (!form) return;
    const { needs, mb, pattern } = wanted();
    for (const box of form.querySelectorAll('[name="need"]')) box.checked = needs.includes(box.value);
    if (form.elements.mb && document.activeElement !== form.elements.mb) form.elements.mb.value = mb || "";
    if (form.elements.pattern) form.elements.pattern.value = pattern;
    const asks = needs.length || mb || pattern;
    for (const table of document.querySelectorAll("table.board")) {
      const left = [];
      for (const row of table.tBodies[0].rows) {
        const folded = "variant" in row.dataset && state.get("variants") === "";
        const why = asks && !row.matches(".baseline") ? lacking(row, wanted()) : [];
        if (why.length && !folded) left.push([row, why]);
        row.hidden = folded || why.length > 0;
      }
      const rows = [...table.tBodies[0].rows].filter((row) => !row.matches(".baseline") && !("variant" in row.dataset && state.get("variants") === ""));
      if (table.offsetParent !== null || table.closest("[data-when-task]:not([hidden])")) document.querySelector("[data-needs-told]")?.replaceChildren(asks ? told(left, rows) : "");
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-flag]")) state.set(event.target.dataset.flag, event.target.checked ? "yes" : "", "board");
    if (event.target.matches('[name="need"]')) state.set("need", [...form.querySelectorAll('[name="need"]:checked')].map((box) => box.value).join(","), "board");
    if (event.target.matches("select[name='pattern']")) state.set("pattern", event.target.value, "board");
  });
  form?.addEventListener("input", (event) => {
    if (event.target.matches('[name="mb"]')) state.set("mb", event.target.value, "board", { quiet: true });
  });
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener("reset", (event) => {
    event.preventDefault();
    if (form.elements.mb) form.elements.mb.value = "";
    ["need", "mb", "pattern", "settings"].forEach((name, number) => state.set(name, "", "board", { quiet: number > 0 }));
  });
}
