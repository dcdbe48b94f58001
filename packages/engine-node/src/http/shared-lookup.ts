import { type LookupAddress, type LookupAllOptions, lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/** For how long, in milliseconds, an address serves those who ask later. Stores give theirs for a few seconds. */
const KEPT_MS = 1_000;

interface Found {
  readonly addresses: Promise<readonly LookupAddress[]>;
  /** How often it has been used. */
  uses: number;
}

/**
 * One question to the resolver for all connections that are opened at once: the system's resolver works in libuv's four threads,
 * where 64 questions would wait for each other, and for files. Each connection starts at another of the addresses.
 */
export function sharedLookup(ask: typeof askResolver = askResolver): LookupFunction {
  const found = new Map<string, Found>();

  function find(hostname: string, options: LookupAllOptions): Found {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const fresh: Found = { addresses: ask(hostname, options), uses: 0 };
    const forget = (): void => {
      if (found.get(key) === fresh) found.delete(key);
    };
    found.set(key, fresh);
    fresh.addresses.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
    return fresh;
  }

  return (hostname, options, callback) => {
    const { all, ...rest } = options;
    const entry = find(hostname, { ...rest, all: true } as LookupAllOptions);
    const turn = entry.uses++;
    entry.addresses.then(
      (addresses) => {
        const turned = addresses.map((_, at) => addresses[(at + turn) % addresses.length]!);
        if (all) callback(null, turned);
        else callback(null, turned[0]!.address, turned[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}

function askResolver(hostname: string, options: LookupAllOptions): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, options, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
