// A field in which somebody signs with a finger, a pen or a mouse; who can't, types their name. Lines are kept as points
// of a field of 600 by 200, whatever size it has on this screen.
const dialog = document.querySelector("#sign");
const canvas = dialog?.querySelector("[data-pad]");
const typed = dialog?.querySelector("[data-typed]");
const missing = dialog?.querySelector("[data-sign-missing]");
const CLOSE = 2;
const MOST_POINTS = 5500;
let lines = [];
let drawing = null;

const point = (event) => {
  const box = canvas.getBoundingClientRect();
  return [
    Math.round(((event.clientX - box.left) / box.width) * 600),
    Math.round(((event.clientY - box.top) / box.height) * 200),
  ];
};

const points = () => lines.reduce((sum, line) => sum + line.length / 2, 0);

function draw() {
  const scale = Math.max(1, Math.min(3, devicePixelRatio || 1));
  canvas.width = 600 * scale;
  canvas.height = 200 * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#16202e";
  for (const line of lines) {
    pen.beginPath();
    pen.moveTo(line[0], line[1]);
    for (let n = 2; n < line.length; n += 2) pen.lineTo(line[n], line[n + 1]);
    if (line.length === 2) pen.lineTo(line[0] + 0.1, line[1]);
    pen.stroke();
  }
}

canvas?.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  drawing = point(event);
  lines.push(drawing);
  missing.hidden = true;
  draw();
});

canvas?.addEventListener("pointermove", (event) => {
  if (!drawing || points() > MOST_POINTS) return;
  for (const one of event.getCoalescedEvents?.() ?? [event]) {
    const [x, y] = point(one);
    if (Math.hypot(x - drawing.at(-2), y - drawing.at(-1)) >= CLOSE) drawing.push(x, y);
  }
  draw();
});

for (const end of ["pointerup", "pointercancel"]) canvas?.addEventListener(end, () => (drawing = null));

dialog?.querySelector("[data-pad-clear]").addEventListener("click", () => {
  lines = [];
  draw();
});

dialog?.querySelector("[data-sign-save]").addEventListener("click", (event) => {
  if (lines.length || typed.value.trim().length > 1) return;
  event.preventDefault();
  missing.hidden = false;
  typed.focus();
});

dialog?.querySelector("[data-sign-back]").addEventListener("click", () => dialog.close("no"));

// What somebody signed: `{lines}` or `{name}`; null if they went back.
export function openPad(name) {
  dialog.querySelector("[data-sign-name]").textContent = name;
  lines = [];
  typed.value = "";
  missing.hidden = true;
  dialog.returnValue = "no";
  dialog.showModal();
  draw();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "yes") return resolve(null);
        resolve(lines.length ? { lines } : { name: typed.value.trim() });
      },
      { once: true },
    );
  });
}
