// The preview of a brand's colours follows the pickers. The server derives the palette, so that it shows what pages will.
const preview = document.querySelector("[data-look]");
const primary = document.querySelector("[name=primary_colour]");
const accent = document.querySelector("[name=accent_colour]");
let asked;

async function show() {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({ primary: primary.value, accent: accent.value });
  try {
    const answer = await fetch(`${preview.dataset.look}?${query}`, { signal: asked.signal });
    if (!answer.ok) return;
    const colours = await answer.json();
    const dark = getComputedStyle(document.documentElement).colorScheme.startsWith("dark");
    for (const [name, value] of Object.entries(dark ? colours.dark : colours.light)) preview.style.setProperty(name, value);
  } catch {
    // It shows the colours in use until the next choice.
  }
}

if (preview && primary && accent) {
  let waiting;
  for (const picker of [primary, accent]) {
    picker.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 60);
    });
  }
}
