import { describe, expect, it } from 'vitest'
import { whyNotConfiguration } from '#lib/docker-gate/nginx-directives.ts'
import { type Directive, NotNginx, readDirectives } from '#lib/docker-gate/nginx-words.ts'
import { HOSTILE_CONFIGURATIONS, inMain, inServer, inUpstream, NGINX_FILE } from './configurations.ts'

describe('a configuration of the front door', () => {
  it("passes as the image's", () => expect(whyNotConfiguration(NGINX_FILE)).toBeNull())

  it.each(Object.entries(HOSTILE_CONFIGURATIONS))('does not pass with %s', (_what, text) => {
    expect(text).not.toBe(NGINX_FILE)
    expect(whyNotConfiguration(text)).toMatch(/^line \d+: /)
  })

  it('says the line and the context of what it refuses', () => {
    expect(whyNotConfiguration(inMain('load_module x.so;'))).toBe(
      'line 1: "load_module x.so" is not what Robinscope writes (in main)',
    )
  })

  it.each([
    'server 10.0.0.9:8000;',
    'server [fd00::1]:8000 weight=5 max_conns=10 max_fails=0 fail_timeout=2s backup;',
    'server 127.0.0.1:1 down;',
    'server backend:8000 resolve max_fails=1 fail_timeout=500ms;',
  ])('may hold %s', (line) => expect(whyNotConfiguration(inUpstream(line))).toBeNull())

  it.each([
    'server 10.0.0.9:8000 weight;',
    'server 10.0.0.9:8000 weight=;',
    'server 10.0.0.9:8000 weight=x;',
    'server 10.0.0.9:8000 down=1;',
    'server 10.0.0.9:8000 __proto__=1;',
    'server 10.0.0.9:8000 toString;',
    'server;',
    'server 10.0.0.9:8000 {}',
    'server backend:9000 resolve;',
    'server $host:8000;',
    'server 10.0.0.9:8000/x;',
  ])('may not hold %s', (line) => expect(whyNotConfiguration(inUpstream(line))).not.toBeNull())

  it('may not hold a directive in a context that is not its own', () => {
    expect(whyNotConfiguration(inServer('worker_processes 2;'))).not.toBeNull()
    expect(whyNotConfiguration(inServer('server 10.0.0.9:80;'))).not.toBeNull()
    expect(whyNotConfiguration(inMain('proxy_pass http://backend;'))).not.toBeNull()
    expect(whyNotConfiguration(inMain('events;'))).not.toBeNull()
  })
})

describe("words are read by nginx's rules", () => {
  const words = (text: string): string[][] => readDirectives(text).map((directive: Directive) => directive.words)

  it.each<[string, string[][]]>([
    ['', []],
    [' \t\r\n# only a comment; {', []],
    ['a b  c;', [['a', 'b', 'c']]],
    ['a;b;', [['a'], ['b']]],
    ['a "b c" \'d "e\';', [['a', 'b c', 'd "e']]],
    ['a "b\\"c" \'d\\\'e\';', [['a', 'b"c', "d'e"]]],
    ['a "x\\ty\\rz\\n\\\\";', [['a', 'x\ty\rz\n\\']]],
    ['a b\\;c\\ d;', [['a', 'b\\;c\\ d']]],
    ['a b#c;', [['a', 'b#c']]],
    ['a b"c";', [['a', 'b"c"']]],
    ['a b}c;', [['a', 'b}c']]],
    [`a \${b}c;`, [['a', `\${b}c`]]],
    ['a "";', [['a', '']]],
    ['a "b\nc";', [['a', 'b\nc']]],
    ['a b # c;\n;', [['a', 'b']]],
  ])('%j', (text, expected) => expect(words(text)).toEqual(expected))

  it('blocks hold directives of their own', () => {
    expect(readDirectives('a b {\n c;\n d { e f; }\n}\ng;')).toEqual([
      {
        words: ['a', 'b'],
        line: 1,
        block: [
          { words: ['c'], line: 2, block: null },
          { words: ['d'], line: 3, block: [{ words: ['e', 'f'], line: 3, block: null }] },
        ],
      },
      { words: ['g'], line: 5, block: null },
    ])
  })

  it.each([
    'a',
    'a {',
    'a }',
    '}',
    'a { } }',
    ';',
    '{ }',
    'a "b',
    'a "b"c;',
    'a "b"# c\n;',
    'a \'b\'"c";',
    'a b\\',
    'a "b\\',
  ])('%j is refused', (text) => expect(() => readDirectives(text)).toThrow(NotNginx))
})
