import { describe, expect, it } from 'vitest'
import type { Fields } from '#lib/compose/fields.ts'
import { CHECK_ARGV } from '#lib/compose/project-profile.ts'
import type { Known } from '#lib/docker-gate/known.ts'
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

  it('tell how they ended, and no more', () => {
    const known = { exec: { ...made, ID: id, Running: false, ExitCode: 1, Pid: 4711 }, container: FRONT_DOOR }
    expect(judge('GET', `/exec/${id}/json`, known)).toEqual({ answer: { ID: id, Running: false, ExitCode: 1 } })
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
