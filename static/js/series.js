// A date of a series is left out by a button beside it: it goes into the field that keeps those, and all is asked anew.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-leave-out]");
  if (!button) return;
  const field = button.closest("form").querySelector("[data-skipped]");
  field.value = [...field.value.split(/[\n,;]+/).map((line) => line.trim()).filter(Boolean), button.dataset.leaveOut].join("\n");
  const next = button.closest("li").nextElementSibling ?? button.closest("li").previousElementSibling;
  next?.querySelector("[data-leave-out]")?.focus(); // the list comes anew in a moment, and the focus goes on from here
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
