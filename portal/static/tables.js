// Comfort for the filters of a table: the values that come most often in the chosen column are offered, and no value is
// asked for when the condition needs none. Without this script the form asks the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-rows]");
  if (!form) return;
  const [column, condition, value] = ["vue.colonne", "vue.condition", "vue.valeur"].map((name) => form.elements[name]);
  const offered = document.createElement("datalist");
  offered.id = "valeurs";
  form.append(offered);
  value.setAttribute("list", offered.id);
  let asked = "";

  const offer = async () => {
    const name = column.value;
    if (name === asked) return;
    asked = name;
    offered.replaceChildren();
    const written = /[,;"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
    const query = new URLSearchParams({ group: written, sort: "-count", limit: "30", total: "0" });
    try {
      const answer = await fetch(`${form.dataset.rows}?${query}`);
      if (!answer.ok || name !== asked) return;
      for (const row of (await answer.json()).results) {
        const [said] = Object.values(row);
        if (said === null) continue;
        const option = document.createElement("option");
        option.value = said === true ? "oui" : said === false ? "non" : String(said);
        offered.append(option);
      }
    } catch {
      asked = ""; // One types all the same.
    }
  };

  const needed = () => {
    value.disabled = ["empty", "filled"].includes(condition.value);
  };

  value.addEventListener("focus", offer);
  column.addEventListener("change", () => {
    value.value = "";
    if (document.activeElement === value) offer();
  });
  condition.addEventListener("change", needed);
  needed();
})();
