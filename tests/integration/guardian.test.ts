import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Guardian } from '#lib/guardian/guardian.ts'
import { openGuardian } from '#lib/guardian/open-guardian.ts'
import { isAlive } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

describe.runIf(process.platform !== 'win32')('the process guardian', () => {
  let guardian: Guardian
  beforeEach(async () => {
    guardian = await openGuardian({ log: () => undefined })
  })
  afterEach(() => guardian.close())

  const shell = (script: string, onLine: (line: string) => void = () => undefined) =>
    guardian.run('/bin/sh', ['-c', script], onLine)

  test('brings the lines of a program to whoever ran it, and to nobody else', async () => {
    const lines: Record<'one' | 'two', string[]> = { one: [], two: [] }
    const programs = await Promise.all([
      shell('for i in 1 2 3; do echo "one $i" >&2; done', (line) => lines.one.push(line)),
      shell('for i in 1 2 3; do echo "two $i" >&2; done', (line) => lines.two.push(line)),
    ])
    await Promise.all(programs.map(({ ended }) => ended))
    expect(lines).toEqual({ one: ['one 1', 'one 2', 'one 3'], two: ['two 1', 'two 2', 'two 3'] })
  })

  test('says how a program ended, and leaves nothing of its group', async () => {
    let child = 0
    const { ended } = await shell('sleep 60 & echo $! >&2; exit 3', (line) => {
      child = Number(line)
    })
    expect(await ended).toBe('ended with exit code 3')
    expect(child).toBeGreaterThan(0)
    await until('its child is gone', () => !isAlive(child), 20_000)
  })

  test('names a program that cannot be started', async () => {
    await expect(guardian.run('/no/such/program', [], () => undefined)).rejects.toThrow('/no/such/program: ')
  })

  test('ends what it ran and removes the folders when it is closed, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'robinscope-test-'))
    guardian.sweep(folder)
    const { pid } = await shell('exec sleep 60')
    await Promise.all([guardian.close(), guardian.close()])
    await until('the program is gone', () => !isAlive(pid), 20_000)
    expect(existsSync(folder)).toBe(false)
  })
})
