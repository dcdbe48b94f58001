import { compareNames, DeltaError, type ListOptions, type ObjectMeta } from "@asyncdelta/kernel-core";
import { isTemporary } from "../storage/temporary-name.js";
import { ask } from "./ask.js";
import { wrongAnswer } from "./object-error.js";
import type { ListedObject, ListedPage, ObjectListing, PageOptions } from "./object-service.js";
import { shownUrl } from "./shown-url.js";
import type { StoreContext } from "./store-context.js";

/** Objects of a page that is made here, because the store's own were put in order. */
const PAGE = 1000;
/** Pages without a single object are allowed (stores look at so many keys a page), but not without an end. */
const EMPTY_PAGES = 1000;
/** Bytes of a listing's answer: a page of 5000 long names in XML takes about 5 MB. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** `Storage.list` of an object store. The next page is on its way while one is consumed. */
export async function* listObjects(
  store: StoreContext,
  directory: string,
  { startAfter = "", endBefore, signal }: ListOptions,
): AsyncGenerator<readonly ObjectMeta[], void, undefined> {
  const listing = listingOf(store, directory);
  const names = new AscendingNames(directory);
  const after = (objects: readonly ListedObject[]) =>
    objects.filter(({ name }) => name !== "" && compareNames(name, startAfter) > 0 && !isTemporary(name));
  if (listing.isSorted) {
    const isEnough = ({ objects }: ListedPage) => {
      const last = objects.at(-1)?.name;
      return endBefore !== undefined && last !== undefined && compareNames(last, endBefore) >= 0;
    };
    for await (const { objects } of pages(store, listing, directory, { startAfter, isEnough, signal })) {
      names.check(objects);
      const wanted = after(objects);
      if (wanted.length > 0) yield metasOf(directory, wanted);
    }
    return;
  }
  const all: ListedObject[] = [];
  for await (const { objects } of pages(store, listing, directory, { startAfter, signal })) all.push(...after(objects));
  all.sort((a, b) => compareNames(a.name, b.name));
  names.check(all);
  for (let at = 0; at < all.length; at += PAGE) yield metasOf(directory, all.slice(at, at + PAGE));
}

function listingOf({ service }: StoreContext, directory: string): ObjectListing {
  if (!directory.endsWith("/")) {
    const message = `Not the URL of a directory, which ends in "/": ${shownUrl(directory)}`;
    throw new DeltaError("INVALID_ARGUMENT", message, { path: shownUrl(directory) });
  }
  if (service.list !== undefined) return service.list;
  const message = `${service.name} has no listing, so ${shownUrl(directory)} cannot be listed.`;
  throw new DeltaError("STORAGE_FAILED", message, { path: shownUrl(directory) });
}

interface PagesOptions {
  readonly startAfter: string;
  /** Whether nothing behind this page is wanted. */
  readonly isEnough?: (page: ListedPage) => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * The store's pages, each asked for once the one before has told where it begins: when it is wanted, or else in the next turn of the
 * event loop. Who has learnt meanwhile that it is not leaves before that.
 */
async function* pages(
  store: StoreContext,
  listing: ObjectListing,
  directory: string,
  { startAfter, isEnough, signal }: PagesOptions,
): AsyncGenerator<ListedPage, void, undefined> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const first = listing.hasStartAfter && startAfter !== "" ? { startAfter } : {};
  const tokens = new Set<string>();
  let empty = 0;
  const ask = (page: PageOptions) => askPage(store, listing, directory, page, controller.signal);
  let next = soon(() => ask(first));
  try {
    for (;;) {
      const page = await next.now();
      const { token } = page;
      empty = page.objects.length === 0 ? empty + 1 : 0;
      if (token === undefined || isEnough?.(page)) {
        yield page;
        return;
      }
      if (token === "" || tokens.has(token) || empty > EMPTY_PAGES) {
        throw wrongAnswer(directory, "its listing does not get on: it names the same page again and again");
      }
      tokens.add(token);
      next = soon(() => ask({ ...first, token }));
      yield page;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    controller.abort();
    await next.cancel();
  }
}

/** Work that begins in the next turn of the event loop, unless it is wanted before, or not at all. */
function soon<T>(work: () => Promise<T>): { now(): Promise<T>; cancel(): Promise<void> } {
  let begun: Promise<T> | undefined;
  const now = (): Promise<T> => {
    clearImmediate(waiting);
    begun ??= work();
    return begun;
  };
  // Its failure is thrown when its turn comes.
  const waiting = setImmediate(() => now().catch(() => {}));
  return {
    now,
    cancel: async () => {
      clearImmediate(waiting);
      await begun?.catch(() => {});
    },
  };
}

async function askPage(
  store: StoreContext,
  listing: ObjectListing,
  directory: string,
  page: PageOptions,
  signal: AbortSignal,
): Promise<ListedPage> {
  const response = await ask(store, listing.pageRequest(directory, page), { signal });
  return listing.parsePage(directory, await response.bytes(ANSWER_BYTES));
}

/** Makes sure that no name comes twice or too late: a reader stops where it has seen enough, and would miss it. */
class AscendingNames {
  readonly #directory: string;
  #last = "";

  constructor(directory: string) {
    this.#directory = directory;
  }

  check(objects: readonly ListedObject[]): void {
    for (const { name } of objects) {
      const order = compareNames(name, this.#last);
      if (order < 0 || (order === 0 && name !== "")) {
        const what = order === 0 ? "twice" : `behind ${JSON.stringify(this.#last)}`;
        throw wrongAnswer(this.#directory, `its listing is out of order, ${JSON.stringify(name)} came ${what}`);
      }
      this.#last = name;
    }
  }
}

/** Names that are in URLs as they are. */
const PLAIN = /^[\w.~-]*$/;

function metasOf(directory: string, objects: readonly ListedObject[]): ObjectMeta[] {
  return objects.map(({ name, size, lastModified, etag }) => {
    const url = directory + (PLAIN.test(name) ? name : encodeURIComponent(name));
    return etag === undefined ? { url, size, lastModified } : { url, size, lastModified, etag };
  });
}
