// Dragging groups and items of a draft by their handle, with a pointer or a finger. Nothing moves before the drop;
// then the row changes its place in the form, and the form is sent with the new order. Escape lets go.
// The order buttons beside each row do the same without a pointer and without this script.
document.documentElement.classList.add("can-drag");

let drag = null;

const mark = (row, side) => {
  document.querySelectorAll(".drop-before, .drop-after, .drop-into").forEach((other) => {
    other.classList.remove("drop-before", "drop-after", "drop-into");
  });
  if (row) row.classList.add(side);
};

const place = (x, y) => {
  const under = document.elementFromPoint(x, y);
  const kind = drag.row.dataset.row;
  const row = under && under.closest(`[data-row="${kind}"]`);
  if (row && row !== drag.row) {
    const box = row.getBoundingClientRect();
    return { row, side: y > box.top + box.height / 2 ? "drop-after" : "drop-before" };
  }
  // A group without items takes an item too.
  const group = kind === "i" && under && under.closest('[data-row="g"]');
  const list = group && group.querySelector('[data-list="i"]');
  return list && !list.querySelector("[data-row]") ? { row: list, side: "drop-into" } : null;
};

const end = (isDropped) => {
  if (!drag) return;
  const { row, to, form } = drag;
  row.classList.remove("is-dragged");
  mark(null);
  drag = null;
  if (!isDropped || !to) return;
  if (to.side === "drop-into") to.row.append(row);
  else if (to.side === "drop-after") to.row.after(row);
  else to.row.before(row);
  form.requestSubmit();
};

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const row = grip.closest("[data-row]");
  drag = { row, to: null, form: row.closest("form"), pointer: event.pointerId };
  row.classList.add("is-dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  const edge = 72;
  if (event.clientY < edge) scrollBy(0, -12);
  else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  drag.to = place(event.clientX, event.clientY);
  mark(drag.to && drag.to.row, drag.to && drag.to.side);
});

document.addEventListener("pointerup", (event) => {
  if (drag && event.pointerId === drag.pointer) end(true);
});
document.addEventListener("pointercancel", () => end(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") end(false);
});
