export { httpStorage } from "./http-storage.js";
export type { HttpStoreOptions } from "./http-store-options.js";
