// What is measured inside a page. Each probe returns a list of [fault, element]; an empty list is good.
({
  shown(element) {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  },

  name(element) {
    const tag = element.tagName.toLowerCase();
    const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim().slice(0, 40);
    return `<${tag}${element.id ? ` id=${element.id}` : ""} class="${element.getAttribute("class") || ""}"> ${words}`;
  },

  overflow() {
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const wide = [...document.querySelectorAll("body *")].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.right > root.clientWidth + 0.5 && this.shown(each) && !each.closest("[class*=sr-only], dialog");
    });
    const deepest = wide.filter((each) => !wide.some((other) => other !== each && each.contains(other)));
    return [[`scrolls ${over} px sideways`, deepest.slice(0, 3).map((each) => this.name(each)).join("; ")]];
  },

  // Text that its own box cuts off, other than by an ellipsis that was asked for.
  cut() {
    const found = [];
    for (const each of document.querySelectorAll("main *")) {
      const style = getComputedStyle(each);
      if (!["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis") continue;
      if (!this.shown(each) || each.closest("svg, [aria-hidden=true], [class*=sr-only]") || !each.innerText?.trim()) continue;
      if (each.scrollWidth > each.clientWidth + 2) found.push(["cuts its text off", this.name(each)]);
    }
    return found;
  },

  // WCAG 2.5.8: 24 px, but for links within a sentence, and what a label or another control stands in for.
  targets(least) {
    const found = [];
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex='0']";
    for (const each of document.querySelectorAll(controls)) {
      const label = each.closest("label") || (each.labels || [])[0];
      const spoken = each.matches("input[type=checkbox], input[type=radio]") && label ? label : each;
      if (!this.shown(spoken) || each.disabled || each.closest("dialog:not([open])")) continue;
      if (each.matches("a") && this.inSentence(each)) continue;
      const box = spoken.getBoundingClientRect();
      const after = getComputedStyle(spoken, "::after");
      const stretched = after.content !== "none" && after.position === "absolute" && parseFloat(after.height) >= least;
      if (stretched || (box.width >= least - 0.5 && box.height >= least - 0.5)) continue;
      found.push([`is ${Math.round(box.width)}×${Math.round(box.height)} px, not ${least}`, this.name(each)]);
    }
    return found;
  },

  inSentence(link) {
    if (getComputedStyle(link).display !== "inline") return false;
    const around = link.parentElement.textContent.trim().length;
    return around > link.textContent.trim().length + 3;
  },

  motion() {
    const found = [];
    const seconds = (list) => Math.max(...list.split(",").map((each) => parseFloat(each) * (each.includes("ms") ? 1 : 1000)));
    for (const each of document.querySelectorAll("body, body *")) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = getComputedStyle(each, pseudo);
        const moves = style.animationName !== "none" && seconds(style.animationDuration) > 10;
        if (moves || seconds(style.transitionDuration) > 10) found.push(["still moves", this.name(each)]);
      }
    }
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") found.push(["scrolls smoothly", "html"]);
    return found.slice(0, 3);
  },

  structure() {
    const found = [], say = (fault, element = "") => found.push([fault, element]);
    const heads = [...document.querySelectorAll("h1")].filter((each) => each.checkVisibility());
    if (heads.length !== 1) say(`has ${heads.length} level-one headings`);
    if (!document.documentElement.lang) say("has no language");
    if (!document.title.trim()) say("has no title");
    if (document.querySelectorAll("main").length !== 1) say("has no main landmark, or several");
    for (const each of document.querySelectorAll("img")) {
      if (each.complete && !each.naturalWidth && this.shown(each)) say("image is broken", each.currentSrc);
    }
    const own = location.origin;
    for (const each of performance.getEntriesByType("resource")) {
      if (new URL(each.name).protocol !== "data:" && new URL(each.name).origin !== own) say("asks a third party", each.name);
    }
    return found;
  },

  // Every field for something personal says so to the browser; nothing keeps one from pasting.
  fields() {
    const wanted = {
      name: /^(name|full_name|contact_name)$/, email: /^(email|login)$/, tel: /^(phone|contact_phone)$/,
      organization: /^(company|organisation_name)$/, "street-address": /^(address)$/,
    };
    const found = [];
    const own = [...document.querySelectorAll("main form :is(input, textarea):not([type=hidden], [type=radio], [type=checkbox])")].filter((each) => this.shown(each));
    for (const field of own) {
      const told = (field.autocomplete || "").split(" ").pop();
      const [kind] = Object.entries(wanted).find(([, names]) => names.test(field.name)) || [];
      if (kind === "email" && field.type !== "email") found.push(["is not of type email", this.name(field)]);
      if (kind === "tel" && (field.type !== "tel" || field.inputMode !== "tel")) found.push(["is not of type and inputmode tel", this.name(field)]);
      if (kind && !told) found.push(["has no autocomplete", this.name(field)]);
      if (kind === "email" && told && !["email", "username", "off"].includes(told)) found.push([`has autocomplete ${told}`, this.name(field)]);
      if (field.type === "password" && !/^(current|new)-password$/.test(told)) found.push(["has no autocomplete for passwords", this.name(field)]);
      if (field.hasAttribute("onpaste")) found.push(["meddles with pasting", this.name(field)]);
    }
    return found;
  },
})
