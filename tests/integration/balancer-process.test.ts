import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startBalancerProcess } from '#lib/front-door/balancer/balancer-process.ts'
import { descendantsOf } from '#tests/processes.ts'
import { until } from '#tests/until.ts'

test('a process that does not say that it started is ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'robinscope-test-'))
  const entry = join(folder, 'silent.js')
  await writeFile(entry, 'setInterval(() => {}, 1000)')
  const isSilent = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('silent.js')
  await expect(startBalancerProcess(() => undefined, entry)).rejects.toThrow('did not answer in time')
  await until('it is gone', () => !descendantsOf(process.pid).some(isSilent))
  await rm(folder, { recursive: true })
})
