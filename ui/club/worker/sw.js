// The app without a network. Page and files of one build are kept together and given out together, so a page never meets
// files of another build. A new build is fetched beside the old one and waits until the guest says so.
const VERSION = "__VERSION__";
const FILES = __FILES__;
const PAGE = "/club/index.html";
const OWN = `kava-club-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(OWN).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("kava-club-") && name !== OWN;
  const tidy = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || !url.pathname.startsWith("/club")) return;
  const wanted = request.mode === "navigate" ? PAGE : request;
  const kept = caches.open(OWN).then((cache) => cache.match(wanted, { ignoreSearch: true }));
  event.respondWith(kept.then((found) => found ?? fetch(request)));
});
