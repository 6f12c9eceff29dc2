/** Our own Markdown without its signs, for clients that show plain text only. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/\n\n---\n\n/g, '\n\n')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)')
    .replace(/`/g, '');
}
