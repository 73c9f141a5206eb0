import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { freePort, portAnswers } from '../ports.ts'
import { descendantsOf } from '../processes.ts'
import { runCommand } from '../run-command.ts'
import { aVictim } from './victim.ts'

const victim = aVictim()
const LISTENING = '0A'

/** The addresses that these processes listen on, as /proc/net has them: hex, host byte order. */
function listenersOf(pids: number[]): string[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '']
        } catch {
          return []
        }
      }),
    ),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTENING && inodes.has(fields[9] ?? ''))
      .map((fields) => fields[1] ?? ''),
  )
}

test('attack 19: nothing but loopback is listened on, by the dashboard, the front door or a backend', () => {
  const { pid } = victim.product()
  const addresses = listenersOf([pid, ...descendantsOf(pid)])
  expect(addresses.length).toBeGreaterThanOrEqual(4)
  expect(addresses.filter((address) => !/^(0100007F|00000000000000000000000001000000):/i.test(address))).toEqual([])
})

test('attack 20: another address without allowed hosts and a token is refused at the start, with the way out', async () => {
  const port = await freePort()
  const main = ['--import', './lib/config/require-node.js', 'lib/server/main.ts']
  const { ROBINSCOPE_TOKEN: _token, ROBINSCOPE_ALLOWED_HOSTS: _hosts, ...rest } = process.env
  const env = { ...rest, HOST: '0.0.0.0', PORT: String(port), ROBINSCOPE_CLUSTER: 'embedded' }
  const result = await runCommand(process.execPath, main, { env, limitMs: 20_000 })
  expect(result.code).toBe(1)
  expect(result.output.trim().split('\n')).toHaveLength(1)
  expect(result.output).toMatch(/ROBINSCOPE_ALLOWED_HOSTS.*ROBINSCOPE_TOKEN/)
  expect(await portAnswers(port)).toBe(false)
})
