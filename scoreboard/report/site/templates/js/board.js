{
  // The board's own state: further ways to use each framework, and what somebody insists on.
  const flags = () => document.querySelectorAll("input[data-flag]");
  const form = document.querySelector("form[data-needs]"); // stays the same one when a run is followed
  const wanted = () => ({ needs: state.get("need").split(",").filter(Boolean), mb: Number(state.get("mb")), pattern: state.get("pattern") });
  const words = (name) => form.querySelector(`[value="${CSS.escape(name)}"]`).parentElement.textContent.trim();
  const lacking = (row, { needs, mb, pattern }) => {
    const has = row.dataset.has.split(" ");
    const found = needs.filter((name) => form.querySelector(`[value="${CSS.escape(name)}"]`) && !has.includes(name)).map(words);
    if (mb && !(row.dataset.mb && Number(row.dataset.mb) < mb)) found.push(row.dataset.mb ? `${Math.round(row.dataset.mb)} MB` : "size not measured");
    if (pattern && !row.dataset.patterns.split("|").includes(pattern)) found.push(pattern);
    return found;
  };
  const told = (left, rows) => {
    const meeting = rows.length - left.length;
    const names = left.map(([row, why]) => `${row.dataset.name} (${why.join(", ")})`).join("; ");
    return left.length ? `${meeting} of ${rows.length} meet that. Left out: ${names}.` : `All ${rows.length} meet that.`;
  };
  state.listen(() => {
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
      if (table.offsetParent !== null || table.closest("[data-when-task]:not([hidden])")) form.querySelector("[data-needs-told]")?.replaceChildren(asks ? told(left, rows) : "");
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-flag]")) state.set(event.target.dataset.flag, event.target.checked ? "yes" : "", "board");
    if (event.target.matches('[name="need"]')) state.set("need", [...form.querySelectorAll('[name="need"]:checked')].map((box) => box.value).join(","), "board");
    if (event.target.matches("select[name='pattern']")) state.set("pattern", event.target.value, "board");
  });
  form?.addEventListener("input", (event) => {
    if (event.target.matches('[name="mb"]')) state.set("mb", event.target.value, "board");
  });
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener("reset", (event) => {
    event.preventDefault();
    if (form.elements.mb) form.elements.mb.value = "";
    for (const name of ["need", "mb", "pattern"]) state.set(name, "", "board");
  });
}
