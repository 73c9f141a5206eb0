import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { freePort, portAnswers } from '../ports.ts'
import { descendantsOf } from '../processes.ts'
import { START } from '../product.ts'
import { runCommand } from '../run-command.ts'
import type { Victim } from './victim.ts'

const LISTENING = '0A'
const LOOPBACK = /^(0100007F|00000000000000000000000001000000|0000000000000000FFFF00000100007F):/i

type Connection = { local: string; remote: string; state: string }

/** The TCP sockets of these processes, as /proc/net has them: addresses in hex, host byte order. */
function socketsOf(pids: number[]): Connection[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? []
          return inode === undefined ? [] : [inode]
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
      .filter((fields) => inodes.has(fields[9] ?? ''))
      .map(([, local = '', remote = '', state = '']) => ({ local, remote, state })),
  )
}

/** Every connection that the product has open goes to this machine. */
export function expectNoWayOut(victim: Victim): void {
  const { pid } = victim.product()
  const open = socketsOf([pid, ...descendantsOf(pid)]).filter(({ state }) => state !== LISTENING)
  expect(open.filter(({ remote }) => !LOOPBACK.test(remote))).toEqual([])
}

export function listeningAttacks(victim: Victim): void {
  test('attack 19: nothing but loopback is listened on, by the dashboard, the front door or a backend', () => {
    const { pid } = victim.product()
    const listening = socketsOf([pid, ...descendantsOf(pid)]).filter(({ state }) => state === LISTENING)
    expect(listening.length).toBeGreaterThanOrEqual(4)
    expect(listening.filter(({ local }) => !LOOPBACK.test(local))).toEqual([])
  })

  test('attack 20: another address without allowed hosts and a token is refused at the start, with the way out', async () => {
    const port = await freePort()
    const { ROBINSCOPE_TOKEN: _token, ROBINSCOPE_ALLOWED_HOSTS: _hosts, ...rest } = process.env
    const env = { ...rest, HOST: '0.0.0.0', PORT: String(port), ROBINSCOPE_CLUSTER: 'embedded' }
    const result = await runCommand(process.execPath, START, { env, limitMs: 20_000 })
    expect(result.code).toBe(1)
    expect(result.output.trim().split('\n')).toHaveLength(1)
    expect(result.output).toMatch(/ROBINSCOPE_ALLOWED_HOSTS.*ROBINSCOPE_TOKEN/)
    expect(await portAnswers(port)).toBe(false)
  })
}
