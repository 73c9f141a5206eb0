/** One directive: its name and values as nginx understands them, quotes and backslashes resolved. `block` is null for a simple one. */
export type Directive = { words: string[]; block: Directive[] | null; line: number }

/** A text that nginx would not read, or that it would read in a way which Robinscope never writes. */
export class NotNginx extends Error {}

/** Deeper than http, server, location, nothing of ours goes. */
const MAX_DEPTH = 4

const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\t' || char === '\r'
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' }

/** A backslash before any other character stays where it is (ngx_conf_read_token). */
const resolved = (raw: string): string => raw.replace(/\\([trn"'\\])/g, (_whole, char: string) => ESCAPES[char] ?? '')

/**
 * Reads words, quoted strings, `;`, `{`, `}`, `#` comments and backslashes by nginx's own rules: ngx_conf_read_token in
 * src/core/ngx_conf_file.c. Throws NotNginx.
 */
export function readDirectives(text: string): Directive[] {
  let at = 0
  let line = 1

  const fail = (why: string): never => {
    throw new NotNginx(`line ${line}: ${why}`)
  }
  const next = (): string => {
    const char = text[at] ?? fail('it ends in the middle of a directive')
    at += 1
    if (char === '\n') line += 1
    return char
  }

  function skipSpaceAndComments(): void {
    while (at < text.length) {
      if (text[at] === '#') while (at < text.length && text[at] !== '\n') at += 1
      else if (isSpace(text[at] ?? '')) next()
      else return
    }
  }

  /** What a backslash precedes never ends a word. */
  function readQuoted(): string {
    const quote = next()
    const start = at
    for (let char = next(); char !== quote; char = next()) if (char === '\\') next()
    const word = resolved(text.slice(start, at - 1))
    const after = text[at] ?? ''
    if (!isSpace(after) && after !== ';' && after !== '{') fail('something follows a quote')
    return word
  }

  /** Quotes, `#` and `}` are plain characters inside of a word, and so is `{` after `$`. */
  function readPlain(): string {
    const start = at
    let afterDollar = false
    for (;;) {
      const char = text[at] ?? fail('it ends in the middle of a directive')
      if (isSpace(char) || char === ';' || (char === '{' && !afterDollar)) return resolved(text.slice(start, at))
      afterDollar = char === '$'
      next()
      if (char === '\\') next()
    }
  }

  function readBlock(depth: number): Directive[] {
    if (depth > MAX_DEPTH) fail('the blocks are nested too deeply')
    const directives: Directive[] = []
    let words: string[] = []
    let began = line
    for (;;) {
      skipSpaceAndComments()
      const char = text[at]
      if (char === undefined) {
        if (depth > 0 || words.length > 0) fail('it ends in the middle of a directive or block')
        return directives
      }
      if (words.length === 0) began = line
      if (char === '}') {
        if (depth === 0 || words.length > 0) fail('unexpected "}"')
        at += 1
        return directives
      }
      if (char === ';' || char === '{') {
        if (words.length === 0) fail(`unexpected "${char}"`)
        at += 1
        const block = char === '{' ? readBlock(depth + 1) : null
        directives.push({ words, block, line: began })
        words = []
      } else words.push(char === '"' || char === "'" ? readQuoted() : readPlain())
    }
  }
  return readBlock(0)
}
