/**
 * How many lines and values a YAML text may hold, found in one pass and never too low by much: its lines, and the
 * signs that begin or end a value. The parser's time and memory grow with these, not with the characters.
 */
export function countYamlPieces(text: string): number {
  let pieces = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x0a: // line break
      case 0x2c: // ,
      case 0x3a: // :
      case 0x5b: // [
      case 0x7b: // {
        pieces++;
        break;
      case 0x2d: // -
      case 0x3f: // ?
        // Only before a blank do they begin a value.
        if (text.charCodeAt(at + 1) <= 0x20) pieces++;
        break;
    }
  }
  return pieces;
}
