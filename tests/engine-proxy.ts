import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type EngineProxy = {
  /** For a dashboard: unix://… of the proxy. */
  dockerHost: string
  /** The engine is gone: every connection ends, new ones find nobody. */
  cut(): Promise<void>
  /** It accepts and never says anything more, on old connections as on new ones. */
  hang(): void
  /** It is there again. */
  restore(): Promise<void>
  close(): Promise<void>
}

const engineSocket = (): string => (process.env.DOCKER_HOST ?? '').replace(/^unix:\/\//, '') || '/var/run/docker.sock'

/** A socket between a dashboard and the machine's Docker engine, so that a test can take the engine away from the dashboard alone. */
export async function openEngineProxy(): Promise<EngineProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-proxy-'))
  const path = join(folder, 'docker.sock')
  const open = new Set<Socket>()
  let hanging = false

  const keep = (socket: Socket): void => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    keep(inside)
    if (hanging) return
    const outside = connect({ path: engineSocket(), allowHalfOpen: true })
    keep(outside)
    inside.pipe(outside)
    outside.pipe(inside)
    inside.once('close', () => outside.destroy())
    outside.once('close', () => !hanging && inside.destroy())
  })
  const listen = (): Promise<void> => new Promise((resolve) => server.listen(path, resolve))
  const endAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      endAll()
    })

  await listen()
  return {
    dockerHost: `unix://${path}`,
    cut: stop,
    hang() {
      hanging = true
      for (const socket of open) socket.unpipe().pause()
    },
    async restore() {
      hanging = false
      endAll()
      if (!server.listening) await listen()
    },
    async close() {
      await (server.listening ? stop() : undefined)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
