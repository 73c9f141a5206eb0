import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, Server } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** How many different requests were executed, and how many of them more than once. */
export type LedgerSums = { executed: number; twice: number; postsTwice: number }

/**
 * Notes every request that arrived whole at any HTTP server of this process, by method and x-request-id, and writes the notes to
 * `folder` when the process ends. It imports node:* alone, so that a container can load a copy of this file before the service.
 */
export function keepLedger(folder: string): void {
  const executed: string[] = []
  const emit = Server.prototype.emit
  Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'request') {
      const request = args[0] as IncomingMessage
      const id = request.headers['x-request-id']
      const note = (): void => void executed.push(`${request.method} ${id}`)
      if (id === undefined) return Reflect.apply(emit, this, [event, ...args])
      if (request.method === 'GET') note()
      else request.once('end', note)
    }
    return Reflect.apply(emit, this, [event, ...args])
  }
  const file = join(folder, `${hostname()}-${process.pid}-${Date.now()}.ledger`)
  process.once('exit', () => writeFileSync(file, executed.join('\n')))
}

/** Reads what the processes wrote that have ended by now. */
export function readLedgers(folder: string): LedgerSums {
  const times = new Map<string, number>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ledger'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean))
      times.set(line, (times.get(line) ?? 0) + 1)
  }
  const twice = [...times].filter(([, count]) => count > 1).map(([line]) => line)
  const postsTwice = twice.filter((line) => line.startsWith('POST')).length
  return { executed: times.size, twice: twice.length, postsTwice }
}
