import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Load } from './load.ts'

const run = promisify(execFile)

export const GET_WRK = 'It needs wrk: Debian apt-get install wrk, macOS brew install wrk.'

export async function hasWrk(): Promise<boolean> {
  return run('wrk', ['--version']).then(
    () => true,
    (error: { code?: unknown }) => error.code !== 'ENOENT',
  )
}

const UNIT_MS: Record<string, number> = { us: 0.001, ms: 1, s: 1_000 }

/** One run of wrk with one thread. Its processor time is that of the whole process, by the shell's own clock. */
export async function wrk(url: string, concurrency: number, seconds: number): Promise<Load> {
  const command = `TIMEFORMAT='cpu %3U %3S'; time wrk -t1 -c${concurrency} -d${seconds}s --latency "$0"`
  const { stdout, stderr } = await run('bash', ['-c', command, url], { timeout: (seconds + 20) * 1_000 })
  const [, user = '', system = ''] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? []
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
  const [, p50 = '', unit = ''] = /50%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  if (/Socket errors|Non-2xx/.test(stdout)) throw new Error(`wrk met errors:\n${stdout}`)
  return {
    requests,
    cpuUs: (Number(user) + Number(system)) * 1e6,
    p50Ms: Number(p50) * (UNIT_MS[unit] ?? Number.NaN),
  }
}
