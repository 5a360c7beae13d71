// What the office has beyond the public pages: keys, the command palette, choosing rows, folding the menu.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fold]")) return;
  const folded = document.documentElement.classList.toggle("nav-folded");
  try {
    localStorage.setItem("nav", folded ? "folded" : "open");
  } catch {}
});

// --- Keys: Ctrl-K, /, ?, and the letters of [data-key]
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const palette = $("#palette");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const field = palette || $("[data-search]");
    if (!field) return;
    event.preventDefault();
    palette ? palette.open || palette.showModal() : field.focus();
  } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const target = event.key === "/" ? $("[data-search]") : null;
    if (target) {
      event.preventDefault();
      target.focus();
    } else if (event.key === "?") $("#keys")?.showModal();
    else if (/^[a-z]$/.test(event.key) && !$("dialog[open]")) $(`[data-key="${event.key}"]`)?.click();
  }
});

// --- The palette: arrows walk through what was found, Enter opens the first of it.
document.addEventListener("keydown", (event) => {
  const palette = event.target.closest?.("#palette");
  if (!palette || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const field = $("[data-palette-input]", palette);
  const links = $$("a[href]", palette).filter((link) => link.offsetParent);
  if (event.key === "Enter") {
    if (event.target !== field || !field.value || !links.length) return;
    event.preventDefault();
    return links[0].click();
  }
  event.preventDefault();
  const stops = [field, ...links];
  const step = event.key === "ArrowDown" ? 1 : -1;
  stops[(stops.indexOf(event.target) + step + stops.length) % stops.length].focus();
});

// --- It narrows its list of pages as one types.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-palette-input]")) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  $$("[data-palette-item]").forEach((item) => {
    item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  });
});

// --- Picking one of many: typing narrows the list, arrows walk through it, Enter opens the first that is left.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-pick-find]")) return;
  const dialog = event.target.closest("dialog");
  const words = event.target.value.toLowerCase().split(/\s+/);
  const items = $$("[data-pick-list] > li", dialog);
  for (const item of items) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  $("[data-pick-none]", dialog).hidden = items.some((item) => !item.hidden);
});
document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest?.("[data-pick]");
  if (!dialog || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const field = $("[data-pick-find]", dialog);
  const links = $$("[data-pick-list] a", dialog).filter((link) => link.offsetParent);
  if (event.key === "Enter") {
    if (event.target !== field || !links.length) return;
    event.preventDefault();
    return links[0].click();
  }
  event.preventDefault();
  const stops = [field, ...links];
  const step = event.key === "ArrowDown" ? 1 : -1;
  stops[(stops.indexOf(event.target) + step + stops.length) % stops.length].focus();
});

// --- Lists: sending filters on change, and choosing rows
document.addEventListener("change", (event) => {
  const element = event.target;
  if (element.matches("[data-check-all]")) {
    $$("[data-check]", element.closest("form, table")).forEach((box) => (box.checked = element.checked));
  }
  if (element.matches("[data-check-all], [data-check]")) {
    const scope = element.closest("form") || document;
    const chosen = $$("[data-check]:checked", scope).length;
    const bar = $("[data-bulk-bar]", scope);
    if (bar) {
      bar.hidden = !chosen;
      $("[data-bulk-count]", bar).textContent = chosen;
    }
  }
});

// --- Printing
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-print]")) return;
  event.preventDefault();
  window.print();
});
