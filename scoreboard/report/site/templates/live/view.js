// Follows the scoreboard while a run is going: a line at the bottom tells what is new, and the page keeps up with it.
{
  const root = document.documentElement;
  const isWaiting = "waiting" in root.dataset;
  const FLASHES = "td, th, li, p, dd";
  const FLASH_MS = 2000, TOLD_MS = 60000, AGAIN_MS = 5000;
  let shown = root.dataset.edition; // the edition on the screen
  let before = null; // the page of that edition as it came, before any script touched it
  let status = null, source = null, isLost = false, isBusy = false, isGone = false;

  // A sheet of its own kind, because some pages allow no inline style.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    body { padding-bottom: 2.6rem }
    .following { position: fixed; inset: auto 0 0 0; z-index: 8; padding: .3rem 1rem; font-size: .86rem; line-height: 1.4;
      background: var(--panel, Canvas); color: var(--text, CanvasText); border-top: 1px solid var(--line, GrayText) }
    .following.trouble { border-top: 2px solid var(--bad, GrayText) }
    .following .told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
    @media (prefers-reduced-motion: no-preference) { .news { animation: news ${FLASH_MS}ms ease-out } }
    @media (prefers-reduced-motion: reduce) { .news { box-shadow: inset 0 0 0 99em var(--added, Highlight) } }
    @keyframes news { from { box-shadow: inset 0 0 0 99em var(--added, Highlight) } }
    @media print { .following { display: none } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  // The line: its text changes every second, so it is read out only when something else than a number has changed.
  const line = document.createElement("aside"), seen = document.createElement("span"), told = document.createElement("span");
  line.className = "following";
  line.setAttribute("aria-label", "What is going on");
  seen.setAttribute("aria-hidden", "true");
  told.className = "told";
  told.setAttribute("role", "status");
  line.append(seen, told);
  document.body.append(line);

  const ago = (moment) => {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(moment)) / 1000));
    if (seconds < 60) return `${seconds} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    return seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago` : `on ${moment.slice(0, 10)}`;
  };
  const counted = () => `${status.trials} ${status.trials === 1 ? "trial" : "trials"}`;
  function words() {
    if (isLost) return "Not following any more: bakeoff view has ended.";
    if (!status) return "Following begins.";
    if (isWaiting) return status.running ? "A run has begun." : "No run is going yet.";
    if (status.trouble) return `This is the last good page. ${status.trouble}`;
    if (isGone) return "This page is no longer part of the scoreboard.";
    return status.running ? "Following" : "No run is going";
  }
  let lastKind = "", lastTold = 0;
  function tell() {
    const kind = words(), isCalm = status?.newest && !isLost && !status.trouble && !isGone && !isWaiting;
    const news = isCalm ? `: ${counted()}, ${ago(status.newest_at)} ${status.newest}` : "";
    seen.textContent = kind + news;
    line.classList.toggle("trouble", isLost || isGone || Boolean(status?.trouble && !isWaiting));
    if (kind === lastKind && (!status?.running || Date.now() - lastTold < TOLD_MS)) return;
    told.textContent = isCalm ? `${kind}: ${counted()}` : kind;
    [lastKind, lastTold] = [kind, Date.now()];
  }

  // Keeping up: what differs between two editions is changed where it stands; all else, and whatever the reader did, stays.
  // A table of another shape, and whatever a script has rearranged, is replaced whole; `state.refresh` brings it to life.
  const kind = (part) => [part.tagName, part.id, part.dataset?.framework, part.dataset?.key].join();
  const look = (part) => [kind(part), part.getAttribute("class"), part.getAttribute("data-when-task")].join();
  const loose = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("\n");
  const inOrder = (parts) => [...parts].sort((a, b) => (a.dataset?.place ?? 0) - (b.dataset?.place ?? 0)); // of a sorted table
  const shape = (table) => [...table.rows].map((row) => [row.parentElement.tagName, row.cells[0]?.textContent.trim(), ...[...row.cells].map((cell) => cell.tagName + cell.colSpan)].join()).join("\n");
  const copy = (node) => document.importNode(node, true);
  function renew(live, was, now) {
    if (was.isEqualNode(now)) return;
    if (was.matches("table") && shape(was) !== shape(now)) return replace(live, now);
    for (const name of new Set([...was.getAttributeNames(), ...now.getAttributeNames()])) {
      const value = now.getAttribute(name);
      if (was.getAttribute(name) === value) continue;
      value === null ? live.removeAttribute(name) : live.setAttribute(name, value);
    }
    const [mine, old] = [inOrder(live.children), [...was.children]];
    const isAsItCame = loose(was) === loose(now) && mine.map(kind).join() === old.map(kind).join();
    if (now.children.length && isAsItCame && !(live instanceof SVGElement)) renewParts(live, mine, old, [...now.children]);
    else if (was.innerHTML !== now.innerHTML) fill(live, now);
  }
  function renewParts(live, mine, old, fresh) {
    let next = 0; // of the old parts, the first that is not dealt with
    for (const part of fresh) {
      const found = old.findIndex((each, place) => place >= next && look(each) === look(part));
      if (found < 0) {
        const added = copy(part);
        live.insertBefore(added, mine[next] ?? null);
        flash(added);
        continue;
      }
      mine.slice(next, found).forEach((gone) => gone.remove());
      renew(mine[found], old[found], part);
      next = found + 1;
    }
    mine.slice(next).forEach((gone) => gone.remove());
  }
  function fill(live, now) {
    const again = remembered(live);
    live.replaceChildren(...[...now.childNodes].map(copy));
    again(live);
    flash(live);
  }
  function replace(live, now) {
    const again = remembered(live), fresh = copy(now);
    live.replaceWith(fresh);
    again(fresh);
  }
  // What the reader has opened and how far tables are scrolled, to be done again to what comes instead.
  function remembered(live) {
    const heading = (each) => [each, each.closest("tr, article, section")].map((part) => part?.querySelector("summary, th, h2, h3")?.textContent.trim()).join();
    const opened = new Map([...live.querySelectorAll("details")].map((each) => [heading(each), each.open]));
    const scrolled = [...live.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    return (fresh) => {
      for (const each of fresh.querySelectorAll("details")) each.open = opened.get(heading(each)) ?? each.open;
      fresh.querySelectorAll(".scroll").forEach((box, place) => { box.scrollLeft = scrolled[place] ?? 0; });
    };
  }
  function flash(element) {
    if (!element.matches(FLASHES)) return;
    element.classList.add("news");
    setTimeout(() => element.classList.remove("news"), FLASH_MS);
  }
  const pathTo = (element) => {
    const path = [];
    for (; element.parentElement && element !== document.body; element = element.parentElement) path.unshift([...element.parentElement.children].indexOf(element));
    return path;
  };
  function swap(now) {
    const focused = document.activeElement, path = pathTo(focused);
    const title = now.querySelector("title");
    if (title) document.title = title.textContent;
    for (const part of ["main", "footer"]) {
      const [live, was, fresh] = [document, before, now].map((page) => page?.querySelector(part));
      if (live && fresh) was ? renew(live, was, fresh) : fill(live, fresh);
    }
    if (typeof state !== "undefined") state.refresh();
    if (focused === document.activeElement) return;
    if (focused.isConnected) focused.focus({ preventScroll: true });
    else path.reduce((element, place) => element?.children[place], document.body)?.focus({ preventScroll: true });
  }
  async function keepUp() {
    if (isBusy) return;
    isBusy = true;
    const wanted = status.state;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const name = answer.headers.get("ETag")?.replaceAll('"', ""), page = new DOMParser().parseFromString(await answer.text(), "text/html");
      isGone = answer.status === 404;
      if (answer.ok && name !== shown) swap(page);
      if (answer.ok) [before, shown] = [page, name];
      else shown = wanted;
    } catch {
      // Events tell that the connection is lost, and when it is back.
    }
    isBusy = false;
    tell();
    if (status.state && status.state !== wanted && status.state !== shown) keepUp();
  }

  // A browser holds few connections to one place, so a page that nobody sees gives its own back.
  function listen() {
    source?.close();
    source = new EventSource("/live");
    source.onmessage = (event) => {
      [status, isLost] = [JSON.parse(event.data), false];
      if (isWaiting && status.state) location.reload();
      if (isWaiting && status.trouble) document.querySelector(".missing").textContent = status.trouble;
      if (!isWaiting && status.state && (!before || status.state !== shown)) keepUp();
      tell();
    };
    source.onerror = () => {
      isLost = true;
      tell();
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
    };
  }
  const attend = () => document.hidden ? source?.close() : listen();
  document.addEventListener("visibilitychange", attend);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) attend(); });
  setInterval(() => { if (!document.hidden) tell(); }, 1000);
  attend();
}
