// A link with data-sheet opens the page that it leads to at the edge of this one: its form in a dialog, under its own
// address. Without this script, in a new tab or when anything goes wrong, the link simply leads there.
const HEADERS = { "X-Sheet": "1" };
let opener = null;
let behind = "";
let leaving = false;

const sheet = document.createElement("dialog");
sheet.className = "dialog drawer-side-end sheet";
sheet.id = "sheet";
document.body.append(sheet);

const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const close = document.createElement("button");
close.type = "button";
close.className = "btn btn-ghost btn-square sheet-close";

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".sheet-close")) return leave();
  const link = event.target.closest?.("a[data-sheet]");
  const back = event.target.closest?.("#sheet a[href]");
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link && !link.closest("#sheet")) {
    event.preventDefault();
    open(link);
  } else if (back && new URL(back.href).pathname === sheet.dataset.back) {
    event.preventDefault();
    leave();
  }
});

async function open(link) {
  opener = link;
  behind = location.href;
  link.classList.add("is-busy");
  try {
    const answer = await fetch(link.href, { headers: HEADERS });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    show(await parse(answer), link.href);
    history.pushState({ sheet: true }, "", link.href);
    leaving = false;
    sheet.showModal();
    focus();
  } catch {
    location.assign(link.href);
  } finally {
    link.classList.remove("is-busy");
  }
}

// What the page has between its header and its foot; its own way back closes the sheet.
function show(page, url) {
  const content = page.querySelector("#content");
  sheet.dataset.at = url;
  sheet.removeAttribute("data-keep");
  sheet.dataset.back = new URL(content.querySelector("[data-page-back]")?.href ?? behind).pathname;
  sheet.setAttribute("aria-label", content.querySelector("h1")?.textContent.trim() ?? "");
  const body = document.createElement("div");
  body.className = "sheet-body";
  body.append(...content.childNodes);
  for (const alone of body.querySelectorAll("[data-page-back], [data-page-alone]")) alone.remove();
  const label = document.querySelector("[data-sheet-close]");
  close.innerHTML = label.innerHTML;
  close.setAttribute("aria-label", label.dataset.sheetClose);
  sheet.replaceChildren(close, body);
  window.htmx?.process(body);
  for (const script of body.querySelectorAll("script[type=module][src]")) import(script.src);
  document.dispatchEvent(new CustomEvent("sheet:shown", { detail: body }));
}

function focus() {
  const field = sheet.querySelector("[role=alert], [autofocus], input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea");
  (field ?? sheet.querySelector("form button, a"))?.focus();
  if (field?.matches("input")) field.select?.();
}

// Once: for one Escape some browsers say "cancel" twice, and the second step back would leave the page behind as well.
function leave() {
  if (leaving) return;
  leaving = true;
  history.state?.sheet ? history.back() : sheet.close();
}
addEventListener("popstate", () => sheet.open && sheet.close());
sheet.addEventListener("cancel", (event) => {
  event.preventDefault();
  leave();
});
sheet.addEventListener("close", () => {
  sheet.replaceChildren();
  if (opener?.isConnected) opener.focus();
});
sheet.addEventListener("input", () => sheet.setAttribute("data-keep", "")); // a click beside it loses nothing that was typed

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const whole = event.submitter?.matches("[data-whole-page]"); // leads on to another page, with what was typed
  if (!form.closest("#sheet") || form.method !== "post" || event.defaultPrevented || whole) return;
  event.preventDefault();
  const sent = new FormData(form, event.submitter);
  const url = form.getAttribute("action") ? form.action : sheet.dataset.at;
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body: sent, headers: HEADERS });
  } catch {
    return form.submit();
  }
  const page = await parse(answer);
  if (answer.status === 422 || (answer.ok && !answer.redirected)) {
    show(page, sheet.dataset.at);
    focus();
  } else if (answer.ok) {
    opener?.dataset.sheet === "go" ? go(page, answer.url) : await saved(page);
  } else {
    location.assign(answer.url);
  }
});

// What was saved is another page: it comes in the place of this one.
function go(page, url) {
  opener = null;
  sheet.close();
  history.replaceState(null, "", url);
  document.title = page.title;
  const fresh = page.querySelector("#content");
  document.querySelector("#content").replaceWith(fresh);
  window.htmx?.process(fresh);
  say(page);
  fresh.focus();
}

function say(page) {
  document.querySelector("#toasts").append(...page.querySelectorAll("#toasts > *"));
  document.dispatchEvent(new CustomEvent("toasts:new"));
}

// The page behind is shown anew; what was changed on it glows once, and what was said is said here.
async function saved(page) {
  const row = opener?.closest("tr, li, [data-row]")?.querySelector(".row-name, a[href]")?.getAttribute("href");
  const address = opener?.getAttribute("href");
  const gone = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  leave();
  await gone;
  const now = await fetch(behind, { headers: HEADERS }).then(parse);
  const part = document.querySelector("#list") && now.querySelector("#list") ? "#list" : "#content";
  const fresh = now.querySelector(part);
  document.querySelector(part).replaceWith(fresh);
  window.htmx?.process(fresh);
  const count = now.querySelector("#list-count");
  if (count) document.querySelector("#list-count")?.replaceWith(count);
  say(page);
  say(now);
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
  const link = [...fresh.querySelectorAll("a[href]")].find((each) => each.getAttribute("href") === row);
  link?.closest("tr, li, [data-row]")?.classList.add("glow");
  ([...fresh.querySelectorAll("a[data-sheet]")].find((each) => each.getAttribute("href") === address) ?? link ?? fresh).focus?.();
}
