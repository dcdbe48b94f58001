import { decodeKey, invalidUrl } from "../cloud/decode-key.js";
import { encodeKey, encodeValue } from "../cloud/encode-key.js";
import type { AzureSettings } from "./read-options.js";

/** Where a storage URL leads. */
export interface AzureLocation {
  /** URL of the container, without a slash at the end. */
  readonly container: string;
  /** Decoded; empty for the container itself. */
  readonly key: string;
}

const FORMS =
  "az://container/path, abfss://container@account.dfs.core.windows.net/path or https://account.blob.core.windows.net/container/path";

/** Where the clouds keep their accounts; requests are signed for no other host, unless an endpoint names it. */
const DOMAINS =
  /^([a-z0-9-]+)\.(?:[a-z0-9-]+\.)*?(blob|dfs)\.((?:core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net|cloudapi\.de)|storage\.azure\.net|fabric\.microsoft\.com))$/;

/**
 * Reads a storage URL. Paths of Data Lake Storage (`dfs`) are read by the Blob service of the same account.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function locate(url: string, settings: AzureSettings): AzureLocation {
  const [, scheme, user, host, path] = /^([a-z]+):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?$/i.exec(url) ?? [];
  if (scheme === undefined || host === undefined || path === undefined)
    throw invalidUrl(url, `not of the form ${FORMS}`);
  switch (scheme.toLowerCase()) {
    case "az":
    case "azure":
      if (user !== undefined) throw invalidUrl(url, `not of the form ${FORMS}`);
      return inContainer(serviceOf(settings, url), host, path, url);
    case "abfs":
    case "abfss":
    case "wasb":
    case "wasbs":
      if (user === undefined) return inContainer(serviceOf(settings, url), host, path, url);
      return inContainer(serviceAt(host, settings, url), user, path, url);
    case "https":
    case "http":
      if (user === undefined) return byHttps(url, host, path, settings);
  }
  throw invalidUrl(url, `not of the form ${FORMS}`);
}

/** The name of the account whose key signs a request: the first label of its host, where no option says it. */
export function accountIn(httpUrl: string): string {
  return (/^https?:\/\/([^./:]+)/.exec(httpUrl)?.[1] ?? "").replace(/-secondary$/, "");
}

function inContainer(service: string, container: string, path: string, url: string): AzureLocation {
  return { container: `${service}/${encodeValue(decodeKey(container, url))}`, key: decodeKey(path, url) };
}

function byHttps(url: string, host: string, path: string, settings: AzureSettings): AzureLocation {
  const { endpoint } = settings;
  const isInEndpoint = endpoint !== undefined && url.startsWith(`${endpoint}/`);
  const below = isInEndpoint ? url.slice(endpoint.length + 1) : path;
  const service = isInEndpoint ? endpoint : serviceAt(host, settings, url);
  const slash = below.indexOf("/");
  if (slash <= 0) throw invalidUrl(url, "it does not name a container and a path");
  return inContainer(service, below.slice(0, slash), below.slice(slash + 1), url);
}

/** The Blob service where the URL does not name an account. */
function serviceOf({ account, endpoint }: AzureSettings, url: string): string {
  if (endpoint !== undefined) return endpoint;
  if (account !== undefined) return `https://${account}.blob.core.windows.net`;
  throw invalidUrl(url, "it does not name the storage account: set accountName (AZURE_STORAGE_ACCOUNT_NAME)");
}

/** The Blob service where the URL has the account's host. */
function serviceAt(host: string, { account, endpoint, signing }: AzureSettings, url: string): string {
  const [, named, , domain] = DOMAINS.exec(host.toLowerCase()) ?? [];
  if (endpoint !== undefined && host.toLowerCase() === new URL(endpoint).host) return endpoint;
  if (named === undefined || domain === undefined)
    throw invalidUrl(url, "its host belongs to no Azure account: set endpoint to use another");
  const isBound = signing.kind === "key" || signing.kind === "sas";
  if (isBound && account !== undefined && account !== named.replace(/-secondary$/, ""))
    throw invalidUrl(url, `the credentials are of another account, ${account}`);
  if (endpoint !== undefined && account === named) return endpoint;
  return `https://${host.toLowerCase().replace(/\.dfs\./, ".blob.")}`;
}

/** URL of an object. */
export function objectUrlOf({ container, key }: AzureLocation): string {
  return `${container}/${encodeKey(key)}`;
}
