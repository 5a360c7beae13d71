// Small helps for pages that already work without them. Everything hangs on data attributes.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const store = (key, value) => {
  try {
    value ? localStorage.setItem(key, value) : localStorage.removeItem(key);
  } catch {}
};

// --- Holds: <… data-hold data-expires data-now><… data-hold-left></…><… data-hold-say aria-live></…>
function startHold(element) {
  if (element.dataset.running) return;
  element.dataset.running = "1";
  const skew = Date.now() - Date.parse(element.dataset.now || new Date().toISOString());
  const end = Date.parse(element.dataset.expires) + skew;
  const left = $("[data-hold-left]", element);
  const say = $("[data-hold-say]", element);
  let before = Infinity;
  const tick = () => {
    if (!element.isConnected) return clearInterval(timer);
    const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
    left.textContent = inWords(seconds);
    for (const mark of [300, 60, 0]) {
      if (before > mark && seconds <= mark && (before !== Infinity || seconds === 0)) {
        say.textContent = mark ? element.dataset[`say${mark}`] : element.dataset.sayOver;
      }
    }
    before = seconds;
    if (!seconds) {
      clearInterval(timer);
      element.classList.add("is-over");
      element.dispatchEvent(new CustomEvent("hold:over", { bubbles: true }));
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// 29:05, and beyond an hour 23 h 59 min: nobody waits for the seconds of a day.
function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// --- Forms are sent once; coming back to the page frees them again.
const release = (form) => {
  delete form.dataset.sent;
  $$(".is-busy", form).forEach((button) => {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  });
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button?.dataset.confirm || form.dataset.confirm;
  if (question && !form.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return ask(question, button?.dataset.confirmLabel || form.dataset.confirmLabel, button?.dataset.confirmTone).then(
      (yes) => {
        if (!yes) return;
        form.dataset.confirmed = "1";
        form.requestSubmit(button);
        delete form.dataset.confirmed;
      },
    );
  }
  if (form.method !== "post" || form.matches("[data-many], [hx-post], [hx-get]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  if (button) {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
  }
}, true);
addEventListener("pageshow", () => $$("form[data-sent]").forEach(release));

function ask(question, label, tone) {
  const dialog = $("#confirm-dialog");
  if (!dialog) return Promise.resolve(window.confirm(question));
  $("[data-question]", dialog).textContent = question;
  const yes = $("[value=yes]", dialog);
  yes.textContent = label || yes.dataset.label;
  yes.className = tone === "danger" ? yes.dataset.danger : yes.dataset.plain;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }),
  );
}
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question, event.target.dataset.confirmLabel, event.target.dataset.confirmTone).then(
    (yes) => yes && event.detail.issueRequest(true),
  );
});

// --- Clicks
const clicks = {
  dismiss: (element) => (element.closest("[data-toast], [data-dismissable]")?.remove(), tendToasts()),
  open: (element, event) => {
    const dialog = document.getElementById(element.dataset.open);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
    $("input[autofocus]", dialog)?.select(); // typing replaces what was left there
  },
  close: (element) => element.closest("dialog")?.close(),
  themeSet: (element) => {
    const theme = element.dataset.themeSet;
    store("theme", theme === "system" ? "" : theme);
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    showTheme();
  },
  copy: (element) => {
    navigator.clipboard?.writeText(element.dataset.copy).then(() => {
      const note = $("[data-copied]", element);
      note.hidden = false;
      setTimeout(() => (note.hidden = true), 2000);
    });
  },
};
document.addEventListener("click", (event) => {
  for (const [name, act] of Object.entries(clicks)) {
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const element = event.target.closest(`[data-${attribute}]`);
    if (element) act(element, event);
  }
  if (event.target.matches("dialog[open]") && !event.target.matches("[data-keep]")) event.target.close();
  $$("details[data-menu][open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
const showTheme = () => {
  const now = document.documentElement.dataset.theme || "system";
  $$("[data-theme-set]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.themeSet === now));
};

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && $("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
});
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit();
});

const start = (root) => {
  $$("[data-hold]", root).forEach(startHold);
  if (root.matches?.("[data-hold]")) startHold(root);
};
// Three messages at most, the others wait. Good news goes after ten seconds, and not while somebody is at it; a problem
// stays until it is read. On a phone, where the page would jump, both stay.
function tendToasts() {
  $$("#toasts > [data-toast]").forEach((toast, n) => {
    toast.hidden = n > 2;
    if (toast.hidden || toast.dataset.tended || !toast.matches("[data-fleeting]")) return;
    toast.dataset.tended = "1";
    const go = () => matchMedia("(width < 48rem)").matches || (toast.remove(), tendToasts());
    const wait = () => setTimeout(go, 10_000);
    let timer = wait();
    for (const come of ["pointerenter", "focusin"]) toast.addEventListener(come, () => clearTimeout(timer));
    for (const leave of ["pointerleave", "focusout"]) {
      toast.addEventListener(leave, () => {
        clearTimeout(timer);
        // Once the focus has gone on; while it or the pointer is still there, nothing goes.
        requestAnimationFrame(() => toast.matches(":hover, :focus-within") || (clearTimeout(timer), (timer = wait())));
      });
    }
  });
}
document.addEventListener("toasts:new", tendToasts);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
start(document);
tendToasts();
showTheme();
