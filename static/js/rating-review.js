// Reviewing by keyboard: J or Alt+↓ to the next person, K or Alt+↑ to the one before, Ctrl+Enter says the review.
// What is typed is also kept in this browser until the server has it, so that a dropped session loses nothing.
const form = document.getElementById("review-form");
const lines = [...document.querySelectorAll("[data-line]")];
const shelf = form && form.dataset.sheet ? `cm-review-${form.dataset.sheet}` : "";

const mark = (line) => {
  const field = line.querySelector(".points");
  if (!field) return;
  const given = field.value === "" ? null : Number(field.value);
  const why = line.querySelector("[data-why]");
  line.querySelector(".mine").classList.toggle("diff", given !== null && line.dataset.own !== ""
    && given !== Number(line.dataset.own));
  if (why && given !== null && given < Number(line.dataset.most)) why.open = true;
};

const typed = () => {
  const data = new FormData(form);
  ["csrfmiddlewaretoken", "revision"].forEach((name) => data.delete(name));
  return [...data.entries()];
};

if (shelf) {
  const revision = () => form.elements.revision.value;
  const keep = () => sessionStorage.setItem(shelf, JSON.stringify([revision(), typed()]));
  const forget = () => sessionStorage.removeItem(shelf);
  const stored = JSON.parse(sessionStorage.getItem(shelf) || "null");
  if (stored && stored[0] === revision()) {
    stored[1].forEach(([name, value]) => {
      const field = form.elements[name];
      if (field && "value" in field) field.value = value;
    });
  }
  lines.forEach(mark);
  form.addEventListener("input", keep);
  form.addEventListener("change", (event) => {
    keep();
    const line = event.target.closest("[data-line]");
    if (line) mark(line);
  });
  // A page to sign in is no answer to a draft: what was typed stays here and on the shelf.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "saved") return;
    const isOurs = event.detail.serverResponse.includes('id="saved"');
    event.detail.shouldSwap = event.detail.shouldSwap && isOurs;
    if (isOurs && event.detail.xhr.status === 200) forget();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit(document.querySelector("[form=review-form].btn-primary"));
    return;
  }
  const byArrow = event.altKey && { ArrowDown: "next", ArrowUp: "prev" }[event.key];
  const isTyping = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !isTyping;
  const way = byArrow || (isPlain && { j: "next", k: "prev" }[event.key.toLowerCase()]);
  const link = way && document.querySelector(`.dock a[rel=${way}]`);
  if (link) {
    event.preventDefault();
    link.click();
  }
});
