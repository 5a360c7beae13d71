// A code was scanned by somebody of the staff: its page marks that person present without another tap. It does so by
// sending the page's form, so that a program that only follows links marks nobody; and once, when it is really looked at.
const form = document.querySelector("[data-check-in]");
const go = () => document.visibilityState === "visible" && form && form.requestSubmit();
const asked = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
if (asked === "navigate") {
  if (document.prerendering || document.visibilityState !== "visible") {
    document.addEventListener("visibilitychange", go, { once: true });
  } else go();
}
