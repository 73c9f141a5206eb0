import { describe, expect, it } from 'vitest'
import { type TarFile, tar } from '#lib/compose/tar.ts'
import { readArchive } from '#lib/docker-gate/read-archive.ts'
import { NGINX_FILE } from './configurations.ts'
import { idOf } from './inspected.ts'
import { BACKEND, FRONT_DOOR, judge, passes } from './judge.ts'

const LEASE = 'ab12cd ab12cd-7\n'
const TEXTS = new Map([
  ['lease', LEASE],
  ['nginx.conf', NGINX_FILE],
  ['candidate.conf', NGINX_FILE],
])

const decided = (given: unknown, container = FRONT_DOOR) =>
  judge('PUT', `/containers/${idOf(container)}/archive?path=/var/lib/front-door`, { container }, given)
const put = (given: unknown, container = FRONT_DOOR): boolean => passes(decided(given, container))
const archive = (...files: Partial<TarFile>[]): Buffer =>
  tar(
    files.map((file) => ({ name: 'lease', text: TEXTS.get(file.name ?? 'lease') ?? 'x', uid: 101, gid: 101, ...file })),
  )

describe("files in the front door's folder", () => {
  it('are the three that Robinscope writes, together or alone', () => {
    expect(put(archive({ name: 'nginx.conf' }, { name: 'candidate.conf' }, { name: 'lease' }))).toBe(true)
    for (const name of TEXTS.keys()) expect(put(archive({ name }))).toBe(true)
  })

  it("go to the engine in an archive of the gate's own: nginx's owner, mode 0644, changed now", () => {
    const given = archive({ name: 'lease', uid: 0, gid: 4711 }, { name: 'nginx.conf' })
    given.write('00000000000', 136, 'latin1')
    const decision = decided(given)
    if (!('path' in decision)) throw new Error('it was refused')
    const packed = decision.body as Buffer
    expect(readArchive(packed, 3)).toEqual([
      { name: 'lease', mode: 0o644, content: expect.anything() },
      { name: 'nginx.conf', mode: 0o644, content: expect.anything() },
    ])
    const number = (at: number, length: number): number =>
      Number.parseInt(packed.toString('latin1', at, at + length), 8)
    expect([number(108, 7), number(116, 7)]).toEqual([101, 101])
    expect(Math.abs(number(136, 11) - Date.now() / 1000)).toBeLessThan(60)
    expect(packed.toString()).toContain(LEASE)
    expect(packed.toString()).toContain(NGINX_FILE)
  })

  it.each([
    ...['../x', '/etc/passwd', 'a/b', '.hidden', 'A', 'x\ny', '', 'x.so', 'evil.sh', 'nginx.conf ', ' lease', 'LEASE'],
    ...['dns.tmp', 'nginx.pid', './lease', 'lease/', 'candidate.conf~', '__proto__', 'constructor'],
  ])('are not named %j', (name) => {
    expect(put(archive({ name }))).toBe(false)
  })

  const edited = (at: number, value: string): Buffer => {
    const bytes = archive({ name: 'nginx.conf' })
    bytes.write(value, at, 'latin1')
    return bytes
  }

  it.each([
    ['a link', edited(156, '2')],
    ['a hard link', edited(156, '1')],
    ['a folder', edited(156, '5')],
    ['a long name', edited(156, 'L')],
    ['extended headers', edited(156, 'x')],
    ['a sparse file', edited(156, 'S')],
    ['a target', edited(157, '/etc/passwd')],
    ['a prefix', edited(345, '..')],
    ['special bits', edited(100, '0004755')],
    ['an executable', edited(100, '0000755')],
    ['a secret file', edited(100, '0000600')],
    ['no size', edited(124, 'xxxxxxxxxxx')],
    ['a size beyond its end', edited(124, '77777777777')],
    ['something after its end', Buffer.concat([archive({ name: 'lease' }), archive({ name: 'lease' })])],
    ['no whole block', archive({ name: 'lease' }).subarray(0, 700)],
    ['nothing in it', Buffer.alloc(0)],
    ['nothing but its end', Buffer.alloc(1024)],
    ['a name twice', archive({ name: 'lease' }, { name: 'lease' })],
    ['a fourth file', archive({ name: 'nginx.conf' }, { name: 'candidate.conf' }, { name: 'lease' }, { name: 'x' })],
    ['a thousand files', archive(...Array.from({ length: 1000 }, (_, index) => ({ name: `f${index}` })))],
    ['a huge file', archive({ name: 'nginx.conf', text: `${'#\n'.repeat(40_000)}${NGINX_FILE}` })],
  ])('are not put when the archive has %s', (_what, bytes) => expect(put(bytes)).toBe(false))

  it.each([
    ...['', '\n', 'ab12cd', 'ab12cd 1\n', 'ab12cd ab12cd-7', 'ab12cd ab12cd-7\n\n', 'ab12cd ab12cd-7 \n', 'AB ab-1\n'],
    ...['ab12cd ab12cd-7\nload_module x;\n', `${'a'.repeat(17)} \n`, '../x a-1\n', 'ab12cd ab12cd-7\r\n'],
  ])('are not a lease of the text %j', (text) => expect(put(archive({ name: 'lease', text }))).toBe(false))

  it('are a lease before anything is in force, too', () => {
    expect(put(archive({ name: 'lease', text: 'ab12cd \n' }))).toBe(true)
  })

  it.each(['\0', '\r\n', '\u00e4', '\u2028', '\ufeff', '\t', '\u007f', '\u001b[31m'])('hold no %j', (char) => {
    expect(put(archive({ name: 'nginx.conf', text: `# ${char}\n${NGINX_FILE}` }))).toBe(false)
  })

  it('are not put into a backend', () => expect(put(archive({ name: 'lease' }), BACKEND)).toBe(false))

  it('are bytes', () => {
    for (const given of [undefined, null, 'x', {}, []]) expect(put(given)).toBe(false)
  })
})
