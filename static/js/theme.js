// Runs before the page is drawn: the reader's choice of light or dark, and whether the office menu is folded.
(function () {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("theme");
    if (!root.hasAttribute("data-theme-fixed") && (theme === "light" || theme === "dark")) root.dataset.theme = theme;
    if (localStorage.getItem("nav") === "folded") root.classList.add("nav-folded");
  } catch {
    // Storage may be forbidden; the page then follows the system.
  }
  root.classList.add("js");
})();
