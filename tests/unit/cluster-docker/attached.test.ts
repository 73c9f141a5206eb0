import { Duplex } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { Attached } from '#lib/cluster/docker/attached.ts'
import { dockerClient, logLinesOf } from '#lib/cluster/docker/engine/docker-client.ts'
import type { Engine } from '#lib/cluster/docker/engine/engine.ts'
import { engineAddress } from '#lib/cluster/docker/engine/engine-address.ts'

const ID = 'a'.repeat(64)
const IDLE_MS = 5_000

/** A container that answers every command unless it is mute, on as many attachments as are opened. */
function answering(isMute = false) {
  const docker = dockerClient(engineAddress())
  const opened: Duplex[] = []
  const attach = async (): Promise<Duplex> => {
    const stream: Duplex = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, written) {
        for (const line of isMute ? [] : chunk.toString().split('\n').filter(Boolean)) {
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
const timersByHand = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
afterEach(() => void vi.useRealTimers())

test('commands share one attachment, which is closed when nobody needed it for 5 s', async () => {
  timersByHand()
  const { engine, opened } = answering()
  const attached = new Attached(engine)
  await Promise.all([1, 2, 3].map(() => attached.command(ID, { command: 'ping' })))
  expect(opened).toHaveLength(1)
  vi.advanceTimersByTime(IDLE_MS - 1)
  expect(opened[0]?.destroyed).toBe(false)
  vi.advanceTimersByTime(1)
  expect(opened[0]?.destroyed).toBe(true)
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

test('several commands in that turn share the new one, and closing ends it', async () => {
  timersByHand()
  const { engine, opened } = answering()
  const attached = new Attached(engine)
  await attached.command(ID, { command: 'ping' })
  vi.advanceTimersByTime(IDLE_MS)
  const answers = await Promise.all([1, 2, 3].map(() => attached.command(ID, { command: 'ping' })))
  expect(answers).toEqual([1, 2, 3].map(() => ({ ok: true, fields: {} })))
  expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, false])
  attached.close()
  await vi.waitFor(() => expect(opened.every(({ destroyed }) => destroyed)).toBe(true))
})

test('an attachment that closes under a command fails it, and none is opened once all are closed', async () => {
  const { engine, opened } = answering(true)
  const attached = new Attached(engine)
  const sent = expect(attached.command(ID, { command: 'ping' })).rejects.toMatchObject({
    problem: { code: 'not-reached', cause: 'its streams were closed' },
  })
  await vi.waitFor(() => expect(opened).toHaveLength(1))
  attached.close()
  await sent
  await expect(attached.command(ID, { command: 'ping' })).rejects.toMatchObject({ problem: { code: 'not-reached' } })
  expect(opened).toHaveLength(1)
})
