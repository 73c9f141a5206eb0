import { get } from 'node:http'

const LIMIT_MS = 10_000

/** Asks for the page once, so that the first one who opens it need not wait until its code is loaded. Whether it works is all the same. */
export function warmUp(at: { host: string; port: number }, allowedHosts: ReadonlySet<string>): void {
  const [host] = allowedHosts
  if (host === undefined) return
  const asked = get({ ...at, headers: { Host: host }, agent: false, timeout: LIMIT_MS }, (answer) => answer.resume())
  asked.on('timeout', () => asked.destroy())
  asked.on('error', () => undefined)
}
