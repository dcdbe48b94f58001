import fc from "fast-check";
import { snappyUncompress } from "hyparquet/src/snappy.js";
import { describe, expect, it } from "vitest";
import { decompressSnappy } from "../dist/parquet/javascript/snappy.js";
import { pageMemory } from "../dist/parquet/kernels/page-memory.js";
import { putPage } from "../dist/parquet/kernels/put-page.js";

type Element = { readonly literal: Uint8Array } | { readonly offset: number; readonly length: number };

const literal = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 70 }),
  fc.uint8Array({ minLength: 1, maxLength: 700 }),
);
const copy = fc.record({
  offset: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 80 }), fc.nat(70_000)),
  length: fc.integer({ min: 1, max: 64 }),
});
const elements = fc.array(
  fc.oneof(
    literal.map((bytes) => ({ literal: bytes })),
    copy,
  ),
  { minLength: 1, maxLength: 40 },
);

/** The stream of these elements and what it stands for; copies that reach too far back are shortened. */
function compress(wanted: readonly Element[]): { readonly input: Uint8Array; readonly output: Uint8Array } {
  const [body, output]: [number[], number[]] = [[], []];
  for (const element of wanted) {
    if ("literal" in element) {
      const { literal: bytes } = element;
      const less = bytes.length - 1;
      if (less < 60) body.push(less << 2);
      else if (less < 256) body.push(60 << 2, less);
      else body.push(61 << 2, less & 0xff, less >> 8);
      body.push(...bytes);
      output.push(...bytes);
    } else if (output.length > 0) {
      const offset = Math.max(1, Math.min(element.offset, output.length));
      const { length } = element;
      if (length >= 4 && length <= 11 && offset < 2048)
        body.push(1 | ((length - 4) << 2) | ((offset >> 8) << 5), offset & 0xff);
      else if (offset < 65_536) body.push(2 | ((length - 1) << 2), offset & 0xff, offset >> 8);
      else body.push(3 | ((length - 1) << 2), offset & 0xff, (offset >> 8) & 0xff, offset >> 16, 0);
      for (let i = 0; i < length; i++) output.push(output[output.length - offset]!);
    }
  }
  const front: number[] = [];
  for (let size = output.length; ; size >>>= 7) {
    if (size < 0x80) {
      front.push(size);
      break;
    }
    front.push((size & 0x7f) | 0x80);
  }
  return { input: new Uint8Array([...front, ...body]), output: new Uint8Array(output) };
}

/** What comes out, or none where it is refused. */
function outcome(decompress: (input: Uint8Array, output: Uint8Array) => void, input: Uint8Array, size: number) {
  // Neighbours that must stay as they are.
  const memory = new Uint8Array(size + 16).fill(0xa5);
  try {
    decompress(input, memory.subarray(8, size + 8));
    return memory;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect([...memory.subarray(0, 8), ...memory.subarray(size + 8)]).toEqual(new Array(16).fill(0xa5));
    return undefined;
  }
}

/** hyparquet wants four bytes behind the tag of a long literal, also where the length takes one and the literal another. */
function isTooNearEnd(input: Uint8Array, size: number): boolean {
  try {
    snappyUncompress(input, new Uint8Array(size));
    return false;
  } catch (error) {
    return String(error).includes("literal pos + 3 >= inputLength");
  }
}

/** The kernel, between neighbours that must stay as they are. */
function decompressByKernel(input: Uint8Array, output: Uint8Array): void {
  const memory = pageMemory()!;
  memory.begin();
  const before = memory.put(new Uint8Array(64).fill(0xa5));
  try {
    const at = putPage(memory, input, "SNAPPY", output.length);
    output.set(memory.bytes.subarray(at, at + output.length));
  } finally {
    expect(memory.bytes.subarray(before, before + 64)).toEqual(new Uint8Array(64).fill(0xa5));
  }
}

describe.each([
  ["JavaScript", decompressSnappy],
  ["WebAssembly", decompressByKernel],
])("Snappy in %s", (_, decompress) => {
  it("is read whatever elements it is made of, and nothing is written beside the output", () => {
    fc.assert(
      fc.property(elements, (wanted) => {
        const { input, output } = compress(wanted);
        const memory = outcome(decompress, input, output.length)!;
        expect(memory.subarray(8, output.length + 8)).toEqual(output);
        expect([...memory.subarray(0, 8), ...memory.subarray(output.length + 8)]).toEqual(new Array(16).fill(0xa5));
      }),
      { numRuns: 2000 },
    );
  });

  it("reads a long literal that ends at once, which hyparquet refuses", () => {
    const input = Uint8Array.from([1, 60 << 2, 0, 7]);
    expect(outcome(decompress, input, 1)?.subarray(8, 9)).toEqual(Uint8Array.of(7));
    expect(isTooNearEnd(input, 1)).toBe(true);
  });

  it("is refused when damaged, or read as hyparquet reads the same bytes", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
    let read = 0;
    fc.assert(
      fc.property(elements, damage, fc.nat(), (wanted, changes, cut) => {
        const { input, output } = compress(wanted);
        for (const [at, byte] of changes) input[at % input.length] = byte;
        const bytes = input.subarray(0, cut % 3 === 0 ? cut % input.length : input.length);
        const ours = outcome(decompress, bytes, output.length);
        if (ours === undefined || isTooNearEnd(bytes, output.length)) return;
        // The other way around it may go on forever: it takes large lengths of literals for negative ones.
        expect(outcome(snappyUncompress, bytes, output.length)).toEqual(ours);
        read++;
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});

describe("Snappy in WebAssembly", () => {
  it("is refused where it is in JavaScript, and nowhere else", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(elements, damage, (wanted, changes) => {
        const { input, output } = compress(wanted);
        const front = input.findIndex((byte) => byte < 0x80) + 1;
        // The length in front is looked at before either.
        for (const [at, byte] of changes) input[front + (at % Math.max(1, input.length - front))] = byte;
        const bytes = input.subarray(0, input.length);
        expect(outcome(decompressByKernel, bytes, output.length)).toEqual(
          outcome(decompressSnappy, bytes, output.length),
        );
      }),
      { numRuns: 500 },
    );
  });
});
