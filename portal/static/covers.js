// What a result covers, and the result, light up together: under the pointer, and under the keyboard's focus.
"use strict";

(() => {
  const light = (event) => {
    const from = event.target.closest?.("[data-of]");
    const keys = from ? from.dataset.of.split(" ") : [];
    for (const one of document.querySelectorAll("[data-of]")) {
      one.classList.toggle("lit", keys.some((key) => one.dataset.of.split(" ").includes(key)));
    }
  };
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, light);
})();
