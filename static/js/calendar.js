// The calendar of the office: arrows from block to block, M for the form that moves one, and dragging, which leads to
// the same form filled in. What clashes is said while one drags. Without this script the blocks are links.
const $ = (selector, root = document) => root.querySelector(selector);
const list = () => $("[data-calendar]");
const two = (number) => String(number).padStart(2, "0");
const clock = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const minutesOf = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
const dayNumber = (iso) => Date.parse(`${iso}T00:00Z`) / 864e5;
const iso = (number) => new Date(number * 864e5).toISOString().slice(0, 10);
const words = new Intl.DateTimeFormat(document.documentElement.lang || "en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const STEP = 15;

// --- Keys
document.addEventListener("keydown", (event) => {
  const block = event.target.closest?.("[data-event]");
  if (!block || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.toLowerCase() === "m" && block.dataset.session) {
    event.preventDefault();
    openMove(block, {});
  }
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!way) return;
  event.preventDefault();
  nearest(block, way)?.focus();
});

// The block that lies next in that direction: far to the side counts more than far ahead.
function nearest(block, [x, y]) {
  const from = block.getBoundingClientRect();
  const center = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const [fromX, fromY] = center(from);
  let best = null;
  let least = Infinity;
  for (const other of list().querySelectorAll("[data-event]")) {
    const box = other.getBoundingClientRect();
    if (other === block || !box.width) continue;
    const [dx, dy] = center(box).map((at, n) => at - [fromX, fromY][n]);
    const ahead = dx * x + dy * y;
    const away = ahead + 3 * Math.abs(dx * y + dy * x);
    if (ahead > 1 && away < least) [best, least] = [other, away];
  }
  return best;
}

function openMove(block, changes) {
  const link = document.createElement("a");
  link.href = `${block.getAttribute("href")}move/?${new URLSearchParams(changes)}`;
  link.dataset.sheet = "";
  link.hidden = true;
  block.after(link);
  link.click();
}

// --- Dragging with a mouse or a pen; a finger scrolls, and has the form.
let drag = null;

document.addEventListener("pointerdown", (event) => {
  if (event.button || event.pointerType === "touch" || !list()) return;
  const block = event.target.closest?.("[data-event][data-session]");
  const slots = event.target.closest?.(".cal-slots");
  if (block) beginMove(event, block);
  else if (slots && !event.target.closest("a") && $("a[data-new]")) beginNew(event, slots);
});
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-event]") && event.preventDefault());

function beginMove(event, block) {
  const box = block.getBoundingClientRect();
  const slots = block.closest(".cal-slots");
  const hasHours = slots && !("ownHours" in block.dataset);
  drag = {
    kind: hasHours && box.bottom - event.clientY < 9 ? "resize" : "move",
    block, hasHours, x: event.clientX, y: event.clientY, grab: event.clientY - box.top, going: false, asked: "",
  };
}

function beginNew(event, slots) {
  const at = quarter(slots, event.clientY);
  drag = { kind: "new", slots, from: at, to: at + 60, x: event.clientX, y: event.clientY, going: false };
}

const quarter = (slots, y) => {
  const box = slots.getBoundingClientRect();
  const row = Math.floor(((y - box.top) / box.height) * Number(slots.dataset.rows));
  return Number(slots.dataset.from) * 60 + Math.max(0, Math.min(row, Number(slots.dataset.rows))) * STEP;
};

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.going && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 6) return;
  if (!drag.going) {
    drag.going = true;
    drag.ghost = list().appendChild(Object.assign(document.createElement("div"), { className: "cal-ghost" }));
    drag.ghost.setAttribute("role", "status");
    drag.block?.classList.add("is-dragged");
    document.documentElement.classList.add("cal-dragging");
  }
  event.preventDefault();
  drag.kind === "new" ? stretch(event) : carry(event);
  drag.ghost.style.transform = `translate(${Math.min(event.clientX + 14, innerWidth - 290)}px, ${event.clientY + 14}px)`;
});

function carry(event) {
  const { block } = drag;
  const under = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.matches?.("[data-day]"));
  if (!under) return say(null);
  const { on, first } = block.dataset;
  const days = drag.kind === "resize" ? 0 : dayNumber(under.dataset.day) - dayNumber(on);
  const [begins, ends] = [minutesOf(block.dataset.begins), minutesOf(block.dataset.ends)];
  const changes = {};
  if (days) changes.start_date = iso(dayNumber(first) + days);
  if (drag.kind === "resize") {
    const end = Math.max(begins + STEP, quarter(block.closest(".cal-slots"), event.clientY + 4));
    if (end !== ends && end < 24 * 60) changes.ends = clock(end);
  } else if (drag.hasHours && under.matches(".cal-slots")) {
    const start = Math.max(0, quarter(under, event.clientY - drag.grab + 4));
    const length = (ends - begins + 24 * 60) % (24 * 60);
    if (Math.abs(start - begins) >= STEP && start + length < 24 * 60) {
      Object.assign(changes, { begins: clock(start), ends: clock(start + length) });
    }
  }
  const lane = under.closest("[data-lane]");
  if (list().dataset.calendar === "rooms" && lane?.dataset.lane && lane !== block.closest("[data-lane]")) {
    changes.room = lane.dataset.lane;
  }
  mark(under);
  const name = lane && changes.room ? `, ${$("th", lane).textContent.trim()}` : "";
  const when = `${words.format(new Date((dayNumber(on) + days) * 864e5))}, ${changes.begins ?? block.dataset.begins}–${changes.ends ?? block.dataset.ends}${name}`;
  look(changes, when);
}

function mark(day) {
  $(".is-target")?.classList.remove("is-target");
  day?.classList.add("is-target");
}

// What speaks against it, asked when the pointer rests for a moment.
function look(changes, when) {
  const key = JSON.stringify(changes);
  if (key === drag.asked) return;
  Object.assign(drag, { asked: key, changes, found: null });
  clearTimeout(drag.timer);
  say(when, Object.keys(changes).length ? list().dataset.looking : "");
  if (!Object.keys(changes).length) return;
  const mine = drag;
  drag.timer = setTimeout(() => {
    mine.answer = ask(mine.block, changes).then((found) => {
      if (mine.asked !== key) return;
      mine.found = found;
      say(when, found.clash || found.advice.join(" ") || list().dataset.free, found.clash ? "clash" : found.advice.length ? "advice" : "free", mine.ghost);
    });
  }, 120);
}

const ask = (block, changes) =>
  fetch(`${block.getAttribute("href")}look/?${new URLSearchParams(changes)}`)
    .then((answer) => (answer.ok ? answer.json() : { clash: "", advice: [] }))
    .catch(() => ({ clash: "", advice: [] }));

function say(when, text = "", tone = "", ghost = drag?.ghost) {
  if (!ghost) return;
  ghost.dataset.tone = tone;
  ghost.hidden = when === null;
  const strong = Object.assign(document.createElement("strong"), { textContent: when ?? "" });
  ghost.replaceChildren(strong, Object.assign(document.createElement("span"), { textContent: text }));
}

function stretch(event) {
  const at = quarter(drag.slots, event.clientY);
  drag.to = at >= drag.from ? at + STEP : at;
  drag.shade ??= drag.slots.appendChild(Object.assign(document.createElement("div"), { className: "cal-new" }));
  const [begins, ends] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
  const row = (minutes) => (minutes - Number(drag.slots.dataset.from) * 60) / STEP + 1;
  drag.shade.style.gridRow = `${row(begins)} / ${Math.max(row(ends), row(begins) + 1)}`;
  say(`${words.format(new Date(dayNumber(drag.slots.dataset.day) * 864e5))}, ${clock(begins)}–${clock(Math.min(ends, 24 * 60 - 1))}`, list().dataset.new);
}

document.addEventListener("pointerup", async () => {
  const done = drag;
  drag = null;
  if (!done?.going) return;
  // The click that ends a drag opens nothing.
  const swallow = (event) => (event.preventDefault(), event.stopPropagation());
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
  document.documentElement.classList.remove("cal-dragging");
  done.block?.classList.remove("is-dragged");
  mark(null);
  if (done.kind === "new") {
    done.ghost.remove();
    done.shade?.remove();
    const [begins, ends] = [Math.min(done.from, done.to), Math.max(done.from, done.to)];
    return setTimeout(() => offerNew({ on: done.slots.dataset.day, begins: clock(begins), ends: clock(Math.min(ends, 24 * 60 - 1)) }), 1);
  }
  clearTimeout(done.timer);
  if (!done.changes || !Object.keys(done.changes).length) return done.ghost.remove();
  const found = done.found ?? (await ask(done.block, done.changes));
  if (found.clash) {
    say($("strong", done.ghost).textContent, found.clash, "clash", done.ghost);
    return setTimeout(() => done.ghost.remove(), 6000);
  }
  done.ghost.remove();
  setTimeout(() => openMove(done.block, done.changes), 1); // its own click comes after the one that is swallowed
});

document.addEventListener("keydown", (event) => event.key === "Escape" && drag?.going && stop());
document.addEventListener("pointercancel", () => stop());
function stop() {
  clearTimeout(drag?.timer);
  drag?.ghost?.remove();
  drag?.shade?.remove();
  drag?.block?.classList.remove("is-dragged");
  document.documentElement.classList.remove("cal-dragging");
  mark(null);
  drag = null;
}

// --- A new session: by dragging over free hours, or by a double click on a day.
document.addEventListener("dblclick", (event) => {
  const day = event.target.closest?.("[data-calendar] [data-day]:not(.cal-slots)");
  if (!day || event.target.closest("a") || !$("a[data-new]")) return;
  const lane = day.closest("[data-lane]")?.dataset.lane;
  const of = { trainers: "trainer", rooms: "room" }[list().dataset.calendar];
  offerNew({ on: day.dataset.day, ...(lane && of ? { [of]: lane } : {}) });
});

function offerNew(given) {
  for (const link of document.querySelectorAll("a[data-new]")) {
    link.search = new URLSearchParams(given);
  }
  $("[popovertarget=new-session]")?.click();
}
document.addEventListener("toggle", (event) => {
  if (event.target.id !== "new-session" || event.newState !== "closed") return;
  for (const link of document.querySelectorAll("a[data-new]")) link.search = "";
}, true);
