import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyBytes } from "../dist/copy-bytes.js";

/** Bytes somewhere in a buffer, which other threads may see or not. */
const anyBytes = fc
  .record({ content: fc.uint8Array({ maxLength: 300 }), before: fc.nat(9), isShared: fc.boolean() })
  .map(({ content, before, isShared }) => {
    const size = before + content.length + 5;
    const bytes = new Uint8Array(
      isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size),
      before,
      content.length,
    );
    bytes.set(content);
    return bytes;
  });

describe("copying bytes", () => {
  it("does what set does, whatever the memory and however it is aligned", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, fc.nat(300), (target, source, at) => {
        const whole = new Uint8Array(target.buffer);
        const expected = Uint8Array.from(whole);
        let isRoom = true;
        try {
          expected.subarray(target.byteOffset, target.byteOffset + target.length).set(source, at);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          isRoom = false;
        }
        if (isRoom) copyBytes(target, source, at);
        else expect(() => copyBytes(target, source, at)).toThrow(RangeError);
        expect(Uint8Array.from(whole)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
