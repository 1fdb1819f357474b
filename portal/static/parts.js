// Fills the parts of a page that the server gives apart, when they come near the screen. Without this script, or when the
// portal does not answer, the link that stands there leads to the same thing.
"use strict";

(() => {
  const fill = async (part) => {
    try {
      const answer = await fetch(part.dataset.part);
      if (!answer.ok) return;
      const html = await answer.text();
      const held = part.contains(document.activeElement); // by keyboard one may stand on the link that goes
      part.innerHTML = html;
      if (held) {
        part.tabIndex = -1;
        part.focus();
      }
    } catch {
      // The link stays.
    }
  };
  const near = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        fill(target);
      }
    },
    { rootMargin: "600px" },
  );
  for (const part of document.querySelectorAll("[data-part]")) near.observe(part);
})();
