import type { Answer } from "./exchange.js";
import { HttpFailure } from "./http-call.js";
import type { HttpHeaders, HttpResponse } from "./http-request.js";
import type { ResponseBody } from "./response-body.js";

/** An accepted answer as the caller of a client has it. */
export class HttpAnswer implements HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly url: string;
  readonly body: ResponseBody;
  readonly #attempts: number;

  constructor({ status, headers, body }: Omit<Answer, "whenDone">, url: string, attempts: number) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.body = body;
    this.#attempts = attempts;
  }

  get length(): number | undefined {
    return this.body.length;
  }

  drain(sink: (piece: Uint8Array) => void): Promise<void> | undefined {
    return this.body.drain(sink);
  }

  bytes(limit: number = Number.MAX_SAFE_INTEGER): Promise<Uint8Array> {
    return this.body.bytes(limit, () => {
      const cause = new Error(`The body has more than ${limit} bytes, or than there is memory for.`);
      return new HttpFailure("protocol", this.#attempts, cause);
    });
  }

  cancel(): Promise<void> {
    return this.body.cancel();
  }
}
