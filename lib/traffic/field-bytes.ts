export const INCOMPLETE = -1
export const MALFORMED = -2

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9

export const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57
/** RFC 9110 section 5.6.2. */
export const IS_TOKEN = new Uint8Array(256).map((_, byte) =>
  /[!#$%&'*+\-.^_`|~\w]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
/** RFC 9110 section 5.5: VCHAR, obs-text, space and tab. */
export const IS_VALUE = new Uint8Array(256).map((_, byte) => ((byte >= SPACE && byte !== 127) || byte === TAB ? 1 : 0))
export const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB

/** Letters compare without case; `expected` is in lower case. */
export function same(bytes: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false
  for (let index = 0; index < expected.length; index++) {
    if (((bytes[from + index] as number) | 0x20) !== expected[index]) return false
  }
  return true
}

export const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))
export const members = (list: string): string[] =>
  list
    .toLowerCase()
    .split(',')
    .map((member) => member.trim())

/** Where a line ends, by CR LF alone (RFC 9112 section 2.2 lets a bare LF pass, we do not): INCOMPLETE or MALFORMED else. */
export function endOfLine(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && IS_VALUE[bytes[at] as number] === 1) at++
  if (at < to && bytes[at] !== CR) return MALFORMED
  if (at + 1 >= to) return INCOMPLETE
  return bytes[at + 1] === LF ? at : MALFORMED
}
