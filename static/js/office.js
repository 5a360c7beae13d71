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

// As the search of the office compares: without accents, and with letters that have none written as others do.
const OTHERS = { ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", "’": "'", "‘": "'" };
const plain = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łøđıßæœ’‘]/g, (letter) => OTHERS[letter]);

// --- Keys: Ctrl-K, F8, and those of one sign, which can be switched off: /, ?, and the letters of [data-key]
const ofInputMethod = (event) => event.isComposing || event.keyCode === 229;
const single = {
  get on() {
    try {
      return localStorage.getItem("keys") !== "off";
    } catch {
      return true;
    }
  },
  set on(wanted) {
    try {
      wanted ? localStorage.removeItem("keys") : localStorage.setItem("keys", "off");
    } catch {}
    for (const box of $$("[data-single-keys]")) box.checked = wanted;
  },
};
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-single-keys]")) single.on = event.target.checked;
});
for (const box of $$("[data-single-keys]")) box.checked = single.on;

// F8 leads to the act of what was said last, such as Undo, and the act says so.
const nameKey = () => {
  for (const act of $$("#toasts .toast-act:not([aria-keyshortcuts])")) {
    act.setAttribute("aria-keyshortcuts", "F8");
    const target = act.matches("a, button") ? act : $("button", act);
    target?.setAttribute("aria-keyshortcuts", "F8");
    act.after(" ", Object.assign(document.createElement("kbd"), { className: "key", textContent: "F8" }));
  }
};
nameKey();
document.addEventListener("toasts:new", nameKey);

document.addEventListener("keydown", (event) => {
  if (ofInputMethod(event)) return;
  if (event.key === "F8" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey) {
    const toast = $$("#toasts > [data-toast]").find((each) => !each.hidden && $(".toast-act", each)) ?? $("#toasts > [data-toast]");
    const stop = toast && ($("a.toast-act, .toast-act button, button.toast-act", toast) ?? $("a, button", toast));
    if (!stop) return;
    event.preventDefault();
    stop.focus();
    return;
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const palette = $("#palette");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const field = palette || $("[data-search]");
    if (!field) return;
    event.preventDefault();
    palette ? palette.open || $("[data-open=palette]").click() : field.focus();
  } else if (single.on && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.getModifierState?.("AltGraph")) {
    const target = event.key === "/" ? $("[data-search]") : null;
    if (target) {
      event.preventDefault();
      target.focus();
    } else if (event.key === "?") $("#keys")?.showModal();
    else if (/^[a-z]$/.test(event.key) && !$("dialog[open]")) $(`[data-key="${event.key}"]`)?.click();
  }
});

// --- The palette: typing narrows its list, arrows walk through it, Enter opens the first.
const narrow = (items, text) => {
  const words = plain(text).split(/\s+/);
  for (const item of items) item.hidden = !words.every((word) => plain(item.textContent).includes(word));
  return items.some((item) => !item.hidden);
};
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-palette-input]")) return;
  narrow($$("[data-palette-item]"), event.target.value);
  mark();
});
// What Enter takes, as soon as that is known.
function mark() {
  const field = $("[data-palette-input]");
  for (const link of $$("#palette [data-enter]")) link.removeAttribute("data-enter");
  if (!field.value.trim() || asks(field)) return;
  $$("#palette a[href]").find((link) => link.offsetParent)?.setAttribute("data-enter", "");
}
document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest?.("#palette");
  if (ofInputMethod(event) || !dialog || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const field = $("[data-palette-input]", dialog);
  const links = $$("a[href]", dialog).filter((link) => link.offsetParent);
  if (event.key === "Enter") {
    if (event.target !== field) return;
    event.preventDefault();
    if (asks(field)) waiting = true;
    else if (links.length && field.value) links[0].click();
    else if (field.value) field.form?.requestSubmit();
    return;
  }
  event.preventDefault();
  const stops = [field, ...links];
  const step = event.key === "ArrowDown" ? 1 : -1;
  stops[(stops.indexOf(event.target) + step + stops.length) % stops.length].focus();
});

// --- What was looked at last is there when the palette opens, and the answers to an old word are those of today.
document.addEventListener("focusin", (event) => {
  const opened = event.target.matches("[data-palette-input]") && !event.relatedTarget?.closest?.("#palette");
  if (opened) event.target.dispatchEvent(new Event("opened"));
});

// --- The palette's answers come from the server. Enter waits for those to what stands there now.
let waiting = false;
let answered = "";
const asks = (field) => field.hasAttribute("hx-get") && field.value.trim() !== answered;
document.addEventListener("close", (event) => (waiting &&= event.target.id !== "palette"), true);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "palette-found") return;
  answered = (new URL(event.detail.xhr.responseURL).searchParams.get("q") ?? "").trim();
  const field = $("[data-palette-input]");
  mark();
  if (!waiting || asks(field)) return;
  waiting = false;
  const first = $$("#palette a[href]").find((link) => link.offsetParent);
  first ? first.click() : field.form.requestSubmit();
});
for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(trouble, (event) => {
    if (waiting && event.target.matches("[data-palette-input]")) event.target.form.requestSubmit();
  });
}

// --- Rows that are put in order: a button moves its row past the next one. Without this the server does it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  const list = row.closest("[data-rows]");
  const up = button.dataset.move === "up";
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  up ? other.before(row) : other.after(row);
  const rows = [...list.children];
  rows.forEach((each, n) => {
    $("[name$=-ORDER]", each).value = n + 1;
    $("[data-move=up]", each).disabled = !n;
    $("[data-move=down]", each).disabled = n === rows.length - 1;
  });
  (button.disabled ? $("[data-move]:enabled", row) : button).focus();
  const place = [rows.indexOf(row) + 1, rows.length];
  $("[data-rows-said]").textContent = list.dataset.moved.replace(/%s/g, () => place.shift());
});

// The weights of a syllabus, added up while they are typed
function addUp() {
  const sum = $("[data-rows-sum]");
  if (!sum) return;
  const weights = $$("[data-rows] [name$=-weight]").filter((each) => !$("[name$=-DELETE]:checked", each.closest("li")));
  const total = weights.reduce((soFar, each) => soFar + (Number(each.value) || 0), 0);
  sum.textContent = total ? sum.dataset.rowsSum.replace("%s", total) : "";
}
document.addEventListener("input", (event) => event.target.closest("[data-rows]") && addUp());
addUp();

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

// --- A button that fills a field of its form with a sum that is often paid
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-set]");
  if (!button) return;
  const field = button.form.elements[button.dataset.set];
  field.value = button.value;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- Printing
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-print]")) return;
  event.preventDefault();
  window.print();
});

// A form that was changed says that it is not saved yet.
document.addEventListener("input", (event) => event.target.form?.classList.add("is-dirty"));

// On a phone the parts of the settings stand in a row: the one that is open is to be seen.
$(".settings-index [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Whoever signs out leaves no register on this device; what they marked and is not sent yet waits for them.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("caches" in window) || !form.action?.endsWith("/accounts/logout/")) return;
  event.preventDefault();
  const kept = (await caches.keys()).filter((name) => name.startsWith("muster-register-pages"));
  await Promise.all(kept.map((name) => caches.delete(name)));
  form.submit();
});
