// What pages do beyond HTML: acts in place, keys, drafts that keep themselves. Every page works without it.
"use strict";

(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // Rows can be walked through with j and k; a and r press the marked row's buttons, Enter opens it.
  let marked = -1;
  const rows = () => all("[data-row]");
  function mark(step) {
    const found = rows();
    if (!found.length) return;
    found.forEach((row) => row.classList.remove("marked"));
    marked = Math.min(Math.max(marked + step, 0), found.length - 1);
    found[marked].classList.add("marked");
    found[marked].scrollIntoView({ block: "nearest" });
    const link = found[marked].querySelector("a, button");
    if (link) link.focus({ preventScroll: true });
  }
  function press(key) {
    const target = rows()[marked]?.querySelector(`[data-key="${key}"]`);
    if (!target) return;
    target.click();
    const opened = target.closest("details[open]");
    if (opened) opened.querySelector("textarea, input:not([type=hidden])")?.focus();
  }
  function showKeys() {
    const help = document.getElementById("keys");
    if (help) help.open ? help.close() : help.showModal();
  }
  document.addEventListener("keydown", (event) => {
    // A key that is held down acts once.
    if (event.repeat && !"jk".includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const deeds = { j: () => mark(1), k: () => mark(-1), "?": showKeys };
    const deed = deeds[event.key] || (/^[a-z]$/.test(event.key) ? () => press(event.key) : null);
    if (!deed) return;
    deed();
    event.preventDefault();
  });

  // Whatever has just been answered is read out, and stands where it is looked for.
  document.addEventListener("htmx:afterSwap", (event) => {
    marked = -1;
    // What an act has led to is found again under its own address; what was refused stays where it is.
    const shown = event.detail.xhr?.responseURL;
    if (shown && !new URL(shown).pathname.startsWith("/do/")) history.replaceState(null, "", shown);
    const answer = document.querySelector("main [role=alert]:not([hidden]), main [role=status]");
    if (answer) answer.scrollIntoView({ block: "nearest" });
    document.getElementById("main")?.focus({ preventScroll: true });
    begin();
  });
  document.addEventListener("htmx:sendError", () => {
    const lost = document.getElementById("lost");
    lost.hidden = false;
    lost.scrollIntoView({ block: "nearest" });
  });

  // A menu closes when something else is looked at.
  document.addEventListener("click", (event) => {
    all("details.account[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.account[open]").forEach((menu) => (menu.open = false));
  });

  // A form with `data-draft` is kept while it is being written; a lost connection is said and tried again.
  function say(form, state) {
    const place = form.closest?.("form")?.querySelector("[data-draft-state]");
    if (place) place.textContent = place.dataset[state] || "";
  }
  async function send(form) {
    say(form, "keeping");
    const body = new FormData(form);
    for (const [name, value] of Object.entries(JSON.parse(form.dataset.draft))) body.set(name, value);
    body.set("_quietly", "true");
    try {
      const answer = await fetch(form.dataset.draftTo, { method: "POST", body: new URLSearchParams(body) });
      if (answer.status >= 500) throw new Error(String(answer.status));
      const before = form.elements._tag?.value;
      const tag = answer.headers.get("ETag");
      // What else on the page can be done to the same thing has seen it as it is now.
      if (answer.ok && tag && before) all("input[name=_tag]").forEach((one) => one.value === before && (one.value = tag));
      say(form, answer.status === 401 ? "expired" : answer.ok ? "kept" : "refused");
    } catch {
      say(form, "lost");
      form.draftTimer = setTimeout(() => keep(form), 5000);
    }
  }
  // One draft after the other: each says what it has seen of the one before.
  async function keep(form) {
    if (form.keeping) return void (form.isBehind = true);
    form.keeping = send(form);
    await form.keeping;
    form.keeping = null;
    if (form.isBehind) {
      form.isBehind = false;
      keep(form);
    }
  }
  function sendAfterDraft(event) {
    const form = event.currentTarget;
    clearTimeout(form.draftTimer);
    form.isBehind = false;
    if (!form.keeping) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.keeping.then(() => setTimeout(() => form.requestSubmit(event.submitter)));
  }
  // An answer that has to be explained opens the place for it.
  document.addEventListener("change", (event) => {
    const opened = document.getElementById(event.target.dataset.opens || "");
    if (opened) opened.open = true;
  });
  function begin() {
    all("form[data-draft]").forEach((form) => {
      if (form.isKept) return;
      form.isKept = true;
      form.addEventListener("input", () => {
        clearTimeout(form.draftTimer);
        form.draftTimer = setTimeout(() => keep(form), 1200);
      });
      form.addEventListener("submit", sendAfterDraft, true);
    });
  }
  begin();
})();
