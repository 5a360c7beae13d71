// Which part of a picture is kept: a frame of a given shape over it, moved by dragging or with the arrow keys. What is
// sent are three shares of the whole picture: where the frame begins, and how wide it is. Without this: the middle.
const between = (least, value, most) => Math.min(Math.max(value, least), most);

function begin(box) {
  box.dataset.ready = "";
  const [across, down] = box.dataset.crop.split(":").map(Number);
  const [stage, frame, size] = [".crop-stage", ".crop-frame", "[data-crop-size]"].map((each) => box.querySelector(each));
  const image = Object.assign(new Image(), { alt: "" });
  stage.prepend(image);
  const [part, said] = ["[data-crop-part]", "[role=status]"].map((each) => box.querySelector(each));
  const field = box.parentElement.querySelector("input[type=file]");
  let at = { x: 0, y: 0, wide: 1, high: 1 }; // shares of the picture

  function fit(x, y) {
    const ratio = (across / down) * (image.naturalHeight / image.naturalWidth); // of the shape, in shares
    const most = Math.min(1, ratio);
    const wide = (most * size.value) / 100;
    const high = wide / ratio;
    at = { x: between(0, x, 1 - wide), y: between(0, y, 1 - high), wide, high };
    for (const [name, share] of [["left", at.x], ["top", at.y], ["width", wide], ["height", high]]) {
      frame.style[name] = `${share * 100}%`;
    }
    part.value = [at.x, at.y, wide].map((share) => between(0, share, 1).toFixed(4)).join(" ");
  }
  function resize(to) {
    const middle = [at.x + at.wide / 2, at.y + at.high / 2];
    size.value = to;
    fit(0, 0);
    fit(middle[0] - at.wide / 2, middle[1] - at.high / 2);
  }
  function say() {
    const shares = [at.x, at.y, at.wide].map((share) => Math.round(share * 100));
    said.textContent = box.dataset.said.replace(/%s/g, () => shares.shift());
    part.dispatchEvent(new Event("input", { bubbles: true }));
  }

  field.addEventListener("change", () => {
    const [file] = field.files;
    box.hidden = true;
    part.value = "";
    if (!file?.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.onload = () => (image.src = reader.result); // a data: address, which the policy allows for pictures
    reader.readAsDataURL(file);
  });
  image.addEventListener("load", () => {
    box.hidden = false;
    size.value = 100;
    fit(0, 0);
    fit((1 - at.wide) / 2, (1 - at.high) / 2);
  });
  image.addEventListener("error", () => (box.hidden = true));

  let held = null;
  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    held = { left: event.clientX, top: event.clientY, ...at };
  });
  frame.addEventListener("pointermove", (event) => {
    if (!held) return;
    const stage = image.getBoundingClientRect();
    fit(held.x + (event.clientX - held.left) / stage.width, held.y + (event.clientY - held.top) / stage.height);
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => held && ((held = null), say()));
  frame.addEventListener("keydown", (event) => {
    const by = event.shiftKey ? 0.1 : 0.02;
    const [x, y] = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key] ?? [];
    const grow = { "+": 5, "=": 5, "-": -5 }[event.key];
    if (x === undefined && !grow) return;
    event.preventDefault();
    grow ? resize(between(20, Number(size.value) + grow, 100)) : fit(at.x + x, at.y + y);
    say();
  });
  size.addEventListener("input", () => (resize(size.value), say()));
}
const start = (root) => root.querySelectorAll("[data-crop]:not([data-ready])").forEach(begin);
document.addEventListener("sheet:shown", (event) => start(event.detail));
start(document);
