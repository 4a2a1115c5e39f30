// What a kiosk keeps on the tablet (IndexedDB): the form being filled in, finished forms that wait to be sent,
// and the questions of its desk. A form has a random key, answers and a day; never a time, never an order.
(() => {
  const NAME = "kiosk";
  let opened = null;

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const open = () => {
    if (!opened) {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("drafts", { keyPath: "key" });
        request.result.createObjectStore("queue", { keyPath: "key" });
        request.result.createObjectStore("notes");
      };
      opened = done(request);
    }
    return opened;
  };

  // One transaction over these stores; the promise ends when it is written.
  const change = (names, act) => open().then((db) => new Promise((resolve, reject) => {
    const transaction = db.transaction(names, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    act(...names.map((name) => transaction.objectStore(name)));
  }));
  const read = (name, ask) => open().then((db) => done(ask(db.transaction(name).objectStore(name))));

  window.KioskStore = {
    open,
    // The form as it is now, so that a reload or a dead battery keeps what was answered.
    keepDraft: (form) => change(["drafts"], (drafts) => drafts.put(form)),
    // In one go, so that a form is never lost between the two and never in both.
    finish: (form) => change(["drafts", "queue"], (drafts, queue) => {
      drafts.delete(form.key);
      queue.put(form);
    }),
    // What was left half-finished by a reload becomes a form of its own.
    finishDrafts: () => change(["drafts", "queue"], (drafts, queue) => {
      drafts.getAll().onsuccess = (event) => {
        event.target.result.forEach((form) => queue.put(form));
        drafts.clear();
      };
    }),
    waiting: (most) => read("queue", (queue) => queue.getAll(undefined, most)),
    count: () => read("queue", (queue) => queue.count()),
    forget: (keys) => change(["queue"], (queue) => keys.forEach((key) => queue.delete(key))),
    note: (name) => read("notes", (notes) => notes.get(name)),
    setNote: (name, value) => change(["notes"], (notes) => notes.put(value, name)),
  };
})();
