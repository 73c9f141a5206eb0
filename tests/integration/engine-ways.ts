import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGate } from '#lib/docker-gate/gate.ts'

/** How a dashboard reaches its engine: on the host directly, in Compose through the docker-gate. */
export const WAYS = ['directly', 'through the docker-gate'] as const
export type Way = (typeof WAYS)[number]

export type OpenWay = {
  dockerHost: string
  /** What the gate refused. */
  refused: string[]
  close(): Promise<void>
}

/** `enginePath`: the engine's socket, which may come and go. */
export async function openWay(way: Way, enginePath: string, project: string): Promise<OpenWay> {
  const refused: string[] = []
  if (way === 'directly') return { dockerHost: `unix://${enginePath}`, refused, close: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  const socket = join(folder, 'docker.sock')
  const gate = createGate({
    project,
    enginePath,
    refused: (method, url, why) => refused.push(`${method} ${url}: ${why}`),
  })
  await new Promise<void>((resolve) => gate.listen(socket, resolve))
  return {
    dockerHost: `unix://${socket}`,
    refused,
    async close() {
      const closed = new Promise((resolve) => gate.close(resolve))
      gate.closeAllConnections()
      await closed
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
