import { expect, it } from "vitest";
import { Ring } from "../src/ring.js";
import { Random } from "./history/random.js";

it("Ring is a queue, however it grows and wraps around", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed);
    const ring = new Ring<number>();
    const model: number[] = [];
    for (let step = 0; step < 200; step++) {
      if (random.chance(0.55)) {
        ring.push(step);
        model.push(step);
      } else if (model.length > 0) expect(ring.shift()).toBe(model.shift());
      if (random.chance(0.005)) {
        ring.clear();
        model.length = 0;
      }
      expect(ring.size).toBe(model.length);
      expect(ring.peek()).toBe(model[0]);
      const index = random.int(model.length + 1);
      if (index < model.length) expect(ring.at(index)).toBe(model[index]);
    }
  }
});
