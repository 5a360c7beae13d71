// Buttons that write Markdown around what is chosen in a text, and a look at what readers will see.
const start = (root) => {
  for (const box of root.querySelectorAll("[data-rich]:not([data-ready])")) enhance(box);
};

function enhance(box) {
  box.dataset.ready = "";
  const text = box.querySelector("textarea");
  const tools = box.querySelector("[data-rich-tools]");
  const shown = box.querySelector("[data-rich-shown]");
  text.before(tools);
  text.after(shown);
  tools.hidden = false;

  // Written as if it were typed, so that the browser's own undo takes it back.
  function write(from, to, words, select = [from + words.length, from + words.length]) {
    text.focus();
    text.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, words)) text.setRangeText(words, from, to, "end");
    text.setSelectionRange(...select);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function around(mark) {
    const { selectionStart: from, selectionEnd: to, value } = text;
    const inner = value.slice(from, to);
    const n = mark.length;
    if (value.slice(from - n, from) === mark && value.slice(to, to + n) === mark) return write(from - n, to + n, inner, [from - n, to - n]);
    write(from, to, `${mark}${inner}${mark}`, [from + n, to + n]);
  }

  function lines(mark) {
    const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const end = text.value.indexOf("\n", text.selectionEnd);
    const to = end < 0 ? text.value.length : end;
    const rows = text.value.slice(from, to).split("\n");
    const has = rows.every((row) => row.startsWith(mark));
    const words = rows.map((row) => (has ? row.slice(mark.length) : mark + row.replace(/^(#+ |- |\d+\. )/, ""))).join("\n");
    write(from, to, words);
  }

  function link(start) {
    const { selectionStart: from, selectionEnd: to, value } = text;
    const words = value.slice(from, to);
    const at = from + words.length + 3;
    write(from, to, `[${words}](${start})`, words ? [at, at + start.length] : [from + 1, from + 1]);
  }

  async function look(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    if (on) {
      const body = new URLSearchParams({ text: text.value });
      const token = text.form.elements.csrfmiddlewaretoken.value;
      const answer = await fetch(button.dataset.show, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => null);
      if (!answer?.ok) return;
      shown.innerHTML = await answer.text();
    }
    button.setAttribute("aria-pressed", on);
    shown.hidden = !on;
    text.hidden = on;
    for (const other of tools.querySelectorAll("button:not([data-show])")) other.disabled = on;
    (on ? shown : text).focus();
  }

  const act = (button) => {
    if (button.dataset.mark) around(button.dataset.mark);
    else if (button.dataset.line) lines(button.dataset.line);
    else if (button.dataset.link) link(button.dataset.link);
    else look(button);
  };
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) act(button);
  });
  // One stop of the Tab key for the row of buttons; arrows walk in it.
  const buttons = [...tools.querySelectorAll("button")];
  buttons.forEach((button, n) => (button.tabIndex = n ? -1 : 0));
  tools.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const there = buttons.filter((button) => !button.disabled);
    if (!step || !there.length) return;
    event.preventDefault();
    const next = there[(there.indexOf(document.activeElement) + step + there.length) % there.length];
    buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  });
  text.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const button = tools.querySelector(`[data-with-ctrl="${event.key.toLowerCase()}"]`);
    if (!button) return;
    event.preventDefault();
    act(button);
  });
}

document.addEventListener("sheet:shown", (event) => start(event.detail));
start(document);
