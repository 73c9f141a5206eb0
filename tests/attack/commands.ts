import { io } from 'socket.io-client'
import { expect } from 'vitest'
import { PROTOCOL_VERSION } from '#lib/protocol/limits.ts'
import type { Problem } from '#lib/protocol/problem.ts'
import type { Victim } from './victim.ts'

/** What came back: null for a command that was carried out. */
export type Verdict = { problem: Problem | null; text: string }

/** A call with the right token and the right type: only what it asks for is wrong. `body` goes out as it is. */
export async function overHttp(victim: Victim, method: string, path: string, body?: string): Promise<Verdict> {
  const { url, token } = victim.product()
  const answer = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(40_000),
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  if (answer.ok) return { problem: null, text }
  expect(answer.headers.get('content-type'), `${method} ${path}`).toBe('application/problem+json')
  return { problem: JSON.parse(text), text }
}

/** A command from a browser that has the right token, each on a socket of its own. */
export async function overSocket(victim: Victim, event: string, ...values: unknown[]): Promise<Verdict> {
  const { url, token } = victim.product()
  const socket = io(url, {
    ...{ transports: ['websocket'], forceNew: true, reconnection: false },
    auth: { token, protocol: PROTOCOL_VERSION },
  })
  try {
    const ack = await socket.timeout(40_000).emitWithAck(event, ...values)
    return { problem: ack.ok ? null : ack.problem, text: JSON.stringify(ack) }
  } finally {
    socket.disconnect()
  }
}

/** Refused for what was asked, not by accident: the codes and their statuses are the contract's. */
export function expectRefused({ problem, text }: Verdict, codes: string[] = ['malformed', 'out-of-bounds']): void {
  if (problem === null) throw new Error(`It was carried out: ${text.slice(0, 200)}`)
  expect(codes, text).toContain(problem.code)
  expect(problem.detail.length).toBeLessThan(1_000)
}
