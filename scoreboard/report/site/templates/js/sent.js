// What it really sends: whichever two are chosen stand side by side, request beside request.
{
  const known = new WeakMap(); // of each pair, its blocks by framework, also those that are not shown
  const blocksOf = (pair) => {
    const parts = [...pair.children], blocks = known.get(pair);
    if (blocks && parts.every((each) => [...blocks.values()].includes(each))) return blocks;
    known.set(pair, new Map(parts.map((each) => [each.dataset.framework, each])));
    return known.get(pair);
  };
  const block = (blocks, name) => {
    const found = blocks.get(name);
    if (found?.matches("template")) blocks.set(name, found.content.firstElementChild);
    return blocks.get(name);
  };
  const side = (key) => document.querySelector(`#sent [data-switch="${key}"]`)?.value;
  state.listen(() => {
    for (const pair of document.querySelectorAll("#sent .pair")) {
      const blocks = blocksOf(pair);
      const chosen = [...new Set([side("left"), side("right")])].map((name) => block(blocks, name)).filter(Boolean);
      if (chosen.length === pair.children.length && chosen.every((each, place) => each === pair.children[place])) continue;
      pair.replaceChildren(...chosen);
    }
  });
}
