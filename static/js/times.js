// From when to when: the end keeps its distance when the beginning changes, and how long it is is said beside it.
const DAY = 24 * 60;
const read = (field) => {
  const [hours, minutes] = field.value.split(":").map(Number);
  return field.value ? hours * 60 + minutes : null;
};
const two = (number) => String(number).padStart(2, "0");

function begin(box) {
  box.dataset.ready = "";
  const [begins, ends] = box.querySelectorAll("input[type=time]");
  const overnight = box.querySelector("input[type=checkbox]");
  const said = box.querySelector("[data-time-long]");
  let long = 0;

  const length = () => {
    const [from, to] = [read(begins), read(ends)];
    if (from === null || to === null) return null;
    return to - from + (overnight?.checked ? DAY : 0);
  };
  function say() {
    const now = length();
    const words = now > 0 && [
      now >= 60 && box.dataset.hours.replace("%s", Math.floor(now / 60)),
      now % 60 && box.dataset.minutes.replace("%s", now % 60),
    ];
    said.textContent = now === null ? "" : words ? words.filter(Boolean).join(" ") : box.dataset.back;
    said.classList.toggle("is-wrong", now !== null && now <= 0);
  }
  function keep() {
    long = length() ?? long;
    say();
  }
  // The distance is that of the last end somebody chose, not of what stands there while a time is being typed.
  begins.addEventListener("input", () => {
    const from = read(begins);
    const to = from + long - (overnight?.checked ? DAY : 0);
    if (from !== null && long > 0 && to >= 0 && to < DAY) ends.value = `${two(Math.floor(to / 60))}:${two(to % 60)}`;
    say();
  });
  ends.addEventListener("input", keep);
  overnight?.addEventListener("input", keep);
  keep();
}
const start = (root) => root.querySelectorAll("[data-time-range]:not([data-ready])").forEach(begin);
document.addEventListener("sheet:shown", (event) => start(event.detail));
start(document);
