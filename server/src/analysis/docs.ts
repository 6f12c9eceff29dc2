/** The page of a rule, relative to the repository. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}
