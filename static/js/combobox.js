// A <select data-combobox> becomes a field in which one types: the list narrows, arrows walk, Enter takes. With
// data-create="<name of a text field>" what is in no list can be added; that field then holds it, and stays out of sight.
// As the search of the office compares: without accents, and with letters that have none written as others do.
const OTHERS = { ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", "’": "'", "‘": "'" };
const plain = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[łøđıßæœ’‘]/g, (letter) => OTHERS[letter]);
let number = 0;
const start = (root) => root.querySelectorAll("select[data-combobox]:not([hidden])").forEach(enhance);
document.addEventListener("sheet:shown", (event) => start(event.detail));
start(document);

function enhance(select) {
  const id = select.id;
  const made = select.form?.elements[select.dataset.create] ?? null;
  const field = Object.assign(document.createElement("input"), {
    className: "input combobox", id, autocomplete: "off", spellcheck: false, placeholder: select.options[0]?.value ? "" : select.options[0]?.text,
  });
  const list = Object.assign(document.createElement("ul"), { className: "layer layer-start layer-field options", id: `options-${++number}` });
  const name = `--field-${number}`;
  list.dataset.anchor = id;
  list.setAttribute("popover", "manual");
  list.setAttribute("role", "listbox");
  list.style.positionAnchor = field.style.anchorName = name;
  for (const [key, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) field.setAttribute(key, value);
  for (const key of ["aria-describedby", "aria-invalid", "autofocus"]) if (select.hasAttribute(key)) field.setAttribute(key, select.getAttribute(key));
  list.setAttribute("aria-label", select.labels[0]?.textContent.trim() ?? "");
  select.id = `${id}-value`;
  select.required = false;
  select.hidden = true;
  select.after(field, list);
  const box = made?.closest(".field");
  if (box) box.hidden = true;
  let at = -1;

  const given = () => (made?.value ? made.value : select.value ? select.selectedOptions[0].text : "");
  const rest = () => (field.value = given());
  const open = () => list.matches(":popover-open");

  function draw(text) {
    const words = plain(text).trim().split(/\s+/);
    const fits = (option) => option.value && words.every((word) => plain(option.text).includes(word));
    const items = [...select.options].filter(fits).map((option) => item(option.text, () => take(option.value, "")));
    const exact = [...select.options].some((option) => option.value && plain(option.text).trim() === plain(text).trim());
    if (made && text.trim() && !exact) {
      const add = item(select.dataset.createLabel.replace("%s", text.trim()), () => take("", text.trim()));
      add.classList.add("option-new");
      items.push(add);
    }
    if (!items.length) {
      const none = item(select.dataset.none ?? "–", null);
      none.setAttribute("aria-disabled", "true");
      items.push(none);
    }
    items.forEach((each, n) => (each.id = `${list.id}-${n}`));
    list.replaceChildren(...items);
    mark(text.trim() ? 0 : items.findIndex((each) => each.textContent === given()));
  }

  function item(text, act) {
    const element = Object.assign(document.createElement("li"), { textContent: text });
    element.setAttribute("role", "option");
    element.act = act;
    return element;
  }

  function mark(n) {
    at = n;
    [...list.children].forEach((each, k) => each.setAttribute("aria-selected", k === n));
    const now = list.children[n];
    now ? field.setAttribute("aria-activedescendant", now.id) : field.removeAttribute("aria-activedescendant");
    now?.scrollIntoView({ block: "nearest" });
  }

  function show(text) {
    if (!open()) list.showPopover();
    field.setAttribute("aria-expanded", "true");
    list.style.minWidth = `${field.offsetWidth}px`;
    draw(text);
  }

  function hide() {
    if (open()) list.hidePopover();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function take(value, added) {
    select.value = value;
    if (made) made.value = added;
    hide();
    rest();
    if (document.activeElement === field) field.select(); // who left would be fetched back
    for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  field.addEventListener("click", () => (open() ? null : show("")));
  field.addEventListener("focus", () => field.select());
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    show(field.value);
  });
  field.addEventListener("blur", () => {
    if (!field.value.trim() && !select.options[0]?.value) take("", "");
    hide();
    rest();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key is the input method's
    const count = list.children.length;
    if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      if (!open()) return show("");
      mark((at + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (event.key === "Enter" && open()) {
      event.preventDefault();
      list.children[at]?.act?.();
    } else if (event.key === "Escape" && open()) {
      event.preventDefault();
      event.stopPropagation();
      hide();
      rest();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => event.target.closest("[role=option]")?.act?.());
  select.addEventListener("input", () => document.activeElement === field || rest()); // typed.js puts back what was typed
  rest();
}
