/** The style of a page with timelines: light and dark, from a phone's width on, without anything from a network. */
export const TIMELINE_STYLE: string = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1b1f24; --faint: #5b6672; --line: #d9dee4; --back: #f4f6f8;
  --operation: #8a94a0; --request: #2f6fdb; --socket: #1a9a9a; --worker: #d9730d; --main: #7a52c7; --busy: #2d9d5c;
  --bad: #d1242f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161b; --ink: #e4e8ed; --faint: #9aa6b2; --line: #2c343d; --back: #1a2027;
    --operation: #76818d; --request: #5b9bff; --socket: #3cc3c3; --worker: #f0993e; --main: #a98bea; --busy: #4cc27f;
    --bad: #ff6b6b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.25rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
.facts { color: var(--faint); font-size: 0.875rem; }
code { overflow-wrap: anywhere; }
.timeline { position: relative; margin: 0.75rem 0 0; padding: 0.5rem 0; }
.group { display: grid; grid-template-columns: 9rem 1fr; gap: 0.75rem; padding: 0.25rem 0; align-items: center; }
.group .label { color: var(--faint); font-size: 0.8125rem; line-height: 1.2; text-align: right; }
.lanes { background: var(--back); border-radius: 3px; padding: 2px 0; }
.lane { position: relative; height: 0.75rem; margin: 1px 0; }
.thin .lane { height: 4px; margin: 0; }
.area { height: 2rem; }
.operation .lane { height: 1.1rem; }
.lane svg, .area svg { display: block; width: 100%; height: 100%; }
.lane span {
  position: absolute; top: 0; padding-left: 0.25rem; font-size: 0.75rem; line-height: 1.1rem; color: #fff;
  pointer-events: none;
}
@media (prefers-color-scheme: dark) { .lane span { color: #0c0f13; } }
.operation path { fill: var(--operation); } .request path { fill: var(--request); }
.socket path { fill: var(--socket); } .worker path { fill: var(--worker); }
.main path { fill: var(--main); } .busy path { fill: var(--busy); }
.group path.bad { fill: var(--bad); }
.ticks { position: relative; height: 1.4rem; border-top: 1px solid var(--line); }
.ticks span {
  position: absolute; padding: 0.2rem 0 0 0.25rem; border-left: 1px solid var(--line); color: var(--faint);
  height: 1.2rem; font-size: 0.75rem; line-height: 1.2; white-space: nowrap;
}
.detail { display: block; min-height: 1.4rem; color: var(--faint); font-size: 0.8125rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .group { grid-template-columns: 1fr; gap: 0.15rem; }
  .group .label { text-align: left; }
  .axis .label { display: none; }
}
`;
