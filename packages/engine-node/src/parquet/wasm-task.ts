import type { Task } from "../pool/tasks.js";
import type { DecodedBatch, DecodeRequest } from "./wasm-request.js";

export const decodeRowGroup: Task<DecodeRequest, DecodedBatch> = async function* () {};
