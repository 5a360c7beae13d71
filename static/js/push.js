// Switching notifications on for this browser. The page of preferences loads it.
const button = document.querySelector("[data-push]");
const state = document.querySelector("[data-push-state]");

const say = (text) => {
  state.textContent = text;
};

const bytes = (key) =>
  Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const switchOn = async () => {
  if ((await Notification.requestPermission()) !== "granted") return say(button.dataset.refused);
  const worker = await navigator.serviceWorker.register(button.dataset.pushWorker);
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(button.dataset.pushKey),
  });
  const answer = await fetch(button.dataset.push, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": button.dataset.csrf },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error(answer.status);
  location.reload();
};

if (button) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) button.hidden = true;
  button.addEventListener("click", () => switchOn().catch(() => say(button.dataset.failed)));
}
