// Fields that name people complete what is typed: a combobox with a list. Without it a number or a whole name is typed.
"use strict";

(() => {
  const PAUSE = 180;
  const ENOUGH = /\S.*\S|[\u3400-\u9fff\uf900-\ufaff]/;
  let made = 0;

  // What is being typed of a field for several people begins after the last comma.
  const start = (field) => (field.dataset.picker === "several" ? Math.max(...[..."，、,;；"].map((sign) => field.value.lastIndexOf(sign))) + 1 : 0);
  const words = (field) => field.value.slice(start(field)).trim();

  function enable(field) {
    const list = document.createElement("div");
    const said = document.createElement("p");
    let asked = null;
    let timer = 0;
    let active = -1;
    list.className = "found";
    list.id = `found-${++made}`;
    list.hidden = true;
    said.className = "unseen";
    said.setAttribute("aria-live", "polite");
    field.after(list, said);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox" })) field.setAttribute(name, value);

    const options = () => [...list.querySelectorAll("[role=option]")];
    function close() {
      clearTimeout(timer);
      asked?.abort();
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-controls");
      field.removeAttribute("aria-activedescendant");
    }
    function mark(step) {
      const all = options();
      if (!all.length) return;
      active = active < 0 ? (step > 0 ? 0 : all.length - 1) : (active + step + all.length) % all.length;
      all.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
      field.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
    function choose(option) {
      const before = field.value.slice(0, start(field));
      field.value = `${before}${before ? " " : ""}${option.dataset.value}${field.dataset.picker === "several" ? ", " : ""}`;
      close();
      field.focus();
    }
    function show(html) {
      list.innerHTML = html;
      const box = list.querySelector("[role=listbox]");
      if (!box || document.activeElement !== field) return;
      said.textContent = box.dataset.said;
      if (!options().length) return void close();
      box.id = `${list.id}-box`;
      options().forEach((option, place) => (option.id = `${list.id}-${place}`));
      active = -1;
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
      field.setAttribute("aria-controls", box.id);
      field.removeAttribute("aria-activedescendant");
    }
    async function look() {
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`/colleagues?q=${encodeURIComponent(words(field))}`, { signal: asked.signal });
        // Whoever has been signed out meanwhile is told so by the form itself.
        if (answer.ok && !answer.redirected) show(await answer.text());
      } catch {
        // Looked for anew, or no connection: what is typed goes as it is.
      }
    }
    function typed(event) {
      if (event.isComposing) return;
      close();
      said.textContent = "";
      // Whoever was chosen among several stood for what was typed before.
      field.parentElement.querySelectorAll(".unsure input").forEach((choice) => (choice.checked = false));
      if (ENOUGH.test(words(field)) && words(field).length <= 100) timer = setTimeout(look, PAUSE);
    }
    function pressed(event) {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      if (list.hidden) {
        if (event.key !== "ArrowDown" || !ENOUGH.test(words(field))) return;
        look();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "Enter" && active >= 0) choose(options()[active]);
      else if (event.key === "Escape") close();
      else return void (event.key === "Tab" && close());
      event.preventDefault();
      event.stopPropagation();
    }
    field.addEventListener("input", typed);
    field.addEventListener("compositionend", typed);
    field.addEventListener("keydown", pressed);
    field.addEventListener("blur", close);
    // The field keeps the focus while somebody is chosen with mouse or finger.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
  }

  function begin() {
    document.querySelectorAll("input[data-picker]:not([role])").forEach(enable);
  }
  document.addEventListener("htmx:afterSwap", begin);
  begin();
})();
