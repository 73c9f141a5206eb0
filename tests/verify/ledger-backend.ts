import { writeFileSync } from 'node:fs'
import { type IncomingMessage, Server } from 'node:http'
import { join } from 'node:path'

/**
 * The project's own service with a book-keeper beside it that the service knows nothing of: every request that arrived whole, by
 * its id, written to `folder` when the process ends. Called by an entry that own-bursts.ts writes.
 */
export async function serveWithLedger(folder: string): Promise<void> {
  const executed: string[] = []
  const emit = Server.prototype.emit
  Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'request') {
      const request = args[0] as IncomingMessage
      const note = (): void => void executed.push(`${request.method} ${request.headers['x-request-id']}`)
      if (request.method === 'GET') note()
      else request.once('end', note)
    }
    return Reflect.apply(emit, this, [event, ...args])
  }
  process.once('exit', () => writeFileSync(join(folder, `${process.pid}.ledger`), executed.join('\n')))
  await import('#service/server.ts')
}
