// Keeps the pages of registers, and what they are drawn with, for when the signal is gone. Pages come from the server as
// long as it answers within some seconds. Whoever is led away to sign in has signed out: their pages are forgotten.
const SCOPE = new URL(self.registration.scope).pathname;
const PAGES = `muster-register-pages:${SCOPE}`;
const FILES = `muster-register-files:${SCOPE}`;
const PATIENCE = 4000;
const DRAWN_WITH = ["style", "script", "font", "image", "manifest"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname.startsWith(SCOPE)) event.respondWith(page(event));
  else if (DRAWN_WITH.includes(request.destination)) event.respondWith(file(event));
});

const inTime = (request) =>
  new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("slow")), PATIENCE);
    fetch(request).then(resolve, reject);
  });

async function page(event) {
  const kept = await caches.open(PAGES);
  try {
    const answer = await inTime(event.request);
    if (answer.type === "opaqueredirect" || answer.redirected) event.waitUntil(caches.delete(PAGES));
    else if (answer.ok && isText(answer)) event.waitUntil(kept.put(event.request, answer.clone()));
    return answer;
  } catch {
    return (await kept.match(event.request, { ignoreVary: true, ignoreSearch: true })) ?? fetch(event.request);
  }
}

const isText = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("text/html");

async function file(event) {
  const kept = await caches.open(FILES);
  try {
    const answer = await inTime(event.request);
    if (answer.ok) event.waitUntil(kept.put(event.request, answer.clone()));
    return answer;
  } catch {
    return (await kept.match(event.request, { ignoreVary: true })) ?? Response.error();
  }
}
