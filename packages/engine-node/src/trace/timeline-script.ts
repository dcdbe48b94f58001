/** Shows what is under the pointer or finger. A timeline without it is only less talkative. */
export const TIMELINE_SCRIPT: string = `
const time = (ms) => ms < 1 ? Math.round(ms * 1000) + " µs" : ms < 1000 ? +ms.toPrecision(3) + " ms" : +(ms / 1000).toPrecision(3) + " s";
const size = (bytes) => bytes < 1024 ? bytes + " bytes" : bytes < 1048576 ? +(bytes / 1024).toPrecision(3) + " KiB" : +(bytes / 1048576).toPrecision(3) + " MiB";
for (const timeline of document.querySelectorAll(".timeline")) {
  const { scale, lanes } = JSON.parse(timeline.querySelector("script").textContent);
  const detail = timeline.querySelector(".detail");
  const rows = [...timeline.querySelectorAll(".lane")];
  const show = (event) => {
    const index = rows.indexOf(event.target.closest?.(".lane"));
    if (index < 0) return;
    const { left, width } = rows[index].getBoundingClientRect();
    const at = ((event.clientX - left) / width) * scale;
    const near = (scale * 4) / width;
    const span = lanes[index].find(([start, end]) => start - near <= at && at <= end + near);
    if (span === undefined) { detail.textContent = ""; return; }
    const [start, end, name, url, bytes, items, outcome] = span;
    detail.textContent = [name + (url ? " " + url : ""), time(end - start) + ", begun at " + time(start),
      bytes ? size(bytes) : "", items ? items + (items === 1 ? " item" : " items") : "", outcome === "ok" ? "" : outcome].filter(Boolean).join(", ");
  };
  timeline.addEventListener("pointermove", show);
  timeline.addEventListener("pointerdown", show);
}
`;
