import { DeltaError, type Storage } from "@asyncdelta/kernel-core";
import type { HttpClient } from "../http/http-call.js";
import { shownUrl } from "../object-store/shown-url.js";
import { splitOptions } from "./client-options.js";
import { fileStorage } from "./file-storage.js";
import { checkOptionNames, UnknownOption } from "./option-names.js";
import { OWN_OPTIONS_HINT, splitOwnOptions } from "./own-options.js";
import { SCHEME_NAMES, type StoreKind, storeKindOf } from "./store-kinds.js";

export interface RoutedStorage {
  readonly storage: Storage;
  /** Closes the sockets of all stores. */
  close(): Promise<void>;
}

/** Takes options as they were given, and checks them itself. */
type MakeStore = (options: never) => Storage;

/** How each store is loaded, when a URL leads to it for the first time. */
export const STORES: Readonly<Record<Exclude<StoreKind, "file">, () => Promise<MakeStore>>> = {
  s3: async () => (await import("../s3/index.js")).s3Storage,
  azure: async () => (await import("../azure/index.js")).azureStorage,
  gcs: async () => (await import("../gcs/index.js")).gcsStorage,
  http: async () => (await import("../http-store/index.js")).httpStorage,
};

export function loadHttpClient(): Promise<typeof import("../http/http-client.js")> {
  return import("../http/http-client.js");
}

/**
 * A storage that leads each URL to its store by the scheme. All stores share one HTTP client. The options are those of the
 * client, those of the store that is used, which refuses what it does not know, and under `s3`, `azure`, `gcs` and `http` those
 * of one store alone. `onFirstWait` is the client's.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for wrong options of the client
 */
export function routedStorage(
  options: Readonly<Record<string, unknown>>,
  requests: number,
  onFirstWait?: (answer: Promise<unknown>) => void,
): RoutedStorage {
  const { client: clientOptions, store: storeOptions } = splitOptions(options);
  const { common, own } = splitOwnOptions(storeOptions);
  const files = fileStorage();
  const stores = new Map<StoreKind, Promise<Storage>>();
  const loaded = new Map<StoreKind, Storage>();
  let client: Promise<HttpClient> | undefined;
  let isCostly = false;
  let isClosed = false;

  async function load(kind: Exclude<StoreKind, "file">): Promise<Storage> {
    client ??= loadHttpClient().then(({ httpClient }) => httpClient({ ...clientOptions, requests, onFirstWait }));
    const [http, make] = await Promise.all([client, STORES[kind]()]);
    if (isClosed) await http.close();
    const store = explained(() => make({ ...common, ...(own[kind] as object), client: http } as never));
    loaded.set(kind, store);
    return store;
  }

  function storeOf(url: string): Storage | Promise<Storage> {
    const kind = storeKindOf(url);
    if (kind === undefined) throw unknownScheme(url);
    if (kind === "file") {
      explained(() => checkOptionNames("A local table", common, []));
      return files;
    }
    isCostly = true;
    let store = stores.get(kind);
    if (store === undefined) {
      store = load(kind);
      stores.set(kind, store);
    }
    return store;
  }

  async function* items<T>(
    url: string,
    open: (store: Storage) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    yield* open(await storeOf(url));
  }

  const storage: Storage = {
    get roundTrip() {
      return isCostly ? "costly" : "cheap";
    },
    roundTripTo: (url) => (storeKindOf(url) === "file" ? "cheap" : "costly"),
    listingOf(directory) {
      const kind = storeKindOf(directory);
      if (kind === "http") return "probes";
      const store = kind === "file" ? files : kind && loaded.get(kind);
      return store?.listingOf?.(directory) ?? "pages";
    },
    async names(directory, options) {
      const store = await storeOf(directory);
      return store.names!(directory, options);
    },
    list: (directory, options) => items(directory, (store) => store.list(directory, options)),
    read: async (url, options) => (await storeOf(url)).read(url, options),
    readRanges: async (url, ranges, options) => (await storeOf(url)).readRanges(url, ranges, options),
    stream: (url, options) => items(url, (store) => store.stream(url, options)),
    head: async (url, options) => (await storeOf(url)).head(url, options),
    put: async (url, bytes, options) => (await storeOf(url)).put(url, bytes, options),
    delete: async (url, options) => (await storeOf(url)).delete(url, options),
  };
  return {
    storage,
    async close() {
      isClosed = true;
      // One that could not be made, for its options were wrong, has nothing to close.
      await client?.then(
        (http) => http.close(),
        () => {},
      );
    },
  };
}

/** What a store says of an option that it does not have, with the way to give it to another. */
function explained<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error;
    throw new DeltaError("INVALID_ARGUMENT", `${error.message} ${OWN_OPTIONS_HINT}`);
  }
}

function unknownScheme(url: string): DeltaError {
  const path = shownUrl(url);
  return new DeltaError("INVALID_ARGUMENT", `No store is known for ${path}: there are ${SCHEME_NAMES}.`, { path });
}
