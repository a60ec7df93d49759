// Keeps for a moment without network the pieces seen last and the wish list. While there is a network, every page comes from
// it: nobody is ever held on an old one. Only files named by their content are taken from the store without asking.

const FILES = "files-1";
const PAGES = "pages-1";
const SEEN_MAX = 30;
const FILES_MAX = 150;
const PAGE = /^\/(fr|en|nl|zh)\/(products\/[^/]+|wish-list)$/;
const OURS = /^\/(fr|en|nl|zh)(\/|$)/;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== FILES && name !== PAGES) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  const language = event.data?.language;
  if (/^(fr|en|nl|zh)$/.test(language)) event.waitUntil(keepOffline(language));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (/^\/(static\/[0-9a-f]{12}|themes|marks)\//.test(address.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate" && OURS.test(address.pathname)) event.respondWith(page(event, address));
});

async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && /immutable/.test(answer.headers.get("cache-control") ?? "")) keep(files, request, answer.clone(), FILES_MAX);
  return answer;
}

async function page(event, address) {
  const pages = await caches.open(PAGES);
  try {
    const answer = await fetch(event.request);
    if (answer.ok && PAGE.test(address.pathname)) event.waitUntil(keep(pages, address.pathname, answer.clone(), SEEN_MAX));
    return answer;
  } catch (failure) {
    const kept = (await pages.match(address.pathname)) ?? (await pages.match(`/${address.pathname.split("/")[1]}/offline`));
    if (kept) return kept;
    throw failure;
  }
}

async function keep(cache, name, answer, most) {
  await cache.delete(name);
  await cache.put(name, answer);
  const names = await cache.keys();
  for (const old of names.slice(0, Math.max(0, names.length - most))) await cache.delete(old);
}

async function keepOffline(language) {
  const name = `/${language}/offline`;
  const pages = await caches.open(PAGES);
  const answer = await fetch(name);
  if (answer.ok) await pages.put(name, answer);
}
