import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bench, TRIPS } from "./support/bench.js";
import { type Browser, findChromium, startBrowser } from "./support/chromium.js";

/** Screenshots stay here, to be looked at. */
const SCREENSHOTS = fileURLToPath(new URL("../../.cache/screenshots", import.meta.url));
const LOOKS = [
  { name: "phone-light", width: 390, height: 844, scheme: "light" },
  { name: "phone-dark", width: 390, height: 844, scheme: "dark" },
  { name: "desktop-light", width: 1280, height: 900, scheme: "light" },
  { name: "desktop-dark", width: 1280, height: 900, scheme: "dark" },
] as const;

const chromium = findChromium();
if (chromium === undefined)
  console.error("There is no Chromium: the report is not looked at. Set ASYNCDELTA_CHROMIUM.");

describe.skipIf(chromium === undefined)("the report in Chromium", () => {
  let out: string;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "asyncdelta-report-"));
    await mkdir(SCREENSHOTS, { recursive: true });
    const args = ["--out", out, "--op", "scan", "--latency", "15", "--repeat", "2"];
    const { status, stderr } = await bench("report", TRIPS, ...args);
    expect(status, stderr).toBe(0);
    url = pathToFileURL(join(out, "report.html")).href;
    browser = await startBrowser(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(out, { recursive: true, force: true });
  });

  test.each(LOOKS)("can be read: $name", async ({ name, ...look }) => {
    await browser.open(url, look);
    await writeFile(join(SCREENSHOTS, `report-${name}.png`), await browser.screenshot());
    // Nothing sticks out to the side.
    expect(await browser.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(look.width);
    const light = await browser.evaluate<number>(`(${lightness})(getComputedStyle(document.body).backgroundColor)`);
    if (look.scheme === "dark") expect(light).toBeLessThan(60);
    else expect(light).toBeGreaterThan(200);
    expect(await browser.evaluate(`Math.min(...(${contrasts})())`)).toBeGreaterThanOrEqual(4.5);
    expect(await browser.evaluate(`(${smallestText})()`)).toBeGreaterThanOrEqual(11);
  });

  test("shows bars of requests and of the main thread in each of three timelines", async () => {
    await browser.open(url, LOOKS[2]);
    for (const group of ["operation", "request", "busy"]) {
      const boxes = `[...document.querySelectorAll(".timeline .${group} path")].map((path) => path.getBBox().width)`;
      const widths = await browser.evaluate<number[]>(boxes);
      expect(widths.length).toBeGreaterThanOrEqual(3);
      for (const width of widths) expect(width).toBeGreaterThan(0);
    }
  });

  test("tells what a bar is when it is tapped", async () => {
    await browser.open(url, LOOKS[0]);
    const at = await browser.evaluate<{ x: number; y: number }>(`(() => {
      const lane = document.querySelector(".timeline .operation .lane");
      lane.scrollIntoView({ block: "center" });
      const { left, top, height } = lane.querySelector("path").getBoundingClientRect();
      return { x: left + 3, y: top + height / 2 };
    })()`);
    await browser.tap(at.x, at.y);
    expect(await browser.evaluate('document.querySelector(".timeline .detail").textContent')).toMatch(
      /^snapshot trips\/, [\d.]+ m?s, begun at /,
    );
  });

  test("asks for nothing but itself, and has no error", async () => {
    await browser.open(url, LOOKS[0]);
    expect(new Set(browser.requests.filter((request) => !request.startsWith("data:")))).toEqual(new Set([url]));
    expect(browser.errors).toEqual([]);
    expect(await readFile(join(out, "report.html"), "utf8")).not.toContain("http://");
  });
});

/** Of a CSS colour: 0 is black, 255 white. */
const lightness = `(colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number); return 0.2126 * r + 0.7152 * g + 0.0722 * b; }`;

/** Contrast of each piece of text outside of the charts with the page, as WCAG has it. */
const contrasts = `() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll("h1, h2, h3, p, th, td, figcaption, .label, .name, .value, small, .ticks span")].map((element) => {
    const ink = luminance(getComputedStyle(element).color);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
}`;

const smallestText = `() => Math.min(...[...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() && !/^(script|style)$/i.test(e.tagName))).map((e) => parseFloat(getComputedStyle(e).fontSize)))`;
