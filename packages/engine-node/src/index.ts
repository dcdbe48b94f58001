export { fileStorage } from "./storage/file-storage.js";
export { resolveTableUrl } from "./storage/resolve-table-url.js";
