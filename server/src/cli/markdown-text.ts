import type { Paint } from './paint';

/** The Markdown of our pages for a terminal: headings stand out, tables are aligned, code is indented, links are written out. */
export function markdownText(markdown: string, { strong }: Paint): string {
  const out: string[] = [];
  let fence: string | undefined;
  let table: string[][] = [];
  const endTable = () => {
    out.push(...aligned(table));
    table = [];
  };
  for (const line of markdown.split('\n')) {
    const ticks = /^(`{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (ticks === fence && line === fence) fence = undefined;
      else out.push(line === '' ? '' : `    ${line}`);
      continue;
    }
    if (line.startsWith('|')) {
      const cells = line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => linksOut(cell.trim().replaceAll('\\|', '|')));
      if (!cells.every((cell) => /^-+$/.test(cell))) table.push(cells);
      continue;
    }
    endTable();
    if (ticks !== undefined) fence = ticks;
    else if (line.startsWith('#')) out.push(strong(line.replace(/^#+ /, '')));
    else out.push(linksOut(line));
  }
  endTable();
  return out.join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd());
}

/** `[text](address)` as `text (address)`; links between our own pages as their text. */
function linksOut(line: string): string {
  return line.replace(/\[([^\]]*)\]\(([^)]*)\)/g, (_, text: string, address: string) =>
    /^https?:/.test(address) && address !== text ? `${text} (${address})` : text,
  );
}
