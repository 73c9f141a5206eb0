import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { Attached } from '#lib/cluster/docker/attached.ts'
import { dockerClient, logLinesOf } from '#lib/cluster/docker/engine/docker-client.ts'
import type { Engine } from '#lib/cluster/docker/engine/engine.ts'
import { engineAddress } from '#lib/cluster/docker/engine/engine-address.ts'

const ID = 'a'.repeat(64)

/** A container that answers every command, on as many attachments as are opened. */
function answering() {
  const docker = dockerClient(engineAddress())
  const opened: Duplex[] = []
  const attach = async (): Promise<Duplex> => {
    const stream: Duplex = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, written) {
        for (const line of chunk.toString().split('\n').filter(Boolean)) {
          const payload = Buffer.from(`${JSON.stringify({ event: 'answer', id: JSON.parse(line).id, ok: true })}\n`)
          stream.push(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, payload.length]), payload]))
        }
        written()
      },
    })
    opened.push(stream)
    return stream
  }
  return { engine: { attach, logLines: () => logLinesOf(docker) } as unknown as Engine, opened }
}

test('commands share one attachment', async () => {
  const { engine, opened } = answering()
  const attached = new Attached(engine)
  await Promise.all([1, 2, 3].map(() => attached.command(ID, { command: 'ping' })))
  expect(opened).toHaveLength(1)
  attached.close()
})

test('a command in the very turn in which an idle attachment is closed goes over a new one', async () => {
  const { engine, opened } = answering()
  const attached = new Attached(engine)
  await attached.command(ID, { command: 'ping' })
  opened[0]?.destroy()
  expect(await attached.command(ID, { command: 'ping' })).toEqual({ ok: true, fields: {} })
  expect(opened).toHaveLength(2)
  attached.close()
})
