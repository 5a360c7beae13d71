// Choosing rows of a list: all on the page, a run of them with Shift, all that match; the bar comes and goes with them.
const bar = () => document.querySelector("form[data-bulk-bar]");
const boxes = () => [...document.querySelectorAll("input[name=pick]")];
let last = null;

function show() {
  const form = bar();
  if (!form) return;
  const chosen = boxes().filter((box) => box.checked);
  const all = form.querySelector("[data-bulk-all]");
  const head = document.querySelector("[data-check-all]");
  const every = chosen.length > 0 && chosen.length === boxes().length;
  if (all && !every) all.checked = false;
  head.checked = every;
  head.indeterminate = chosen.length > 0 && !every;
  form.classList.toggle("is-on", chosen.length > 0);
  form.querySelector("[data-bulk-count]").textContent = chosen.length;
  form.classList.toggle("takes-all", every);
  form.classList.toggle("has-all", Boolean(all?.checked));
}

const choose = (on) => boxes().forEach((box) => (box.checked = on));

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.closest?.("[data-bulk-none]")) {
    choose(false);
    show();
    document.querySelector("[data-check-all]")?.focus();
  }
  if (!box.matches?.("input[name=pick]")) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
  }
  last = box;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-check-all]")) choose(event.target.checked);
  if (event.target.matches("[data-check-all], [data-bulk-all], input[name=pick]")) show();
});
// A ticked column for which the window has no room is named as such when its choice opens.
document.addEventListener("toggle", (event) => {
  const form = event.newState === "open" && event.target.querySelector?.(".display-form");
  if (!form) return;
  let some = false;
  for (const note of form.querySelectorAll("[data-no-room]")) {
    const cells = [...document.querySelectorAll("[data-list] tbody td")].filter((cell) => cell.matches(note.dataset.noRoom));
    const away = note.closest("label").querySelector("input").checked && cells.length > 0 && cells.every((cell) => !cell.offsetParent);
    note.hidden = !away;
    some ||= away;
  }
  form.querySelector("[data-no-room-why]").hidden = !some;
}, true);
document.addEventListener("htmx:afterSettle", show);
addEventListener("pageshow", show);
show();
