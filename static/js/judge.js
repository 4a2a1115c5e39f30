// Judging by keyboard: 0–4 choose a step while an item has the focus, J and K go to the next and the previous
// person, Ctrl+Enter saves. Without a script the form works with Tab and the arrow keys alone.
const form = document.getElementById("judge-form");
if (form) {
  const items = [...form.querySelectorAll(".judge-item")];
  const rest = form.querySelector("[name=rest_kept]");
  const count = document.querySelector("[data-chosen]");
  let isChanged = false;

  const chosen = () => items.filter((item) => item.querySelector("input:checked")).length;
  const tell = () => {
    if (count) count.textContent = rest && rest.checked ? items.length : chosen();
  };
  const go = (item) => {
    const next = items[items.indexOf(item) + 1];
    const to = next ? next.querySelector("input:checked") || next.querySelector("input") : rest;
    if (to) to.focus();
  };

  form.addEventListener("change", () => {
    isChanged = true;
    tell();
  });
  form.addEventListener("submit", () => { isChanged = false; });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(document.querySelector("[form=judge-form].btn-primary"));
      return;
    }
    const at = event.target;
    if (at.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
    const item = at.closest(".judge-item");
    const step = item.querySelector(`input[value="${CSS.escape(event.key)}"]`);
    if (step) {
      event.preventDefault();
      step.checked = true;
      step.dispatchEvent(new Event("change", { bubbles: true }));
      if (step.value === "4") go(item);
      else item.querySelector("textarea").focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    const way = { j: "next", k: "prev" }[event.key.toLowerCase()];
    const link = way && document.querySelector(`.dock a[rel=${way}]`);
    if (link) link.click();
  });
  tell();
}
