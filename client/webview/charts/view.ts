/** A stretch of time, in milliseconds since the epoch. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** Half of a stretch around a moment. It ends now at the latest: nothing is known of what is to come. */
export function closer({ from, to }: View, middle: number, now: number): View {
  const length = (to - from) / 2;
  const end = Math.min(middle + length / 2, now);
  return { from: end - length, to: end };
}
