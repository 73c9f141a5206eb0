import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { NginxProgram } from '#lib/front-door/nginx-program.ts'
import type { GuardedProgram, Guardian } from '#lib/guardian/guardian.ts'
import { until } from '#tests/until.ts'

/** Above every pid_max: no process has it, as if it had ended just now. */
const GONE_PID = 2_147_483_000

/** A guardian whose programs are what the test says. */
function stage(run: () => Promise<GuardedProgram>) {
  let say: (line: string) => void = () => undefined
  const guardian: Guardian = {
    guard: () => undefined,
    release: () => undefined,
    sweep: () => undefined,
    run: (_file, _args, onLine) => {
      say = onLine
      return run()
    },
    close: async () => undefined,
  }
  const logged: string[] = []
  const program = new NginxProgram({
    ...{ guardian, path: '/usr/sbin/nginx', args: [], changed: () => undefined },
    log: (event) => void logged.push(event),
  })
  return { program, logged, say: (line: string) => say(line) }
}

const sleepers: ChildProcess[] = []
function sleeper(): { child: ChildProcess; guarded: GuardedProgram } {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  sleepers.push(child)
  const ended = new Promise<string>((resolve) => child.once('exit', () => resolve('ended by a signal')))
  return { child, guarded: { pid: child.pid ?? 0, ended } }
}
afterEach(() => {
  for (const child of sleepers.splice(0)) child.kill('SIGKILL')
})

test('an nginx that ended just now is neither reloaded nor ended, and nothing is thrown', async () => {
  const ended = Promise.withResolvers<string>()
  const { program } = stage(async () => ({ pid: GONE_PID, ended: ended.promise }))
  await program.start(async () => true)
  expect(program.isUp).toBe(true)
  expect(program.hangUp()).toBe(false)
  const closed = program.close()
  ended.resolve('ended with exit code 1')
  await closed
})

describe('what it says', () => {
  test.each([
    '2026/11/22 19:00:00 [crit] 12#12: *3 connect() to [fe80::1]:9 failed (22: Invalid argument)',
    '2026/11/22 19:00:00 [alert] 12#12: worker process 13 exited on signal 9',
    '2026/11/22 19:00:00 [error] 12#12: *3 connect() failed (111: Connection refused) [emergency]',
  ])('while it runs refuses no configuration: %s', async (line) => {
    const { program, say } = stage(async () => ({ pid: GONE_PID, ended: new Promise(() => undefined) }))
    await program.start(async () => true)
    say(line)
    expect(program.complaint).toBe('')
  })

  test('refuses it with [emerg], until the next reload', async () => {
    const { program, say, logged } = stage(async () => ({ pid: GONE_PID, ended: new Promise(() => undefined) }))
    await program.start(async () => true)
    say('2026/11/22 19:00:00 [emerg] 12#12: no memory in upstream zone "backend"')
    expect(program.complaint).toBe('[emerg] no memory in upstream zone "backend"')
    expect(logged).toContain('nginx-complained')
    program.hangUp()
    expect(program.complaint).toBe('')
  })
})

test('closed while it comes back, it does not stay behind', async () => {
  const first = sleeper()
  const second = sleeper()
  const starts: PromiseWithResolvers<GuardedProgram>[] = []
  const { program } = stage(() => {
    const start = Promise.withResolvers<GuardedProgram>()
    starts.push(start)
    return start.promise
  })
  const started = program.start(async () => true)
  starts[0]?.resolve(first.guarded)
  await started
  first.child.kill('SIGKILL')
  await until('it is being started again', () => starts.length === 2)
  const closed = program.close()
  starts[1]?.resolve(second.guarded)
  await closed
  await until('the second one was ended', () => second.child.signalCode !== null)
  expect(program.isUp).toBe(false)
})
