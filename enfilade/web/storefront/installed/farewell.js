// Takes the service worker away from every browser that asks for it: what it kept goes, and open pages load anew without it.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.registration.unregister();
    for (const open of await self.clients.matchAll({ type: "window" })) open.navigate(open.url);
  })());
});
