import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { burstCommand } from '#lib/server/cli/burst-command.ts'
import { type OpenDashboard, openTestDashboard, TOKEN } from './dashboard.ts'

let dashboard: OpenDashboard

beforeAll(async () => {
  dashboard = await openTestDashboard()
})
afterAll(() => dashboard.close())

async function run(args: string[], { token = TOKEN, stopAfterMs = 0 } = {}) {
  const written = { out: '', err: '' }
  const stopping = new AbortController()
  if (stopAfterMs > 0) setTimeout(() => stopping.abort(), stopAfterMs)
  const exitCode = await burstCommand(args, {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
    isInteractive: false,
    environment: { token },
    signal: stopping.signal,
  })
  return { exitCode, ...written }
}

describe('robinscope burst', () => {
  it('on a cluster of its own exits 0 when all holds, with the result on stdout alone', async () => {
    const { exitCode, out, err } = await run([
      '--requests',
      '200',
      '--expect',
      'failed==0',
      '--expect',
      'deviations==0',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ answered: 200, expectations: [{ holds: true }, { holds: true }] })
    expect(err).toContain('200 of 200')
  })

  it('at a dashboard that runs exits 1 and names each broken expectation with its value', async () => {
    const { exitCode, err } = await run([
      '--url',
      dashboard.origin,
      '--requests',
      '50',
      '--expect',
      'answered<50',
      '--expect',
      'failed==0',
    ])
    expect(exitCode).toBe(1)
    expect(err).toContain('not met: answered<50 (was 50)')
    expect(err).not.toContain('not met: failed')
    expect(err).toMatch(/^50 answered.*\.$/m)
  })

  it('counts what timed out as failed, and a figure without a sample as not met', async () => {
    const slow = await openTestDashboard({ delayMs: 300 })
    const args = ['--url', slow.origin, '--requests', '3', '--timeout', '20ms']
    const { exitCode, err, out } = await run([...args, '--expect', 'failed==0', '--expect', 'p99<=20'])
    await slow.close()
    expect(exitCode).toBe(1)
    expect(err).toContain('3 of 3, 0 answered, 3 failed')
    expect(err).toContain('not met: failed==0 (was 3)')
    expect(err).toContain('not met: p99<=20 (not available: no request was answered)')
    expect(JSON.parse(out)).toMatchObject({ failed: 0, timedOut: 3, failedInAll: 3 })
  })

  it('refuses an expectation on a figure that does not exist before anything is sent', async () => {
    const { body } = await fetch(`${dashboard.origin}/api/bursts`).then(async (answer) => ({
      body: await answer.text(),
    }))
    const args = ['--url', dashboard.origin, '--requests', '1', '--expect', 'faild==0']
    expect(await run(args)).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('no figure "faild"') })
    expect(await (await fetch(`${dashboard.origin}/api/bursts`)).text()).toBe(body)
  })

  it('exits 2 when it cannot run, and says why', async () => {
    const wrongToken = await run(['--url', dashboard.origin, '--requests', '1'], { token: 'wrong' })
    expect(wrongToken).toMatchObject({ exitCode: 2 })
    expect(wrongToken.err).toContain('token')
    const nobody = await run(['--url', 'http://127.0.0.1:1', '--requests', '1'])
    expect(nobody).toMatchObject({ exitCode: 2, out: '' })
    expect((await run(['--requests', '0'])).exitCode).toBe(2)
  })

  it('that is stopped cancels the burst', async () => {
    const { exitCode, out } = await run(['--url', dashboard.origin, '--duration', '60s', '--rate', '20'], {
      stopAfterMs: 300,
    })
    expect(exitCode).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ status: 'cancelled', inFlight: 0 })
  })

  it('--help teaches', async () => {
    const { exitCode, out } = await run(['--help'])
    expect(exitCode).toBe(0)
    expect(out).toContain("--expect 'failed==0'")
  })
})
