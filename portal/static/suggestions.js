// The search box proposes titles while one types: a combobox with a list, as ARIA 1.2 describes it
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without this script the box is the same box.
"use strict";

(() => {
  const PAUSE = 120; // milliseconds without a key before the portal is asked
  const LEAST = 2; // characters

  for (const form of document.querySelectorAll("form.ask[data-suggestions]")) {
    const box = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    const told = document.createElement("p");
    let waiting = 0;
    let asking = null;
    let active = null;
    let shownFor = "";

    list.id = "propositions";
    list.className = "proposals";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.called);
    told.className = "vh";
    told.setAttribute("role", "status");
    form.append(list, told);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
    box.setAttribute("aria-expanded", "false");

    const options = () => [...list.children];

    const choose = (option) => {
      active?.setAttribute("aria-selected", "false");
      active = option;
      if (option) {
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        box.setAttribute("aria-activedescendant", option.id);
      } else {
        box.removeAttribute("aria-activedescendant");
      }
    };

    const open = (wanted) => {
      if (!wanted) choose(null);
      list.hidden = !wanted;
      box.setAttribute("aria-expanded", String(wanted));
    };

    const forget = () => {
      clearTimeout(waiting);
      asking?.abort();
      asking = null;
    };

    const close = () => {
      forget();
      told.textContent = "";
      open(false);
    };

    const show = (html, text) => {
      choose(null);
      list.innerHTML = html;
      shownFor = text;
      const count = options().length;
      open(count > 0);
      if (count === 0) told.textContent = form.dataset.none;
      else told.textContent = count === 1 ? form.dataset.one : form.dataset.several.replace("{count}", count);
    };

    const ask = async () => {
      const text = box.value;
      const mine = new AbortController();
      asking = mine;
      try {
        const address = `${form.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
        const answer = await fetch(address, { signal: mine.signal });
        const html = answer.ok ? await answer.text() : "";
        if (asking === mine && document.activeElement === box) show(html, text);
      } catch {
        if (asking === mine) close(); // the network is away: the box still searches
      }
    };

    const typed = () => {
      forget();
      if (box.value.trim().length < LEAST) close();
      else waiting = setTimeout(ask, PAUSE);
    };

    const move = (step) => {
      const all = options();
      const at = all.indexOf(active) + step;
      // One step before the first and after the last is the box itself.
      choose(at < -1 ? all[all.length - 1] : (all[at] ?? null));
    };

    const pressed = (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) {
          if (!options().length || shownFor !== box.value) return;
          open(true);
        }
        if (!event.altKey) move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && active) {
        location.assign(active.dataset.href);
      } else if (event.key === "Escape" && !list.hidden) {
        close();
      } else {
        return;
      }
      event.preventDefault();
    };

    box.addEventListener("input", typed);
    box.addEventListener("keydown", pressed);
    box.addEventListener("blur", close);
    form.addEventListener("submit", close);
    // The box keeps the focus while the list is clicked, or the list would be gone before the click.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) location.assign(option.dataset.href);
    });
  }
})();
