/** A colour means one thing on every picture. */
export const WITH_CACHE = 'var(--with)';
export const WITHOUT_CACHE = 'var(--without)';
/** Work after the response, and values that are out of date. */
export const STALE = 'var(--stale)';

/** A self-contained page: nothing is loaded from anywhere. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cdk-cached-function: ${title}</title>
<style>
  :root { color-scheme: light dark; --ink: #1c2330; --faint: #565f78; --line: #dfe3ec; --page: #fff; --with: #1a7f64; --without: #c2410c; --stale: #a8790a; --mark: #5b6b9a33; --inside: #fff; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6e9f2; --faint: #a6afc6; --line: #2f3749; --page: #141924; --with: #43b995; --without: #f0803c; --stale: #e0b03a; --mark: #8fa0d044; --inside: #141924; } }
  body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 900px; margin: 40px auto; padding: 0 20px; }
  h1 { font-size: 28px; line-height: 1.2; margin: 0; } h2 { font-size: 19px; margin: 36px 0 8px; } p { color: var(--faint); margin: 4px 0 16px; }
  .big { display: flex; gap: 40px; flex-wrap: wrap; margin: 24px 0 8px; } .big b { display: block; font-size: 40px; line-height: 1.1; color: ${WITH_CACHE}; }
  table { border-collapse: collapse; width: 100%; } th, td { padding: 7px 8px; border-bottom: 1px solid var(--line); text-align: right; }
  th[scope=row] { text-align: left; font-weight: normal; } td { font-variant-numeric: tabular-nums; white-space: nowrap; }
  figure { margin: 0; } svg { width: 100%; height: auto; } svg text { font-size: 8.5px; fill: var(--faint); paint-order: stroke; stroke: var(--page); stroke-width: 3px; } svg text.inside { fill: var(--inside); stroke: none; } .grid { stroke: var(--line); }
  line.mark { stroke: var(--faint); stroke-dasharray: 4 3; } rect.mark { fill: var(--mark); } .widget svg text { font-size: 12px; }
  figcaption { display: flex; gap: 6px 22px; flex-wrap: wrap; color: var(--faint); font-size: 14px; } figcaption i { display: inline-block; width: 14px; height: 3px; margin-right: 7px; vertical-align: middle; }
  .dashboard { --beside: calc((min(100vw, 1540px) - 100%) / -2 + 20px); margin: 0 var(--beside) 28px; }
  .widgets { display: grid; grid-template-columns: repeat(24, 1fr); gap: 14px; } .widget { grid-column: span var(--span); min-width: 0; border: 1px solid var(--line); border-radius: 8px; padding: 12px 12px 10px; }
  .widgets h3 { font-size: 15px; margin: 0 0 6px; } .widgets .name { grid-column: 1 / -1; font-size: 17px; margin: 8px 0 0; }
  .widget figcaption { display: block; font-size: 13px; } .widget figcaption span { float: right; } .widget ul { list-style: none; margin: 0; padding: 0; } .widget li i { height: 9px; width: 9px; border-radius: 2px; vertical-align: baseline; }
  .widget li b { color: var(--ink); font-variant-numeric: tabular-nums; } .widget li.none { opacity: .6; }
  @media (max-width: 1100px) { .widget { grid-column: span 12; } }
  @media (max-width: 640px) { .widget { grid-column: span 24; } svg text { font-size: 14px; } .widget svg text { font-size: 13px; } table { font-size: 14px; } th, td { padding: 6px 4px; } }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}
