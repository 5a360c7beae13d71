// A register on a phone. Each tap is kept on this device first, then sent: once, however often it is tried. What is not
// sent yet is said. Without a signal the page comes from what register-worker.js kept.
const sync = document.querySelector("[data-marks]");
const form = document.querySelector("[data-register]");
const { marks: QUEUE, user: USER, scope: SCOPE } = sync.dataset;
const PAGES = `muster-register-pages:${SCOPE}`;
const FILES = `muster-register-files:${SCOPE}`;
const pad = form && import(sync.dataset.pad); // its name changes with its content
const TAPS_TOGETHER = 700;
const AGAIN = 15000;
const MOST_BYTES = 300_000; // sent at once, of what the server takes: a drawn signature has thousands
const MOST_REFUSED = 100; // remembered
let timer = 0;
let csrf = sync.dataset.csrf;
let most = 200; // marks sent at once

const read = (key, empty) => JSON.parse(localStorage.getItem(key) ?? empty);
const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
const waiting = () => read(QUEUE, "[]");
const keep = (marks) => write(QUEUE, marks);
// What was not written down, and of whom, until somebody has read it; and notes on those who are not marked yet.
const [REFUSED, NOTES] = [`${QUEUE}:refused`, `${QUEUE}:notes`];
const refused = () => read(REFUSED, "[]");
const notes = () => read(NOTES, "{}");
const noteKey = (row) => `${form.dataset.day}:${row.dataset.attendee}`;

function keepNote(row, text) {
  const all = notes();
  if (text) all[noteKey(row)] = text;
  else delete all[noteKey(row)];
  write(NOTES, all);
  row.querySelector("[data-note-waits]").hidden = !text;
}

// --- What stands, on the page -----------------------------------------------------------------------------------------
const rowOf = (attendee) => document.getElementById(`p-${attendee}`);

function show(attendee, { status, note, signed }) {
  const row = rowOf(attendee);
  if (!row) return;
  row.dataset.status = status;
  const radio = row.querySelector(`input[value="${status}"]`);
  if (radio) radio.checked = true;
  const field = row.querySelector("[data-note] input");
  if (note != null && field !== document.activeElement) {
    field.value = note;
    if (note) row.querySelector("[data-note]").open = true;
  }
  if (signed) row.querySelector("[data-signed]").hidden = false;
  else if (status === "absent") row.querySelector("[data-signed]").hidden = true; // who signed has come
}

function count() {
  const marked = form?.querySelectorAll(".roll-mark input:checked").length;
  if (form) form.querySelector("[data-count]").textContent = marked;
}

// What was marked here and is not sent yet stands above what the server said.
function showWaiting() {
  for (const mark of waiting()) {
    if (mark.day === form?.dataset.day) show(mark.attendee, { ...mark, signed: Boolean(mark.signature) });
  }
  count();
}

function tell(why = "") {
  const n = waiting().length;
  const said = refused();
  sync.hidden = !n && !said.length;
  sync.toggleAttribute("data-waits", Boolean(n));
  const words = n === 1 ? sync.dataset.one : sync.dataset.many.replace("%n", n);
  sync.querySelector("[data-sync-count]").textContent = n ? words : "";
  sync.querySelector("[data-sync-why]").textContent = n ? why : "";
  const list = sync.querySelector("[data-sync-refused]");
  list.hidden = sync.querySelector("[data-sync-read]").hidden = !said.length;
  list.replaceChildren(
    ...[...new Set(said)].map((text) => {
      const item = document.createElement("li");
      item.textContent = `${sync.dataset.refused} ${text}`;
      return item;
    }),
  );
}

// --- Marking ----------------------------------------------------------------------------------------------------------
const newKey = () =>
  crypto.randomUUID?.() ??
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (Number(c) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(c) / 4)))).toString(16),
  );

function mark(row, status, more = {}) {
  const { day, what } = form.dataset;
  const who = `${row.querySelector(".roll-name").textContent.trim()}, ${what}`;
  const note = notes()[noteKey(row)];
  if (note && more.note == null) more = { ...more, note };
  keepNote(row, "");
  const made = { key: newKey(), day, attendee: row.dataset.attendee, who, status, at: Date.now(), ...more };
  keep([...waiting(), made]);
  show(made.attendee, { ...made, signed: Boolean(made.signature) });
  count();
  tell(navigator.onLine ? sync.dataset.underWay : sync.dataset.gone);
  clearTimeout(timer);
  timer = setTimeout(send, TAPS_TOGETHER);
}

const statusOf = (row) => row.querySelector(".roll-mark input:checked")?.value ?? "";

form?.addEventListener("change", (event) => {
  const row = event.target.closest("[data-attendee]");
  if (!row) return;
  if (event.target.type === "radio") mark(row, event.target.value);
  else if (!event.target.closest("[data-note]")) return;
  else if (statusOf(row)) mark(row, statusOf(row), { note: event.target.value });
  else keepNote(row, event.target.value.trim()); // it says nothing of whether they came
});

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation(); // it is never sent, so nothing waits for its answer
  if (!event.submitter?.matches("[data-everybody]")) return;
  for (const row of form.querySelectorAll("[data-attendee]")) {
    if (!statusOf(row) && row.dataset.status !== "cancelled") mark(row, "attended");
  }
});

form?.addEventListener("click", async (event) => {
  const row = event.target.closest("[data-sign]")?.closest("[data-attendee]");
  if (!row) return;
  const { openPad } = await pad;
  const signature = await openPad(row.querySelector(".roll-name").textContent.trim());
  const came = statusOf(row);
  if (signature) mark(row, came === "late" ? "late" : "attended", { signature });
});

// --- Sending ----------------------------------------------------------------------------------------------------------
// One tab at a time: what two of them would send at once is written once all the same, since each mark has its key.
const alone = (work) =>
  navigator.locks ? navigator.locks.request(QUEUE, { ifAvailable: true }, (lock) => lock && work()) : work();

const send = () => alone(flush).catch(() => later(sync.dataset.gone));

function later(why) {
  tell(why);
  clearTimeout(timer);
  if (waiting().length) timer = setTimeout(send, AGAIN);
}

const post = (marks) =>
  fetch(sync.dataset.send, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify({ user: USER, now: Date.now(), marks: marks.map(({ who, ...one }) => one) }),
  });

const lostWords = ({ who }, why) => (who ? `${who}: ${why}` : why);

async function freshToken() {
  const page = await fetch(SCOPE, { cache: "no-store" });
  if (page.redirected || !page.ok) return false;
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-marks]");
  csrf = found?.dataset.csrf ?? csrf;
  return Boolean(found);
}

// The oldest ones, as many as may be sent at once.
function batch() {
  let bytes = 0;
  const fits = (one) => (bytes += new TextEncoder().encode(JSON.stringify(one)).length) <= MOST_BYTES;
  const marks = waiting().slice(0, most);
  const end = marks.findIndex((one) => !fits(one));
  return end < 0 ? marks : marks.slice(0, Math.max(1, end));
}

async function flush() {
  const marks = batch();
  if (!marks.length) return tell();
  let answer = await post(marks);
  if (answer.status === 403 && (await freshToken())) answer = await post(marks);
  if (answer.redirected || [401, 403, 404].includes(answer.status)) return later(sync.dataset.signIn);
  if (answer.status === 409) return later(sync.dataset.other);
  if (answer.status === 413 && marks.length > 1) {
    most = Math.floor(marks.length / 2);
    return flush();
  }
  if (!answer.ok) return later(sync.dataset.again);
  const said = await answer.json();
  const settled = new Set([...said.done, ...Object.keys(said.refused)]);
  const lost = marks.filter((one) => one.key in said.refused).map((one) => lostWords(one, said.refused[one.key]));
  write(REFUSED, [...refused(), ...lost].slice(-MOST_REFUSED)); // first: else a page that is left in between loses it
  keep(waiting().filter((one) => !settled.has(one.key)));
  for (const [attendee, stands] of Object.entries(said.stands[form?.dataset.day] ?? {})) show(attendee, stands);
  showWaiting();
  tell();
  refresh();
  if (waiting().length) return flush();
}

// --- Without a signal -------------------------------------------------------------------------------------------------
// This page as the server shows it now, and those that it leads to, for when it can't be asked.
async function refresh() {
  const links = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
  const pages = await caches.open(PAGES);
  for (const url of new Set([location.href.split("#")[0], ...links])) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok && !answer.redirected) await pages.put(url, answer);
  }
}

async function keepFiles() {
  const files = await caches.open(FILES);
  const own = performance.getEntriesByType("resource").map((one) => one.name);
  for (const url of own.filter((one) => one.startsWith(location.origin) && /\.(css|js|woff2|svg)(\?|$)/.test(one))) {
    if (!(await files.match(url, { ignoreVary: true }))) await files.add(url).catch(() => {});
  }
}

// Whoever used this device before sees to it themselves that they sign out; their pages are not shown to another one.
async function forgetOthers() {
  const name = `muster-register-user:${SCOPE}`;
  if (localStorage.getItem(name) !== USER && navigator.onLine) await caches.delete(PAGES);
  localStorage.setItem(name, USER);
}

// Notes on those who are not marked; who was marked elsewhere meanwhile gets theirs now.
function showNotes() {
  for (const row of form?.querySelectorAll("[data-attendee]") ?? []) {
    const note = notes()[noteKey(row)];
    if (!note) continue;
    if (statusOf(row)) mark(row, statusOf(row), { note });
    else {
      row.querySelector("[data-note]").open = true;
      row.querySelector("[data-note] input").value = note;
      row.querySelector("[data-note-waits]").hidden = false;
    }
  }
}

async function begin() {
  showWaiting();
  showNotes();
  tell(navigator.onLine ? sync.dataset.underWay : sync.dataset.gone);
  send();
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  await navigator.serviceWorker.register(sync.dataset.worker, { scope: SCOPE });
  await forgetOthers();
  if (!navigator.onLine) return;
  await keepFiles();
  await refresh();
  document.documentElement.dataset.kept = "yes";
}

sync.querySelector("[data-sync-read]").addEventListener("click", () => {
  write(REFUSED, []);
  tell();
});
addEventListener("online", send);
addEventListener("offline", () => tell(sync.dataset.gone));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
addEventListener("storage", (event) => event.key === QUEUE && (showWaiting(), tell()));
begin();
