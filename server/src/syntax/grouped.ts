/** A number as people write it: `30,000`. By hand, for asking the runtime's tables of languages takes it 15 ms at first. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
