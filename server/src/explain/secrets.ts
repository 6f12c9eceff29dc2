/** What a name is called that stands before a secret. */
const NAMES =
  'api[_-]?key|token(?!s)|secret|password|passwd|passphrase|access[_-]?key(?:[_-]?id)?|credential|connection[_-]?string|account[_-]?key';

/** What must not leave a log: the part in the group `secret` is replaced. */
const SECRETS: readonly RegExp[] = [
  // Tokens that show what they are.
  /(?<secret>\b(?:hf_|sk-|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abp]-|nvapi-|AKIA|ASIA)[\w-]{8,})/g,
  /(?<secret>\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?)/g,
  /\b(?:bearer|basic)\s+(?<secret>[\w.~+/=-]{6,})/gi,
  // Behind a name that says so: `HF_TOKEN=x`, `'password': 'x'`, `api_key=['x']`, `--api-key x`.
  new RegExp(`(?:${NAMES})\\w*["']?\\s*[:=]\\s*\\[?["']?(?<secret>(?!None\\b|null\\b|\\*)[^\\s"',;)\\]}]{4,})`, 'gi'),
  new RegExp(`--[\\w-]*(?:${NAMES})\\s+["']?(?<secret>[^\\s"']{4,})`, 'gi'),
  // In an address: `https://user:password@host`.
  /\/\/[^\s/:@]*:(?<secret>[^\s/@]+)@/g,
];

/** A line as it may be shown to others. */
export function maskSecrets(line: string): string {
  return SECRETS.reduce(
    (text, pattern) =>
      text.replace(pattern, (...found) => {
        const whole: string = found[0];
        const { secret }: { secret: string } = found[found.length - 1];
        const at = whole.lastIndexOf(secret);
        return `${whole.slice(0, at)}***${whole.slice(at + secret.length)}`;
      }),
    line,
  );
}
