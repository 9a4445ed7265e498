// A newer build: fetched beside the old one, and taken over when the guest says so.

let waiting: ServiceWorker | null = null;

/** Keeps the app on the phone, and tells when a newer build waits. */
export function watchForNewer(tell: () => void): void {
  if (!("serviceWorker" in navigator)) return;
  let taken = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker of a phone comes to a page that is new anyway.
    if (taken) location.reload();
    taken = true;
  });
  const found = (worker: ServiceWorker | null) => {
    if (worker?.state !== "installed" || navigator.serviceWorker.controller === null) return;
    waiting = worker;
    tell();
  };
  navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`).then(
    (registration) => {
      found(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker?.addEventListener("statechange", () => found(worker));
      });
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
      });
    },
    // Without a worker the app needs a network to open; the rest works.
    () => undefined,
  );
}

/** Takes the newer build. */
export function takeOver(): void {
  waiting?.postMessage("take over", []);
}
