// Both halves of one refused form; quality/refusals.py calls them.
({
  // Empties the first thing that must be given, fills in the rest, and sends the form past the browser's own check.
  send: (form) => {
    const visible = (each) => each.checkVisibility() && !each.disabled && !each.readOnly;
    const must = [...form.elements].filter((each) => each.required && visible(each) && each.matches("input, textarea"));
    const blank = must.find((each) => !["checkbox", "radio", "file", "color"].includes(each.type));
    if (!blank) return null;
    const kept = {};
    for (const each of form.elements) {
      if (each === blank || !each.name || !visible(each) || !each.matches("input, textarea")) continue;
      const words = { email: "kept@example.com", tel: "0117 496 0000", text: "7", number: "7", "": "Kept" }[each.type];
      if (each.matches("textarea") && !each.value) each.value = "Kept words";
      else if (words && !each.value && !each.pattern) each.value = words;
      if (!["password", "checkbox", "radio", "file", "color"].includes(each.type)) kept[each.name] = each.value;
    }
    blank.value = "";
    form.noValidate = true;
    const told = { blank: blank.name, kept };
    // The button that Enter presses; one without a name where there are several.
    const buttons = [...form.elements].filter((each) => each.matches("button[type=submit], button:not([type]), input[type=submit]"));
    setTimeout(() => form.requestSubmit(buttons.find((each) => !each.name) || buttons[0]), 30);
    return told;
  },

  judge: ({ blank, kept }) => {
    const found = [];
    const summary = document.querySelector("#form-errors");
    if (!document.title.startsWith("Error:")) found.push(["the title does not begin with Error:", document.title]);
    if (!summary) return [...found, ["there is no error summary", ""]];
    if (!summary.contains(document.activeElement)) found.push(["the summary has no focus", document.activeElement.outerHTML.slice(0, 80)]);
    const links = [...summary.querySelectorAll("a[href^='#']")];
    if (!links.length) found.push(["the summary has no link", summary.innerText]);
    for (const link of links) {
      const there = document.getElementById(link.hash.slice(1));
      if (!there) found.push(["a link of the summary leads nowhere", link.outerHTML]);
      else if (!there.matches("input, select, textarea, fieldset")) found.push(["a link of the summary leads to no field", link.outerHTML]);
    }
    const field = document.querySelector(`main [name="${blank}"]:not([type=radio], [type=hidden])`);
    if (!field || field.getAttribute("aria-invalid") !== "true") found.push(["the field is not marked as invalid", blank]);
    const told = ((field && field.getAttribute("aria-describedby")) || "").split(" ").filter(Boolean);
    if (!told.some((id) => document.getElementById(id)?.innerText.trim())) found.push(["the field does not point at its error", blank]);
    for (const [name, value] of Object.entries(kept)) {
      const now = [...document.querySelectorAll(`main [name="${name}"]`)].map((each) => each.value);
      if (now.length && !now.includes(value)) found.push(["what was typed is lost", `${name}: ${value} became ${now[0]}`]);
    }
    return found;
  },
})
