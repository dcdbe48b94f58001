import { escapeHtml } from "./html.js";
import { TIMELINE_SCRIPT } from "./timeline-script.js";
import { TIMELINE_STYLE } from "./timeline-style.js";

export interface PageParts {
  readonly title: string;
  /** HTML between the title and the end. */
  readonly body: string;
  /** More CSS. */
  readonly style?: string | undefined;
}

/** One self-contained HTML page: it loads nothing. */
export function page({ title, body, style = "" }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${TIMELINE_STYLE}${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}<script>${TIMELINE_SCRIPT}</script>
</body>
</html>
`;
}
