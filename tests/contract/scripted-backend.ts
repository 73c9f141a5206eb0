import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real backend on loopback whose manners a test decides. */
export type ScriptedBackend = {
  address: string
  /** Methods of the requests that reached it, in order. */
  seen: string[]
  close(): Promise<void>
}

export type Manners = (request: IncomingMessage, response: ServerResponse, name: string) => void

/** Answers its name. */
export const answersItsName: Manners = (request, response, name) => {
  request.resume().once('end', () => response.end(name))
}
/** Takes the request and never answers. */
export const hangs: Manners = (request) => void request.resume()
/** Takes the whole request and hangs up. */
export const hangsUp: Manners = (request) => {
  request.resume().once('end', () => request.socket.destroy())
}

export async function startBackend(name: string, manners: Manners = answersItsName): Promise<ScriptedBackend> {
  const seen: string[] = []
  const listener: RequestListener = (request, response) => {
    seen.push(request.method ?? '')
    manners(request, response, name)
  }
  const server = createServer({ keepAliveTimeout: 65_000 }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** An address where nobody listens. */
export async function deadAddress(): Promise<string> {
  const backend = await startBackend('nobody')
  await backend.close()
  return backend.address
}
