import type { HttpClient } from "../http/http-call.js";
import type { ObjectService } from "./object-service.js";

/** What every operation of an object store works with. */
export interface StoreContext {
  readonly service: ObjectService;
  readonly client: HttpClient;
}
