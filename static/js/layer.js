// Layers above the page (popover). The platform opens, closes and gives the focus back; this adds arrows, typing the
// beginning of a word, a list narrowed by what is typed, and placing for browsers without anchors.
const shown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;
const stops = (layer) => [...layer.querySelectorAll("a[href], button:not([disabled]), [role=option]")].filter(shown);
const opener = (layer) =>
  document.getElementById(layer.dataset.anchor) ?? document.querySelector(`[popovertarget="${CSS.escape(layer.id)}"]`);

// As the search of the office compares: without accents, and with letters that have none written as others do.
const OTHERS = { ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", "’": "'", "‘": "'" };
const plain = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łøđıßæœ’‘]/g, (letter) => OTHERS[letter]);

// --- Placing, where the browser knows no anchors. On a phone a layer comes from the bottom edge by CSS alone.
function place(layer, anchor) {
  if (CSS.supports("position-area", "block-end") || !anchor || matchMedia("(width < 40rem)").matches) return;
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = layer;
  const end = layer.classList.contains("layer-end") !== (document.dir === "rtl");
  const left = Math.min(Math.max(8, end ? box.right - wide : box.left), innerWidth - wide - 8);
  const below = box.bottom + high + 8 <= innerHeight || box.top < high;
  layer.style.left = `${left}px`;
  layer.style.top = `${below ? box.bottom : box.top - high - 12}px`;
}

let byKey = false;
document.addEventListener("keydown", (event) => (byKey = ["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key)), true);
document.addEventListener("pointerdown", () => (byKey = false), true);
document.addEventListener(
  "toggle",
  (event) => {
    const layer = event.target;
    if (!layer.matches?.("[popover]")) return;
    const button = opener(layer);
    button?.setAttribute("aria-expanded", event.newState === "open");
    if (event.newState !== "open") return;
    place(layer, button);
    if (layer.matches("[data-menu-list]") && byKey) stops(layer)[0]?.focus();
    const find = layer.querySelector("[data-pick-find]");
    if (find) {
      find.value = "";
      narrow(layer, "");
      find.focus();
    }
  },
  true,
);

// --- A menu by keyboard: arrows, Home, End, and the beginning of a word.
let typed = "";
let forget;
function seek(all, from, letter) {
  clearTimeout(forget);
  forget = setTimeout(() => (typed = ""), 700);
  typed += letter.toLowerCase();
  const word = /^(.)\1+$/.test(typed) ? typed[0] : typed; // the same letter again: the next one that begins with it
  const start = word.length === 1 ? from + 1 : Math.max(from, 0);
  return [...all.slice(start), ...all.slice(0, start)].find((each) => each.textContent.trim().toLowerCase().startsWith(word));
}
document.addEventListener("keydown", (event) => {
  const layer = event.target.closest?.("[popover][data-menu-list], [popover][data-pick]");
  const button = event.target.closest?.("[popovertarget]");
  if (!layer && button && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    const menu = document.getElementById(button.getAttribute("popovertarget"));
    if (!menu?.matches("[data-menu-list]:not(:popover-open)")) return;
    event.preventDefault();
    menu.showPopover({ source: button });
    return;
  }
  if (event.isComposing || event.keyCode === 229) return; // the key is the input method's
  if (!layer || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = layer.querySelector("[data-pick-find]");
  const all = field ? [field, ...stops(layer).filter((each) => each.matches("a"))] : stops(layer);
  const here = all.indexOf(event.target);
  const typing = event.target.matches("input, select, textarea");
  const to = {
    ArrowDown: () => all[(here + 1) % all.length],
    ArrowUp: () => all[(here - 1 + all.length) % all.length],
    Home: () => (typing ? null : all[0]),
    End: () => (typing ? null : all.at(-1)),
  }[event.key]?.();
  const found = to ?? (!typing && !field && event.key.length === 1 && event.key !== " " ? seek(all, here, event.key) : null);
  if (found) {
    event.preventDefault();
    found.focus();
  } else if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    layer.querySelector("[data-enter]")?.click();
  }
});

// --- A list of links narrowed by what is typed above it: first those of which words begin so. Enter takes the marked one.
function narrow(layer, text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  const items = [...layer.querySelectorAll("[data-pick-list] > li")];
  items.forEach((item, n) => (item.dataset.at ??= n));
  for (const item of items) {
    const said = ` ${plain(item.textContent).trim().replace(/\s+/g, " ")}`;
    item.hidden = !words.every((word) => said.includes(word));
    item.rank = words.every((word) => said.includes(` ${word}`)) ? 0 : 1;
    item.querySelector("a")?.removeAttribute("data-enter");
  }
  items.sort((one, other) => one.rank - other.rank || one.dataset.at - other.dataset.at);
  for (const item of items) item.parentElement.append(item);
  if (words.length) items.find((item) => !item.hidden)?.querySelector("a")?.setAttribute("data-enter", "");
  layer.querySelector("[data-pick-none]").hidden = items.some((item) => !item.hidden);
}
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-pick-find]")) narrow(event.target.closest("[popover]"), event.target.value);
});

// --- A hint goes with Escape, and its button keeps the focus.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest?.(".hint")?.classList.add("is-away");
});
for (const kind of ["focusout", "mouseout"]) {
  document.addEventListener(kind, (event) => event.target.closest?.(".hint")?.classList.remove("is-away"));
}
