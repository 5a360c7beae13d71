// A form that was sent after the sign-in had ended: what was typed stays in this tab until the page is back.
// Only for whoever typed it: `by` is their account.
const by = document.querySelector("[data-typed-by]").dataset.typedBy;
const typed = {
  // What a field showed at first ("shown-…") belongs to it: else what a colleague saved meanwhile would seem to be undone.
  of: (form) =>
    [...form.elements].filter(
      ({ name, type }) => name && (name.includes("shown-") || !/^(hidden|password|file|submit|button)$/.test(type)),
    ),
  keep(form) {
    const fields = typed.of(form).map((each) => [each.name, each.value, each.checked ?? null]);
    const kept = { page: location.pathname, by, form: [...document.forms].indexOf(form), at: Date.now(), fields };
    sessionStorage.setItem("typed", JSON.stringify(kept));
  },
  putBack(notice) {
    const kept = JSON.parse(sessionStorage.getItem("typed") ?? "null");
    if (!kept || kept.by !== by || kept.page !== location.pathname || Date.now() - kept.at > 3600e3) return;
    const fields = typed.of(document.forms[kept.form] ?? document.createElement("form"));
    for (const [name, value, checked] of kept.fields) {
      const ticked = (field) => /^(radio|checkbox)$/.test(field.type);
      const place = fields.findIndex((each) => each.name === name && (!ticked(each) || each.value === value));
      if (place < 0) continue;
      const [field] = fields.splice(place, 1);
      ticked(field) ? (field.checked = checked) : (field.value = value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      notice.textContent = notice.dataset.putBack;
    }
  },
};
try {
  const notice = document.querySelector("[data-unsaved]");
  if (notice) typed.putBack(notice);
  if (!document.querySelector("[href*='unsaved=1']")) sessionStorage.removeItem("typed");
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post" && !event.defaultPrevented) typed.keep(event.target);
  });
} catch {}
