// Days picked on a month. What is picked stands in a text field, one day a line, or in rows; without this script one
// types there.
// Days that a list beside it names as clashes (li[data-day][data-clash]) are marked.
const key = (day) => `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
// The day it is on the provider's clock, which the page says: that of the browser may be another.
const today = document.querySelector("[data-today]")?.dataset.today ?? key(new Date());
const plus = (day, n) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + n);
const language = document.documentElement.lang || "en-GB";
const week = new Intl.Locale(language);
const first = (week.getWeekInfo?.() ?? week.weekInfo)?.firstDay ?? 1; // 1 is Monday, 7 Sunday
const words = (options) => new Intl.DateTimeFormat(language, options);
const make = (tag, properties = {}, attributes = {}, children = []) => {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

// One month; `about(day, label)` says of a day whether it is on, off or a clash, and what happens when it is picked.
function table(start, about) {
  const title = words({ month: "long", year: "numeric" }).format(start);
  const lead = (start.getDay() - (first % 7) + 7) % 7;
  const names = Array.from({ length: 7 }, (_, n) => plus(plus(start, -lead), n));
  const head = make("tr", {}, {}, names.map((day) => make("th", {}, { scope: "col", abbr: words({ weekday: "long" }).format(day) }, [words({ weekday: "narrow" }).format(day)])));
  const rows = [];
  for (let day = plus(start, -lead); day.getMonth() === start.getMonth() || day < start; day = plus(day, 7)) {
    rows.push(make("tr", {}, {}, Array.from({ length: 7 }, (_, n) => cell(plus(day, n), start, about))));
  }
  return make("table", { className: "month" }, {}, [
    make("caption", { textContent: title[0].toUpperCase() + title.slice(1) }),
    make("thead", {}, {}, [head]),
    make("tbody", {}, {}, rows),
  ]);
}

function cell(day, month, about) {
  if (day.getMonth() !== month.getMonth()) return make("td");
  const is = key(day);
  const { on, clash, off, label, pick } = about(is, words({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(day));
  const button = make(
    "button",
    { type: "button", textContent: day.getDate(), disabled: off, tabIndex: -1, className: clash ? "has-clash" : "" },
    { "data-day": is, "aria-pressed": on, "aria-label": label },
  );
  if (is === today) button.setAttribute("aria-current", "date");
  button.addEventListener("click", pick);
  return make("td", {}, {}, [button]);
}

// Where the arrows and the keys of a page lead from a day; null for other keys.
function step(event, day) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (!by && !["PageUp", "PageDown"].includes(event.key)) return null;
  const [y, m, d] = day.split("-").map(Number);
  const rtl = document.dir === "rtl" && Math.abs(by) === 1 ? -1 : 1;
  return by ? new Date(y, m - 1, d + by * rtl) : new Date(y, m - 1 + (event.key === "PageDown" ? 1 : -1), Math.min(d, 28));
}

const begin = (root) => {
  root.querySelectorAll("[data-months]:not([data-ready])").forEach(start);
  root.querySelectorAll("[data-date-pick]:not([data-ready])").forEach(pickOne);
};

// --- One day: typed into the field, or picked on a month in a layer. A phone's own wheel is better than ours.
function pickOne(box) {
  box.dataset.ready = "";
  const field = box.querySelector("input[type=date]");
  const layer = box.querySelector("[popover]");
  const button = box.querySelector("[popovertarget]");
  field.after(button);
  button.after(layer);
  let at = "";
  let shown;

  function draw(focus) {
    const turn = (text, label, by) => {
      const arrow = make("button", { type: "button", className: "btn btn-ghost btn-square month-turn", textContent: text }, { "aria-label": label });
      arrow.addEventListener("click", () => {
        shown = new Date(shown.getFullYear(), shown.getMonth() + by, 1);
        at = key(shown);
        draw();
      });
      return arrow;
    };
    const off = (is) => (field.min && is < field.min) || (field.max && is > field.max);
    const month = table(shown, (is, label) => ({ on: is === field.value, off: off(is), label, pick: () => take(is) }));
    layer.replaceChildren(turn("‹", box.dataset.previous, -1), month, turn("›", box.dataset.next, 1));
    const here = layer.querySelector(`[data-day="${at}"]`) ?? layer.querySelector("[data-day]");
    here.tabIndex = 0;
    if (focus) here.focus();
  }

  function take(is) {
    field.value = is;
    layer.hidePopover();
    field.focus();
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  layer.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    at = field.value || today;
    const [y, m] = at.split("-").map(Number);
    shown = new Date(y, m - 1, 1);
    draw(true);
  });
  layer.addEventListener("keydown", (event) => {
    const next = event.target.dataset.day && step(event, event.target.dataset.day);
    if (!next) return;
    event.preventDefault();
    at = key(next);
    shown = new Date(next.getFullYear(), next.getMonth(), 1);
    draw(true);
  });
}

// --- Several days. Where they stand: a text with a day a line, or rows with a date and hours of its own each.
const isIso = (text) => /^\d{4}-\d\d-\d\d$/.test(text);

function textStore(field) {
  const wrap = field.closest(".field");
  return {
    picked: () => new Set(field.value.split(/[\n,;]+/).map((line) => line.trim()).filter(Boolean)),
    write(days) {
      field.value = [...days].sort().join("\n");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    // The field itself stays in sight while somebody typed days there in words of their own.
    drawn: (days) => (wrap.hidden = [...days].every(isIso)),
    changed: (then) => field.addEventListener("change", then),
  };
}

function rowStore(holder) {
  const list = holder.querySelector("ol");
  const dateOf = (row) => row.querySelector("input[type=date]");
  const rows = () => [...list.querySelectorAll("[data-day-row]")];
  const days = () => rows().map((row) => dateOf(row).value).filter(Boolean).sort();
  const add = () => list.appendChild(holder.querySelector("template").content.cloneNode(true).firstElementChild);
  // The first and the last day above go with those that are chosen here, unless they say something else.
  function follow(before) {
    const after = days();
    for (const [name, at] of [["start_date", 0], ["end_date", -1]]) {
      const field = holder.closest("form").querySelector(`[name=${name}]`);
      if (!field || !after.length || (field.value && field.value !== before.at(at))) continue;
      if (name === "start_date" || field.value) field.value = after.at(at);
    }
  }
  const store = {
    picked: () => new Set(days()),
    write(wanted) {
      const before = days();
      for (const row of rows()) if (dateOf(row).value && !wanted.has(dateOf(row).value)) row.remove();
      for (const day of wanted) {
        if (rows().some((row) => dateOf(row).value === day)) continue;
        dateOf(rows().find((row) => !dateOf(row).value) ?? add()).value = day;
      }
      list.append(...rows().sort((a, b) => (dateOf(a).value || "9").localeCompare(dateOf(b).value || "9")));
      follow(before);
      list.dispatchEvent(new Event("input", { bubbles: true }));
    },
    drawn: () => {},
    changed: (then) => list.addEventListener("change", (event) => event.target.type === "date" && then()),
  };
  holder.addEventListener("click", (event) => {
    const less = event.target.closest("[name=less_days]");
    const more = event.target.closest("[name=more_days]");
    if (!less && !more) return;
    event.preventDefault();
    if (more) dateOf(add()).focus();
    if (less) {
      const before = days();
      const row = less.closest("[data-day-row]");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      (next?.querySelector("[name=less_days]") ?? holder.querySelector("[name=more_days]")).focus();
      row.remove();
      follow(before);
    }
    list.dispatchEvent(new Event("input", { bubbles: true }));
    store.redraw?.();
  });
  return store;
}

function start(box) {
  box.dataset.ready = "";
  const store = box.dataset.rows ? rowStore(box.closest("[data-day-rows]")) : textStore(document.getElementById(box.dataset.for));
  const [year, month] = box.dataset.month.split("-").map(Number);
  let shown = new Date(year, month - 1, 1);
  let at = key(shown);
  const { picked, write } = store;

  function show(day) {
    const [y, m] = day.split("-").map(Number);
    const months = (y - shown.getFullYear()) * 12 + m - 1 - shown.getMonth();
    if (months !== 0 && months !== 1) shown = new Date(y, m - 1, 1);
    at = day;
  }

  function toggle(day) {
    const days = picked();
    days.delete(day) || days.add(day);
    write(days);
    draw(true);
  }

  function draw(keepFocus = false) {
    const days = picked();
    const clashes = new Set([...document.querySelectorAll("[data-day][data-clash]")].map((each) => each.dataset.day));
    store.drawn(days);
    const before = arrow("‹", box.dataset.previous, -1);
    const after = arrow("›", box.dataset.next, 1);
    before.disabled = key(shown) <= today;
    box.replaceChildren(before, ...[0, 1].map((n) => {
      return table(new Date(shown.getFullYear(), shown.getMonth() + n, 1), (is, label) => {
        const on = days.has(is);
        const clash = on && clashes.has(is);
        return { on, clash, off: is <= today, label: clash ? `${label}, ${box.dataset.clash}` : label, pick: () => ((at = is), toggle(is)) };
      });
    }), after);
    const stops = [...box.querySelectorAll("[data-day]")];
    const here = stops.find((each) => each.dataset.day === at) ?? stops.find((each) => !each.disabled) ?? stops[0];
    here.tabIndex = 0;
    if (keepFocus) here.focus();
  }

  function arrow(text, label, step) {
    const button = make("button", { type: "button", className: "btn btn-ghost btn-square month-turn", textContent: text }, { "aria-label": label });
    button.addEventListener("click", () => {
      shown = new Date(shown.getFullYear(), shown.getMonth() + step, 1);
      at = key(shown);
      draw();
      box.querySelector(`.month-turn[aria-label="${CSS.escape(label)}"]`)?.focus();
    });
    return button;
  }

  box.addEventListener("keydown", (event) => {
    const next = event.target.dataset?.day && step(event, event.target.dataset.day);
    if (!next) return;
    event.preventDefault();
    if (key(next) <= today) return;
    at = key(next);
    const last = new Date(shown.getFullYear(), shown.getMonth() + 2, 0);
    if (next < shown || next > last) shown = new Date(next.getFullYear(), next.getMonth(), 1);
    draw(true);
  });
  // What was filled in is to be seen: the months go to the first day that is new.
  let before = picked();
  store.redraw = () => draw();
  store.changed(() => {
    const days = picked();
    const fresh = [...days].filter((day) => isIso(day) && !before.has(day)).sort()[0];
    before = days;
    if (fresh) show(fresh);
    draw();
  });
  document.addEventListener("click", (event) => {
    const off = event.target.closest?.("[data-day-off]");
    if (!off) return;
    const days = picked();
    days.delete(off.dataset.dayOff);
    write(days);
    draw();
    off.closest("li").remove(); // the list comes anew in a moment, and the focus goes on from here
    box.querySelector("[data-day][tabindex='0']")?.focus();
  });
  document.addEventListener("htmx:afterSwap", () => draw(box.contains(document.activeElement)));
  const chosen = [...picked()].filter(isIso).sort()[0];
  if (chosen) show(chosen);
  draw();
}

// "Every week, four times" is filled in at once, so that single days of it can be taken out again.
for (const row of document.querySelectorAll(".repeat-row")) {
  const [day, every, times] = ["first", "every", "times"].map((name) => row.querySelector(`[name=${name}]`));
  const field = document.querySelector("textarea[data-dates]");
  let before = new Set();
  const fill = () => {
    if (!day.value) return;
    const [y, m, d] = day.value.split("-").map(Number);
    const count = Math.min(Number(times.value) || 1, Number(field.dataset.most));
    const now = new Set(Array.from({ length: count }, (_, n) => key(new Date(y, m - 1, d + 7 * Number(every.value || 1) * n))));
    const others = field.value.split(/[\n,;]+/).map((line) => line.trim()).filter((line) => line && !before.has(line));
    field.value = [...new Set([...others, ...now])].sort().join("\n");
    before = now;
    field.dispatchEvent(new Event("change"));
  };
  row.addEventListener("change", fill);
  // What was filled in stands above; sent again it would put back what was taken out there.
  row.closest("form").addEventListener("formdata", ({ formData }) => before.size && formData.delete("first"));
  row.closest("form").addEventListener("htmx:configRequest", (event) => before.size && delete event.detail.parameters.first);
}

document.addEventListener("sheet:shown", (event) => begin(event.detail));
begin(document);
