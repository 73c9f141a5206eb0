import { get } from 'node:http'
import type { GuardOptions } from './guard.ts'

const LIMIT_MS = 10_000

/** Asks for the page once, so that the first one who opens it need not wait until its code is loaded. It may fail without harm. */
export function warmUp(at: { host: string; port: number }, { names, token }: GuardOptions): void {
  const [host] = names.hosts
  if (host === undefined) return
  const headers = { Host: host, Authorization: `Bearer ${token}` }
  const asked = get({ ...at, headers, agent: false, timeout: LIMIT_MS }, (answer) => answer.resume())
  asked.on('timeout', () => asked.destroy())
  asked.on('error', () => undefined)
}
