// Serves the kiosk's app from the tablet, so that it opens without network. Imported by the worker's own address,
// which says in self.KEPT what belongs to this version. Answers and pairing always go to the server.
const NAME = `kiosk-${self.KEPT.version}`;

self.addEventListener("install", (event) => {
  const keep = (cache) => Promise.all(self.KEPT.files.map((file) =>
    fetch(file, { cache: "reload", credentials: "same-origin" }).then((response) => {
      if (!response.ok || response.redirected) throw new Error(`${file}: ${response.status}`);
      return cache.put(file, response);
    })));
  event.waitUntil(caches.open(NAME).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !self.KEPT.files.includes(pathname)) return;
  event.respondWith(caches.open(NAME).then((cache) => cache.match(pathname)).then((kept) => kept || fetch(event.request)));
});
