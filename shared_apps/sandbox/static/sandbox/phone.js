// Forms that clear after they were sent, and a subscription that is handed to a site as its page would.

document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (form instanceof HTMLFormElement && "clears" in form.dataset && event.detail.successful) form.reset();
});

for (const button of document.querySelectorAll("[data-hand]")) {
  button.hidden = false;
  button.addEventListener("click", () => hand(button));
}

async function hand(button) {
  const box = button.closest(".browser");
  const say = (text) => { box.querySelector(".browser__said").textContent = text; };
  const site = button.dataset.hand;
  button.disabled = true;
  try {
    const page = await fetch(`${site}/my/notices/preferences/`);
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (!page.ok || !page.url.includes("/my/notices/") || !token) {
      say("Sign in at the site first, in this browser and below the address of this page.");
      return;
    }
    const answer = await fetch(`${site}/my/push/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token.value },
      body: box.querySelector("code").textContent,
    });
    say(answer.ok ? "The site will notify this browser." : `The site answered ${answer.status}.`);
  } catch {
    say("The site can't be reached from here.");
  } finally {
    button.disabled = false;
  }
}
