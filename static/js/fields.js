// Fields beyond the plain ones: a small number by steps, and a file that is chosen or dropped.
// What the field has one step on; null of what is no number yet, or is one that only the server reads ("1,000").
const stepped = (field, step) => {
  const { least = -Infinity, most = Infinity } = field.dataset;
  if (!/^\s*\d*\s*$/.test(field.value)) return null;
  return Math.min(most, Math.max(least, Number(field.value) + step));
};
const show = (box) => {
  const field = box.querySelector("input");
  for (const button of box.querySelectorAll("[data-step]")) button.disabled = [null, Number(field.value)].includes(stepped(field, Number(button.dataset.step)));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-step]");
  if (!button) return;
  const box = button.closest("[data-stepper]");
  const field = box.querySelector("input");
  field.value = stepped(field, Number(button.dataset.step));
  show(box);
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
});
document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-stepper]");
  if (box) show(box);
});

// The file field lies over its frame, so the browser takes what is dropped; here its name and picture are shown.
document.addEventListener("change", (event) => {
  const frame = event.target.closest?.(".file-drop");
  if (!frame || event.target.type !== "file") return;
  const [file] = event.target.files;
  frame.classList.remove("is-over");
  frame.querySelector(".chosen").textContent = file?.name ?? "";
  frame.querySelector("img")?.remove();
  if (!file?.type.startsWith("image/") || frame.parentElement.querySelector("[data-crop]")) return; // crop.js shows it
  const picture = new Image();
  picture.alt = "";
  const reader = new FileReader();
  reader.onload = () => (picture.src = reader.result); // a data: address, which the policy allows for pictures
  reader.readAsDataURL(file);
  frame.prepend(picture);
});
for (const [kind, on] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(kind, (event) => event.target.closest?.(".file-drop")?.classList.toggle("is-over", on));
}
const start = (root) => root.querySelectorAll("[data-stepper]").forEach(show);
document.addEventListener("sheet:shown", (event) => start(event.detail));
start(document);
