import { describe, expect, it } from 'vitest'
import { tar } from '#lib/cluster/docker/tar.ts'
import type { Fields } from '#lib/docker-gate/fields.ts'
import type { Known } from '#lib/docker-gate/known.ts'
import { CHECK_ARGV } from '#lib/docker-gate/rules.ts'
import { idOf, inspected } from './inspected.ts'
import { BACKEND, FRONT_DOOR, judge, passes } from './judge.ts'

describe('commands in the front door', () => {
  const exec = (given: unknown, container: Fields = FRONT_DOOR) =>
    judge('POST', `/containers/${idOf(container)}/exec`, { container }, given)
  const check = { Cmd: [...CHECK_ARGV], AttachStdout: true, AttachStderr: true }

  it("are nginx's check of the candidate", () => {
    expect(exec(check)).toMatchObject({ body: { Cmd: CHECK_ARGV, Tty: false, AttachStdin: false } })
  })

  it.each([
    { ...check, Cmd: ['sh', '-c', 'id'] },
    { ...check, Cmd: [...CHECK_ARGV, '-g', 'user root;'] },
    { ...check, Cmd: CHECK_ARGV.join(' ') },
    { ...check, Privileged: true },
    { ...check, User: 'root' },
    { ...check, Env: ['LD_PRELOAD=x'] },
    { ...check, WorkingDir: '/' },
    { ...check, AttachStdin: true },
    { ...check, Tty: true },
    {},
    null,
  ])('are not %j', (given) => expect(passes(exec(given))).toBe(false))

  it('may not be run in a backend', () => expect(passes(exec(check, BACKEND))).toBe(false))

  const id = '9'.repeat(64)
  const [entrypoint, ...argv] = CHECK_ARGV
  const made = { ContainerID: idOf(FRONT_DOOR), ProcessConfig: { entrypoint, arguments: argv, privileged: false } }

  it('are started with their output as a stream, whatever the body says', () => {
    const decision = judge('POST', `/exec/${id}/start`, { exec: made, container: FRONT_DOOR }, { Detach: true })
    expect(decision).toMatchObject({ body: { Detach: false, Tty: false } })
  })

  it.each<[string, Known]>([
    [
      'was made for another command',
      { exec: { ...made, ProcessConfig: { entrypoint: 'sh', arguments: [] } }, container: FRONT_DOOR },
    ],
    [
      'is privileged',
      { exec: { ...made, ProcessConfig: { ...made.ProcessConfig, privileged: true } }, container: FRONT_DOOR },
    ],
    ['is in a backend', { exec: made, container: BACKEND }],
    ['is in a container of somebody else', { exec: made, container: inspected('front-door', 1, { project: 'other' }) }],
    ['is in a container that is gone', { exec: made, container: null }],
    ['is unknown', { exec: null }],
  ])('one that %s is neither started nor shown', (_what, known) => {
    expect(passes(judge('POST', `/exec/${id}/start`, known))).toBe(false)
    expect(passes(judge('GET', `/exec/${id}/json`, known))).toBe(false)
  })
})

describe("files in the front door's folder", () => {
  const put = (given: unknown) =>
    passes(
      judge(
        'PUT',
        `/containers/${idOf(FRONT_DOOR)}/archive?path=/var/lib/front-door`,
        { container: FRONT_DOOR },
        given,
      ),
    )
  const archive = (...names: string[]) => tar(names.map((name) => ({ name, text: 'x', uid: 101, gid: 101 })))

  it('are put as an archive of plain files', () => {
    expect(put(archive('nginx.conf', 'candidate.conf', 'lease'))).toBe(true)
  })

  it.each(['../x', '/etc/passwd', 'a/b', '.hidden', 'A', 'x\ny', ''])('are not named %j', (name) => {
    expect(put(archive(name))).toBe(false)
  })

  const edited = (at: number, value: string): Buffer => {
    const bytes = archive('nginx.conf')
    bytes.write(value, at, 'latin1')
    return bytes
  }

  it.each([
    ['a link', edited(156, '2')],
    ['a hard link', edited(156, '1')],
    ['a folder', edited(156, '5')],
    ['a long name', edited(156, 'L')],
    ['extended headers', edited(156, 'x')],
    ['a target', edited(157, '/etc/passwd')],
    ['a prefix', edited(345, '..')],
    ['special bits', edited(100, '0004755')],
    ['no size', edited(124, 'xxxxxxxxxxx')],
    ['a size beyond its end', edited(124, '77777777777')],
    ['something after its end', Buffer.concat([archive('lease'), archive('lease')])],
    ['no whole block', archive('lease').subarray(0, 700)],
    ['nothing in it', Buffer.alloc(0)],
  ])('are not put when the archive has %s', (_what, bytes) => expect(put(bytes)).toBe(false))

  it('are not put into a backend', () => {
    const url = `/containers/${idOf(BACKEND)}/archive?path=/var/lib/front-door`
    expect(passes(judge('PUT', url, { container: BACKEND }, archive('lease')))).toBe(false)
  })
})
