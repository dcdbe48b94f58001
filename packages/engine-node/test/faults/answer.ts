/** One request as a server takes it. */
export interface Asked {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What a server says to it, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Where answers come from: objects in memory, or a server. */
export type Upstream = (asked: Asked) => Answer | Promise<Answer>;

/** Says something as S3 does. */
export function xmlAnswer(status: number, xml: string, headers: Record<string, string> = {}): Answer {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
  return { status, headers: { "content-type": "application/xml", ...headers }, body };
}

/** Refuses as S3 does. */
export function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  return xmlAnswer(
    status,
    `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`,
    headers,
  );
}
