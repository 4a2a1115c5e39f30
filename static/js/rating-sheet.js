// The own sheet: what is typed is kept in this tab until the server has stored it, so that a session that ends
// in between loses nothing. Autosave itself is htmx; without a script the buttons store.
const form = document.getElementById("fill-form");
if (form) {
  const key = `rating-sheet:${form.dataset.sheet}`;
  const marks = ["revision", "seen"];
  let typed = 0;
  let sent = 0;

  const read = () => {
    const values = {};
    for (const [name, value] of new FormData(form)) if (name !== "csrfmiddlewaretoken") values[name] = value;
    return values;
  };
  const words = (values) => {
    const entries = Object.entries(values).filter(([name, value]) => !marks.includes(name) && value !== "");
    return JSON.stringify(entries.map(([name, value]) => [name, value.replaceAll("\r\n", "\n").trim()]).sort());
  };
  const keep = () => sessionStorage.setItem(key, JSON.stringify(read()));
  const forget = () => sessionStorage.removeItem(key);
  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const restore = (values) => {
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    document.getElementById("restored").hidden = false;
    const store = () => form.dispatchEvent(new Event("input", { bubbles: true }));
    document.addEventListener("DOMContentLoaded", store); // htmx listens from then on
  };

  form.addEventListener("input", () => {
    typed += 1;
    keep();
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt === form) sent = typed;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "saved" || event.detail.xhr.status !== 200) return;
    if (sent === typed) forget();
    else keep();
  });

  const before = kept();
  if (form.hasAttribute("data-clash") || document.querySelector(".errors[id=form-errors]")) keep();
  else if (before && words(before) !== words(read())) restore(before);
  else forget();
}
