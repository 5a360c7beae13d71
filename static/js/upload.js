// Files are sent one after another, each with how much of it has arrived. Without this the form sends one of them.
const form = document.querySelector("form[data-upload]");
const field = form?.querySelector("input[type=file]");
const list = form?.querySelector("[data-upload-list]");
const said = form?.querySelector("[data-upload-said]");
if (field) field.multiple = true;

// On the document, as in fields.js, which shows the name of the first one: this comes behind it.
document.addEventListener("change", (event) => {
  if (!field || event.target !== field) return;
  const { length } = field.files;
  form.classList.toggle("has-several", length > 1); // each is called as its file is
  if (length > 1) form.querySelector(".file-drop > .chosen").textContent = form.dataset.chosen.replace("%s", length);
});

const line = (file) => {
  const row = document.createElement("li");
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name });
  const bar = Object.assign(document.createElement("progress"), { className: "progress progress-primary", max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const state = Object.assign(document.createElement("span"), { className: "state", textContent: form.dataset.waits });
  row.append(name, bar, state);
  list.append(row);
  return {
    says: (text, failed = false) => {
      row.classList.toggle("has-failed", failed);
      state.textContent = text;
    },
    at: (percent) => {
      bar.value = percent;
      state.textContent = `${percent} %`;
    },
  };
};

const send = (file, row, total) =>
  new Promise((done) => {
    const data = new FormData(form);
    data.set(field.name, file);
    if (form.classList.contains("has-several")) data.set(field.name.replace(/file$/, "title"), "");
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname);
    request.setRequestHeader("X-Upload", total);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) row.at(Math.floor((event.loaded / event.total) * 100));
    });
    request.addEventListener("loadend", () => {
      if (request.status === 201) {
        row.at(100);
        row.says(form.dataset.done);
        return done(true);
      }
      let text = form.dataset.failed;
      try {
        text = JSON.parse(request.responseText).error || text;
      } catch {}
      row.says(text, true);
      done(false);
    });
    request.send(data);
  });

form?.addEventListener("submit", async (event) => {
  const files = [...field.files];
  if (!files.length) return; // the server says that none was chosen
  event.preventDefault();
  const button = form.querySelector(".form-foot .btn");
  list.hidden = false;
  list.replaceChildren();
  const most = Number(form.dataset.most);
  const tooLarge = form.dataset.tooLarge.replace("%s", Math.floor(most / 1024 / 1024));
  const rows = files.map((file) => [file, line(file)]);
  let added = 0;
  for (const [index, [file, row]] of rows.entries()) {
    if (file.size > most) {
      row.says(tooLarge, true);
      continue;
    }
    // With the last one the page that follows says how many there were.
    if (await send(file, row, index === rows.length - 1 ? added + 1 : 0)) added += 1;
  }
  said.textContent = [...list.querySelectorAll(".has-failed")].map((each) => each.textContent).join(" ");
  delete form.dataset.sent; // as app.js frees one that one comes back to
  button.classList.remove("is-busy");
  button.removeAttribute("aria-disabled");
  field.value = "";
  form.querySelector(".file-drop > .chosen").textContent = "";
  form.classList.remove("has-several");
  if (added === files.length) location.assign(location.pathname);
  else if (added) {
    const kept = [...list.children];
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const own = page.querySelector("#own");
    if (own) document.querySelector("#own").replaceWith(own);
    list.replaceChildren(...kept.filter((each) => each.classList.contains("has-failed")));
  }
});
