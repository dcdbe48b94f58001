/** A byte that stands for itself inside a JSON string. */
export const PLAIN = 0;

/** 0 ({@link PLAIN}) for bytes that stand for themselves; 1 for the quote, the backslash and control characters. */
export const TEXT_CLASS: Uint8Array = new Uint8Array(256).fill(1, 0, 0x20);
TEXT_CLASS[0x22] = 1;
TEXT_CLASS[0x5c] = 1;

/** What the byte behind a backslash stands for; 0 for `u` and for bytes that may not follow one. */
export const ESCAPED: Uint8Array = new Uint8Array(256);
ESCAPED[0x22] = 0x22;
ESCAPED[0x5c] = 0x5c;
ESCAPED[0x2f] = 0x2f;
ESCAPED[0x62] = 0x08;
ESCAPED[0x66] = 0x0c;
ESCAPED[0x6e] = 0x0a;
ESCAPED[0x72] = 0x0d;
ESCAPED[0x74] = 0x09;
